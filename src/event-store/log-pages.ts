import type { EventReader, Position, RecordedEvent } from './event-store.ts';

const PAGE_EVENTS = 1_000;

/** The log up to and including a position, page by page: from its first event, or from behind another position. */
export async function* logPages(
  reader: Pick<EventReader, 'readAll' | 'comparePositions'>,
  last: Position,
  from?: Position,
): AsyncGenerator<readonly RecordedEvent[]> {
  let after = from;
  while (after === undefined || reader.comparePositions(after, last) < 0) {
    const page = await reader.readAll({
      direction: 'forwards',
      maxCount: PAGE_EVENTS,
      ...(after !== undefined && { after }),
    });
    const told = page.filter(({ position }) => reader.comparePositions(position, last) <= 0);
    if (told.length > 0) yield told;
    after = told.length < page.length ? last : (page.at(-1)?.position ?? last);
  }
}

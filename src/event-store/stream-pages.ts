import type { EventReader, RecordedEvent, Revision } from './event-store.ts';

const PAGE_SIZE = 500;

/** The events of a stream in their order, page by page, up to and not including a revision; none of an unknown stream. */
export async function* streamPages(
  reader: Pick<EventReader, 'readStream'>,
  stream: string,
  end: number = Number.POSITIVE_INFINITY,
): AsyncGenerator<readonly RecordedEvent[]> {
  for (let from = 0; from < end; from += PAGE_SIZE) {
    const maxCount = Math.min(PAGE_SIZE, end - from);
    const page = await reader.readStream(stream, { direction: 'forwards', from: from as Revision, maxCount });
    yield page;
    if (page.length < maxCount) return;
  }
}

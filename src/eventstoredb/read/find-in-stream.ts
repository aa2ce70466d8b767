import type { NewEvent, Position, RecordedEvent } from '../../event-store/event-store.ts';
import { comparePositionTokens } from '../log-position.ts';
import { toRecordedEvent } from '../stored-event.ts';
import type { PageReader } from './page-reader.ts';

/** Events by their ids. */
export type FoundEvents = ReadonlyMap<string, RecordedEvent>;

interface FindOptions {
  readonly pages: PageReader;
  readonly prefix: string;
  /** Bounds each read. */
  readonly timeoutMs: number;
}

const PAGE_EVENTS = 50;

/**
 * Searches a stream backwards for events with the given ids, down to what the index already covers. Throws
 * StoreUnavailableError, or UnreadableEventError if one of the events it reads was not written by this program.
 * @param indexed the position up to which the index covers the log
 */
export async function findInStream(
  { pages, prefix, timeoutMs }: FindOptions,
  stream: string,
  events: readonly NewEvent[],
  indexed: Position | undefined,
): Promise<{ readonly found: FoundEvents; readonly last: RecordedEvent | undefined }> {
  const ids = new Set(events.map(({ id }) => id));
  const found = new Map<string, RecordedEvent>();
  let last: RecordedEvent | undefined;
  for (let from: number | undefined; from === undefined || from >= 0; ) {
    const options = {
      direction: 'backwards',
      maxCount: PAGE_EVENTS,
      timeoutMs,
      ...(from !== undefined && { from }),
    } as const;
    const page = (await pages.readStream(stream, options)).map((event) => toRecordedEvent(event, prefix));
    last ??= page[0];
    for (const event of page) if (ids.has(event.id)) found.set(event.id, event);
    const oldest = page.at(-1);
    if (oldest === undefined || found.size === ids.size || isIndexed(oldest, indexed)) break;
    from = oldest.revision - 1;
  }
  return { found, last };
}

function isIndexed({ position }: RecordedEvent, indexed: Position | undefined): boolean {
  return indexed !== undefined && comparePositionTokens(position, indexed) <= 0;
}

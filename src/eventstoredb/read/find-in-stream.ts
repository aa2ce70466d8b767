import type { NewEvent, Position, RecordedEvent } from '../../event-store/event-store.ts';
import { comparePositionTokens } from '../log-position.ts';
import { eventOfServer } from '../stored-event.ts';
import type { LogReads } from './log-reads.ts';

export type Found = ReadonlyMap<string, RecordedEvent>;

interface LookParts {
  readonly reads: LogReads;
  readonly prefix: string;
  /** Of each read. */
  readonly timeoutMs: number;
}

const PAGE_EVENTS = 50;

/**
 * Looks for events by their ids at the end of a stream: back to what the index knows, since what stands before that is
 * found by the index. Throws StoreUnavailableError, or UnreadableEventError when one of the events that it has to look
 * at is not ours.
 * @param known the position up to which the index knows the log
 */
export async function findInStream(
  { reads, prefix, timeoutMs }: LookParts,
  stream: string,
  events: readonly NewEvent[],
  known: Position | undefined,
): Promise<{ readonly found: Found; readonly last: RecordedEvent | undefined }> {
  const ids = new Set(events.map(({ id }) => id));
  const found = new Map<string, RecordedEvent>();
  let last: RecordedEvent | undefined;
  for (let from: number | undefined; from === undefined || from >= 0; ) {
    const part = {
      direction: 'backwards',
      maxCount: PAGE_EVENTS,
      timeoutMs,
      ...(from === undefined ? {} : { from }),
    } as const;
    const page = (await reads.stream(stream, part)).map((event) => eventOfServer(event, prefix));
    last ??= page[0];
    for (const event of page) if (ids.has(event.id)) found.set(event.id, event);
    const oldest = page.at(-1);
    if (oldest === undefined || found.size === ids.size || isKnown(oldest, known)) break;
    from = oldest.revision - 1;
  }
  return { found, last };
}

function isKnown({ position }: RecordedEvent, known: Position | undefined): boolean {
  return known !== undefined && comparePositionTokens(position, known) <= 0;
}

import { setImmediate } from 'node:timers/promises';
import type { MountedProjection } from '../../projector/mounted-projection.ts';
import type {
  LogPoint,
  TimelinePage,
  TimelineQuery,
  TimelineReader,
} from '../../projector/timeline-store.ts';

/** Entries that are read at a time, which takes about a millisecond. */
const PAGE_ENTRIES = 200;

/**
 * Yields all entries of a timeline in one state, page by page. Other requests are answered in between. A rebuild may
 * replace the rows meanwhile: those of one state are the same in all rows of a projection.
 *
 * @param asOf undefined while the log is empty
 */
export async function* entryPages(
  projection: MountedProjection,
  key: string,
  filter: Omit<TimelineQuery, 'limit' | 'asOf' | 'after'>,
  asOf: LogPoint | undefined,
): AsyncGenerator<readonly string[]> {
  if (asOf === undefined) return;
  const query = { ...filter, limit: PAGE_ENTRIES, asOf: asOf.ordinal };
  let after: TimelinePage['next'];
  do {
    const page = readerOfState(projection, asOf).page(key, { ...query, ...(after && { after }) });
    yield page.entries;
    after = page.next;
    await setImmediate();
  } while (after !== undefined);
}

/** Throws an error if the rows that are served now do not reach the state. */
export function readerOfState({ name, reader }: MountedProjection, asOf: LogPoint): TimelineReader {
  if (reader === undefined || (reader.checkpoint()?.ordinal ?? 0) < asOf.ordinal) {
    throw new Error(`The rows of ${name} were replaced by some that end before ${asOf.position}`);
  }
  return reader;
}

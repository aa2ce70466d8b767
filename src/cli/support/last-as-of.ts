import { parseInstant } from '../../domain/fields/instant.ts';
import type { EventReader, Position } from '../../event-store/event-store.ts';
import { CommandError } from './command-error.ts';
import { USAGE_EXIT_CODE } from './errors.ts';

const PAGE_EVENTS = 1_000;

/**
 * Returns the position of the last event as of a position or an instant of the log; without `asOf`, of the last event.
 * Undefined if the log is empty.
 *
 * @throws CommandError if `asOf` is neither, or if the log has not reached it: more may still be recorded by then
 */
export async function lastAsOf(
  reader: Pick<EventReader, 'readAll' | 'parsePosition' | 'comparePositions'>,
  asOf: string | undefined,
  now: Date,
): Promise<Position | undefined> {
  const [last] = await reader.readAll({ direction: 'backwards', maxCount: 1 });
  if (asOf === undefined) return last?.position;
  if (last === undefined) throw invalidAsOf(asOf, 'the log is empty');
  const position = reader.parsePosition(asOf);
  if (position !== undefined) {
    if (reader.comparePositions(position, last.position) <= 0) return position;
    throw invalidAsOf(asOf, `the log ends at ${last.position}, recorded at ${last.recordedAt}`);
  }
  const instant = parseInstant(asOf);
  if (instant === undefined) {
    throw invalidAsOf(asOf, 'expected a position, or an instant such as 2025-10-13T07:00:00Z');
  }
  if (instant >= last.recordedAt && instant >= now.toISOString()) {
    throw invalidAsOf(asOf, `is in the future; the last event was recorded at ${last.recordedAt}`);
  }
  const found = await lastRecordedBy(reader, instant);
  if (found !== undefined) return found;
  const [first] = await reader.readAll({ direction: 'forwards', maxCount: 1 });
  throw invalidAsOf(asOf, `the log begins at ${first?.recordedAt}`);
}

/**
 * Returns the event before the first one recorded after the instant. Instants may decrease slightly along the log if
 * several processes append to it, so a later event may have an earlier instant.
 */
async function lastRecordedBy(
  reader: Pick<EventReader, 'readAll'>,
  instant: string,
): Promise<Position | undefined> {
  let last: Position | undefined;
  for (;;) {
    const from = last === undefined ? {} : { after: last };
    const page = await reader.readAll({ direction: 'forwards', maxCount: PAGE_EVENTS, ...from });
    const end = page.findIndex(({ recordedAt }) => recordedAt > instant);
    if (end >= 0) return page[end - 1]?.position ?? last;
    if (page.length === 0) return last;
    last = page.at(-1)?.position;
  }
}

function invalidAsOf(asOf: string, reason: string): CommandError {
  return new CommandError(`--as-of ${asOf}: ${reason}`, USAGE_EXIT_CODE);
}

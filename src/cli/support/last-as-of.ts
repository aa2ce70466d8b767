import { parseInstant } from '../../domain/fields/instant.ts';
import type { EventReader, Position } from '../../event-store/event-store.ts';
import { CommandError, WRONG_SETTING_EXIT_CODE } from './errors.ts';

const PAGE_EVENTS = 1_000;

/**
 * The position of the last event that was recorded up to a moment, a position or an instant; without one, of the last
 * event. Undefined when the log is empty. Throws CommandFailure when the moment is none of this log; one that the log
 * has not reached is none, as what will have been recorded by then is not known.
 */
export async function lastAsOf(
  reader: EventReader,
  moment: string | undefined,
  now: Date,
): Promise<Position | undefined> {
  const [last] = await reader.readAll({ direction: 'backwards', maxCount: 1 });
  if (moment === undefined) return last?.position;
  if (last === undefined) throw wrong(`--as-of ${moment}: nothing is recorded yet`);
  const position = reader.parsePosition(moment);
  if (position !== undefined) {
    if (reader.comparePositions(position, last.position) <= 0) return position;
    throw wrong(`--as-of ${moment}: the log ends at ${last.position}, recorded at ${last.recordedAt}`);
  }
  const instant = parseInstant(moment);
  if (instant === undefined) {
    throw wrong(`--as-of ${moment}: expected a position, or an instant such as 2025-10-13T07:00:00Z`);
  }
  if (instant >= last.recordedAt && instant >= now.toISOString()) {
    throw wrong(
      `--as-of ${moment}: it lies in the future; the last event was recorded at ${last.recordedAt}`,
    );
  }
  const found = await lastRecordedBy(reader, instant);
  if (found !== undefined) return found;
  const [first] = await reader.readAll({ direction: 'forwards', maxCount: 1 });
  throw wrong(`--as-of ${moment}: the log begins at ${first?.recordedAt}`);
}

/** The event before the first that was recorded later: processes that record side by side may turn the clock back a little. */
async function lastRecordedBy(reader: EventReader, instant: string): Promise<Position | undefined> {
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

function wrong(message: string): CommandError {
  return new CommandError(message, WRONG_SETTING_EXIT_CODE);
}

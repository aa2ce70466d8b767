import {
  type EventLookup,
  StoreBusyError,
  StoreFailedError,
  StoreUnavailableError,
  UnreadableEventError,
} from '../event-store/event-store.ts';
import { EventRemovedError } from '../event-store/removals.ts';
import { backoffMs, pause } from '../event-store/retry.ts';
import { lineageOf } from '../projector/projector.ts';
import type { Checkpoint } from '../projector/timeline-store.ts';

/** Thrown when the log lacks events that the timelines of the data folder were made from. */
export class LogMismatchError extends Error {
  override readonly name = 'LogMismatchError';
}

/**
 * Returns how the log differs from the one that the timelines know. Undefined if it holds the last event they know, or
 * if it cannot be asked: then the views are verified when it can.
 *
 * A log that was copied to another store has the same events at other positions.
 */
export async function differenceFromKnown(log: EventLookup, known: Checkpoint): Promise<string | undefined> {
  try {
    return await findDifference(log, known);
  } catch (error) {
    if (CANNOT_BE_ASKED.some((type) => error instanceof type)) return undefined;
    throw error;
  }
}

/** Returns the same, and asks until the log answers, or returns undefined when the signal is aborted. */
export async function awaitDifferenceFromKnown(
  log: EventLookup,
  known: Checkpoint,
  signal: AbortSignal,
): Promise<string | undefined> {
  for (let failures = 0; !signal.aborted; failures += 1) {
    try {
      return await findDifference(log, known);
    } catch (error) {
      if (!CANNOT_BE_ASKED.some((type) => error instanceof type)) throw error;
      await pause(backoffMs(failures), signal);
    }
  }
  return undefined;
}

async function findDifference(log: EventLookup, known: Checkpoint): Promise<string | undefined> {
  if ((await readAt(log, known))?.id === known.eventId) return undefined;
  if (await wasRemoved(log, known.eventId)) return undefined;
  const [[first], [last]] = await Promise.all([
    log.readAll({ direction: 'forwards', maxCount: 1 }),
    log.readAll({ direction: 'backwards', maxCount: 1 }),
  ]);
  if (first === undefined || last === undefined) return 'it is empty';
  const lineage = lineageOf(first);
  if (lineage !== known.lineage) return `it is another log, of lineage ${lineage}`;
  if ((await log.readEvent(known.eventId)) !== undefined) return undefined;
  return `it ends at position ${last.position}, recorded at ${last.recordedAt}, and lacks that event`;
}

/** An event that was removed on the server of the log was in it. */
async function wasRemoved(log: EventLookup, eventId: string): Promise<boolean> {
  try {
    await log.readEvent(eventId);
    return false;
  } catch (error) {
    if (error instanceof EventRemovedError) return true;
    throw error;
  }
}

const CANNOT_BE_ASKED = [StoreBusyError, StoreUnavailableError, StoreFailedError, UnreadableEventError];

/** The position may be one of another store. */
async function readAt(log: EventLookup, { position }: Checkpoint) {
  return log.parsePosition(position) === undefined ? undefined : log.readEventAt(position);
}

export function mismatchError(place: string, difference: string, known: Checkpoint): LogMismatchError {
  const events = known.ordinal === 1 ? '1 event' : `${known.ordinal} events`;
  return new LogMismatchError(
    `the log in ${place} is not the one that its timelines were made from: ${difference}.\n` +
      `The timelines know ${events} of the log of lineage ${known.lineage}. The last one is ${known.eventId}, ` +
      `at position ${known.position}, recorded at ${known.instant}.\n` +
      'Nothing was changed. Restore the log from a backup, or start with --accept-log (ACCEPT_LOG=true) to go on ' +
      'with the log as it is and to rebuild the timelines from it.',
  );
}

import {
  type AppendOutcome,
  AppendTooLargeError,
  type EventStore,
  type Position,
  type RecordedEvent,
  type Revision,
  StoreFailedError,
  StoreFullError,
} from '../event-store/event-store.ts';
import { logPages } from '../event-store/paging.ts';
import { type LogSource, type RetryPolicy, retryReads } from '../event-store/retry.ts';
import { textLength } from '../event-store/text-length.ts';
import {
  type CommonEnd,
  compareLogs,
  describeDifference,
  describeEvent,
  differenceBetween,
  type LogDifference,
  NO_COMMON_EVENT,
  readAfter,
} from './compare-logs.ts';

export type CopyPhase = 'comparing-existing' | 'copying' | 'comparing-copied';

export interface CopyObserver {
  /** Called at the start of a phase with its number of events; undefined if that is unknown. */
  readonly phaseStarted: (phase: CopyPhase, events: number | undefined) => void;
  /** Called after each batch, while nothing is in flight. If it throws, the copy rejects with its error. */
  readonly advanced: (events: number) => void;
}

export interface LogCopy {
  /** Number of events that the target had before. */
  readonly existing: number;
  readonly copied: number;
  readonly end: CommonEnd;
  /** True if events were appended to the source during the copy; they are not copied. */
  readonly hasGrown: boolean;
}

/** Thrown when the target refuses an event or is not a copy of the source. The message names the event. */
export class CopyError extends Error {
  override readonly name = 'CopyError';
}

/** Maximum number of appends in flight, which share fsyncs or network round trips. */
const WINDOW_EVENTS_MAX = 256;
/** A larger event is sent alone, so that nothing after it is in the target if the target refuses it as too large. */
const WINDOW_CHARS_MAX = 1 << 18;

/**
 * Copies the source up to its current end, with every event as stored, and compares every event of both logs. The
 * target is empty or contains a copy of the source's beginning, and has no other writer. An interrupted copy is resumed
 * by the next one.
 *
 * @throws CopyError, and what the logs throw
 */
export async function copyLog(
  source: LogSource,
  target: EventStore,
  observer: CopyObserver,
  retry: RetryPolicy,
): Promise<LogCopy> {
  const logs = { source: retryReads(source, retry), target: retryReads(target, retry) };
  const [last] = await logs.source.readAll({ direction: 'backwards', maxCount: 1 });
  observer.phaseStarted('comparing-existing', await logs.target.countAfter());
  const existing = await compareLogs(logs, NO_COMMON_EVENT, last?.position, observer.advanced);
  if (existing.difference !== undefined && existing.difference.kind !== 'missing') {
    throw differenceError('The target is not a copy of the source', existing.difference);
  }
  observer.phaseStarted('copying', await countBetween(logs.source, existing.end.source, last?.position));
  const copied = await copyEvents(
    { source: logs.source, target, observer, retry },
    existing.end,
    last?.position,
  );
  observer.phaseStarted('comparing-copied', copied);
  const { end, difference } = await compareLogs(logs, existing.end, last?.position, observer.advanced);
  if (difference !== undefined) {
    throw differenceError('The copy differs from the source', difference);
  }
  const hasGrown = (await readAfter(logs.source, end.source, 1)).length > 0;
  return { existing: existing.events, copied, end, hasGrown };
}

async function countBetween(
  log: LogSource,
  after: Position | undefined,
  last: Position | undefined,
): Promise<number | undefined> {
  const [total, later] = [await log.countAfter(after), await log.countAfter(last)];
  return total === undefined || later === undefined ? undefined : total - later;
}

interface CopyParts {
  readonly source: LogSource;
  readonly target: EventStore;
  readonly observer: CopyObserver;
  readonly retry: RetryPolicy;
}

async function copyEvents(
  { source, target, observer, retry }: CopyParts,
  from: CommonEnd,
  last: Position | undefined,
): Promise<number> {
  let [after, copied] = [from.target, 0];
  const pages = last === undefined ? [] : logPages(source, last, from.source);
  for await (const page of pages) {
    for (const window of windowsOf(page)) {
      after = await retry(() => appendWindow(target, window, after));
      copied += window.length;
      observer.advanced(window.length);
    }
  }
  return copied;
}

function* windowsOf(events: readonly RecordedEvent[]): Generator<readonly RecordedEvent[]> {
  let [window, chars]: [RecordedEvent[], number] = [[], 0];
  for (const event of events) {
    chars += textLength(event);
    if (window.length === WINDOW_EVENTS_MAX || (window.length > 0 && chars > WINDOW_CHARS_MAX)) {
      yield window;
      [window, chars] = [[], textLength(event)];
    }
    window.push(event);
  }
  if (window.length > 0) yield window;
}

/**
 * Appends the events of the window that are missing in the target, and returns the position of the last one. An earlier
 * attempt may have stored some of them, so the target is read first. It settles when all appends have settled: if the
 * next window were in flight while a lost append of this one is retried, events could be stored out of order.
 */
async function appendWindow(
  target: EventStore,
  window: readonly RecordedEvent[],
  after: Position | undefined,
): Promise<Position | undefined> {
  const existing = await readAfter(target, after, window.length);
  requireCopy(window, existing);
  const sent = window.slice(existing.length);
  const settled = await Promise.allSettled(sent.map((event) => append(target, event)));
  // The first failure may have caused the ones after it.
  const failed = settled.find((result) => result.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
  const last = settled.at(-1);
  return last?.status === 'fulfilled' ? last.value : existing.at(-1)?.position;
}

function requireCopy(window: readonly RecordedEvent[], existing: readonly RecordedEvent[]): void {
  for (const [index, copy] of existing.entries()) {
    const event = window[index];
    const difference = event && differenceBetween(event, copy);
    if (difference === undefined) continue;
    throw differenceError('The target was changed by another writer', difference);
  }
}

function differenceError(what: string, difference: LogDifference): CopyError {
  return new CopyError(`${what}: ${describeDifference(difference)}. Copy into an empty log instead.`);
}

async function append(target: EventStore, event: RecordedEvent): Promise<Position | undefined> {
  const { position: _sourcePosition, stream, revision, ...stored } = event;
  const expected = revision === 0 ? 'no-stream' : ((revision - 1) as Revision);
  const outcome = await target
    .append(stream, expected, [{ ...stored, isCopy: true }])
    .catch((error: unknown) => {
      throw isRefusal(error) ? refusalError(event, error.message, error) : error;
    });
  if (outcome.outcome === 'appended' || outcome.outcome === 'already-recorded') {
    return outcome.events[0]?.position;
  }
  throw refusalError(event, reasonOf(outcome));
}

function isRefusal(error: unknown): error is Error {
  return [AppendTooLargeError, StoreFullError, StoreFailedError].some((kind) => error instanceof kind);
}

function refusalError(event: RecordedEvent, reason: string, cause?: unknown): CopyError {
  return new CopyError(`The target refused ${describeEvent(event)}: ${reason}`, { cause });
}

function reasonOf(outcome: Exclude<AppendOutcome, { outcome: 'appended' | 'already-recorded' }>): string {
  switch (outcome.outcome) {
    case 'wrong-revision':
      return `its stream is at revision ${outcome.actual} there. Does another process write to the target?`;
    case 'id-taken':
      return 'its id is used by another event there';
    case 'content-redacted':
      return 'its content was removed by law there';
    case 'recorded-at-out-of-order':
      return `the last event there was recorded later, at ${outcome.last}`;
  }
}

import {
  type AppendOutcome,
  AppendTooLargeError,
  type EventReader,
  type EventStore,
  type Position,
  type RecordedEvent,
  type Revision,
  StoreFailedError,
  StoreFullError,
} from '../event-store/event-store.ts';
import { logPages } from '../event-store/paging.ts';
import { type LogSource, type RetryPolicy, retryReads } from '../event-store/retry.ts';
import {
  type CommonEnd,
  compareLogs,
  differenceBetween,
  differenceText,
  eventText,
  type LogDifference,
  NOTHING_IN_COMMON,
  readAfter,
} from './compare-logs.ts';

export type CopyPhase = 'comparing-existing' | 'copying' | 'comparing-copied';

export interface CopyFollower {
  /** With as many events ahead; undefined: it is not known how many. */
  readonly begins: (phase: CopyPhase, events: number | undefined) => void;
  /** So many more are done, and nothing is under way: what is thrown here ends the copy in order. */
  readonly did: (events: number) => void;
}

export interface LogCopy {
  /** Events that the target had before. */
  readonly existing: number;
  readonly copied: number;
  readonly end: CommonEnd;
  /** The source has got events since the copy began, which are not copied. */
  readonly hasGrown: boolean;
}

/** The target does not take an event of the source, or holds something else than a copy of it; says which event. */
export class LogCopyError extends Error {
  override readonly name = 'LogCopyError';
}

/** Appends under way at once: they share the fsyncs, or the way to the server and back. */
const WINDOW_EVENTS_MAX = 256;
/** An event that is larger goes alone: should the target find it too large, nothing of what follows it is there. */
const WINDOW_CHARS_MAX = 1 << 18;

/**
 * Brings the target to where the source ends now, with every event as it was stored, and compares every event of both.
 * The target holds a copy of the source's beginning, or nothing; nobody else may write to it. However a copy ended, the
 * next one goes on from there. Throws LogCopyError, and what the logs throw.
 */
export async function copyLog(
  source: EventReader,
  target: EventStore,
  follower: CopyFollower,
  insist: RetryPolicy,
): Promise<LogCopy> {
  const logs = { source: retryReads(source, insist), target: retryReads(target, insist) };
  const [last] = await logs.source.readAll({ direction: 'backwards', maxCount: 1 });
  follower.begins('comparing-existing', await logs.target.countAfter());
  const existing = await compareLogs(logs, NOTHING_IN_COMMON, last?.position, follower.did);
  if (existing.difference !== undefined && existing.difference.kind !== 'missing') {
    throw noCopy('The target is no copy of the source', existing.difference);
  }
  follower.begins('copying', await countBetween(logs.source, existing.end.source, last?.position));
  const copied = await copyEvents(
    { source: logs.source, target, follower, insist },
    existing.end,
    last?.position,
  );
  follower.begins('comparing-copied', copied);
  const { end, difference } = await compareLogs(logs, existing.end, last?.position, follower.did);
  if (difference !== undefined) {
    throw noCopy('The copy is not the same as the source', difference);
  }
  const hasGrown = (await readAfter(logs.source, end.source, 1)).length > 0;
  return { existing: existing.events, copied, end, hasGrown };
}

async function countBetween(
  log: LogSource,
  after: Position | undefined,
  last: Position | undefined,
): Promise<number | undefined> {
  const [ahead, later] = [await log.countAfter(after), await log.countAfter(last)];
  return ahead === undefined || later === undefined ? undefined : ahead - later;
}

interface CopyParts {
  readonly source: LogSource;
  readonly target: EventStore;
  readonly follower: CopyFollower;
  readonly insist: RetryPolicy;
}

async function copyEvents(
  { source, target, follower, insist }: CopyParts,
  from: CommonEnd,
  last: Position | undefined,
): Promise<number> {
  let [after, copied] = [from.target, 0];
  const pages = last === undefined ? [] : logPages(source, last, from.source);
  for await (const page of pages) {
    for (const window of windowsOf(page)) {
      after = await insist(() => appendWindow(target, window, after));
      copied += window.length;
      follower.did(window.length);
    }
  }
  return copied;
}

function* windowsOf(events: readonly RecordedEvent[]): Generator<readonly RecordedEvent[]> {
  let [window, chars]: [RecordedEvent[], number] = [[], 0];
  for (const event of events) {
    chars += event.content.length + event.metadata.length;
    if (window.length === WINDOW_EVENTS_MAX || (window.length > 0 && chars > WINDOW_CHARS_MAX)) {
      yield window;
      [window, chars] = [[], event.content.length + event.metadata.length];
    }
    window.push(event);
  }
  if (window.length > 0) yield window;
}

/**
 * Appends what of the window is not there yet, and settles when all of it is settled, with the position of its last
 * event. The next window waits for that: were it on its way while a lost append of this one is sent again, it could come
 * to stand before it. For the same reason what is there is looked at first: an attempt before may have got a part of it in.
 */
async function appendWindow(
  target: EventStore,
  window: readonly RecordedEvent[],
  after: Position | undefined,
): Promise<Position | undefined> {
  const there = await readAfter(target, after, window.length);
  requireBeginning(window, there);
  const sent = window.slice(there.length);
  const settled = await Promise.allSettled(sent.map((event) => append(target, event)));
  // Those behind the first that failed may have failed because of it.
  const failed = settled.find((result) => result.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
  const last = settled.at(-1);
  return last?.status === 'fulfilled' ? last.value : there.at(-1)?.position;
}

function requireBeginning(window: readonly RecordedEvent[], there: readonly RecordedEvent[]): void {
  for (const [index, copy] of there.entries()) {
    const event = window[index];
    const difference = event && differenceBetween(event, copy);
    if (difference === undefined) continue;
    throw noCopy('The target has changed otherwise than by this copy', difference);
  }
}

function noCopy(what: string, difference: LogDifference): LogCopyError {
  return new LogCopyError(`${what}: ${differenceText(difference)}. An empty log takes the whole copy.`);
}

async function append(target: EventStore, event: RecordedEvent): Promise<Position | undefined> {
  const { position: _ofTheSource, stream, revision, ...stored } = event;
  const expected = revision === 0 ? 'no-stream' : ((revision - 1) as Revision);
  const outcome = await target
    .append(stream, expected, [{ ...stored, isCopy: true }])
    .catch((error: unknown) => {
      throw isRefusal(error) ? notTaken(event, error.message, error) : error;
    });
  if (outcome.outcome === 'appended' || outcome.outcome === 'already-recorded') {
    return outcome.events[0]?.position;
  }
  throw notTaken(event, reasonOf(outcome));
}

function isRefusal(error: unknown): error is Error {
  return [AppendTooLargeError, StoreFullError, StoreFailedError].some((kind) => error instanceof kind);
}

function notTaken(event: RecordedEvent, reason: string, cause?: unknown): LogCopyError {
  return new LogCopyError(`The target has not taken ${eventText(event)}: ${reason}`, { cause });
}

function reasonOf(outcome: Exclude<AppendOutcome, { outcome: 'appended' | 'already-recorded' }>): string {
  switch (outcome.outcome) {
    case 'wrong-revision':
      return `its stream stands at ${outcome.actual} there. Does somebody else write to the target?`;
    case 'id-taken':
      return 'another event there has its id';
    case 'recorded-at-out-of-order':
      return `it was recorded before ${outcome.last}, when the last event there was`;
  }
}

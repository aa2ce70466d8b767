import { findDuplicate } from '../../event-store/append-rules.ts';
import {
  type AppendOutcome,
  AppendTooLargeError,
  StoreBusyError,
  StoreFailedError,
  StoreUnavailableError,
  UnreadableEventError,
} from '../../event-store/event-store.ts';
import { EventRemovedError, type RemovedEvents } from '../../event-store/removals.ts';
import { pause } from '../../event-store/retry.ts';
import { isBefore, positionToken } from '../log-position.ts';
import type { IdIndexUpdater } from '../read/id-index-updater.ts';
import { type ProposedEvent, toProposedEvent } from '../stored-event.ts';
import { BatchAppender, type BatchAppendResult } from './batch-appender.ts';
import { InFlightIds } from './in-flight-ids.ts';
import type { RecordingClock } from './recording-clock.ts';
import { AppendResolver, type AppendResolverOptions, type StreamAppend } from './resolve-append.ts';

export interface LogAppenderOptions extends AppendResolverOptions {
  readonly indexUpdater: IdIndexUpdater;
  readonly clock: RecordingClock;
  readonly removed: RemovedEvents;
  /** How long an answer is awaited before the log is read to find out what became of the append. */
  readonly appendTimeoutMs: number;
}

/** A stream that never has events. Reading it shows whether the server responds. */
const EMPTY_STREAM = '';

/** Bounds an append as one message. A server before 25.1 accepts a third of it by default. */
const APPEND_BYTES_MAX = 3 << 20;

/** Sends appends over the current connection and turns the answers of the server into outcomes. */
export class LogAppender {
  readonly #options: LogAppenderOptions;
  readonly #resolver: AppendResolver;
  readonly #inFlight = new InFlightIds();
  #appender: BatchAppender | undefined;
  #preparing: Promise<BatchAppender> | undefined;

  constructor(options: LogAppenderOptions) {
    this.#options = options;
    this.#resolver = new AppendResolver(options);
  }

  /**
   * Appends are sent in the order of the calls, as nothing is awaited before sending. There are two exceptions. An
   * append that shares an id with one in flight waits for its outcome, and fails if that cannot be determined for now.
   * An append with an indexed id is compared with the log first.
   */
  async append(append: StreamAppend): Promise<AppendOutcome> {
    const { stream, events } = append;
    if (this.#current() === undefined) await this.#prepared();
    // The server would add to a deleted stream, but what is recorded later depends on what was removed.
    this.#options.removed.requireLeft(stream);
    for (let pending = this.#inFlight.pendingAppend(events); pending !== undefined; ) {
      const unavailable = await pending;
      if (unavailable !== undefined) throw unavailable;
      pending = this.#inFlight.pendingAppend(events);
    }
    const duplicate = this.#resolver.hasIndexed(events)
      ? await this.#resolver.findIndexedDuplicate(append)
      : findDuplicate(stream, events, () => undefined);
    if (duplicate !== undefined) return duplicate;
    const appender = this.#current() ?? (await this.#prepared());
    return this.#inFlight.track(events, this.#send(append, appender));
  }

  /** The appender of the current session; undefined if it must be prepared first. */
  #current(): BatchAppender | undefined {
    const appender = this.#appender;
    const isCurrent = appender?.session === this.#options.reader.connection.current;
    return isCurrent && !appender?.hasEnded ? appender : undefined;
  }

  /** An append that times out here leaves the preparation running for later ones. */
  async #prepared(): Promise<BatchAppender> {
    this.#preparing ??= this.#prepare().finally(() => {
      this.#preparing = undefined;
    });
    const waiting = new AbortController();
    const timeout = pause(this.#options.reader.timeoutMs, waiting.signal);
    const appender = await Promise.race([this.#preparing, timeout]).finally(() => waiting.abort());
    if (appender !== undefined) return appender;
    throw new StoreBusyError('The connection to EventStoreDB is not ready yet: nothing was written.');
  }

  /** Before the first append of a session, the server must respond and the index and the clock must be up to date. */
  async #prepare(): Promise<BatchAppender> {
    const { appendTimeoutMs, reader } = this.#options;
    const { connection, pages } = reader;
    await pages.readStream(EMPTY_STREAM, { direction: 'backwards', maxCount: 1 });
    const session = await connection.session();
    await this.#awaitIndex();
    await this.#initialiseClock();
    if (connection.current !== session) {
      throw new StoreUnavailableError('The connection to EventStoreDB was lost again: nothing was written.');
    }
    this.#appender = new BatchAppender(connection, session, appendTimeoutMs);
    return this.#appender;
  }

  async #awaitIndex(): Promise<void> {
    const { indexUpdater, reader } = this.#options;
    const waiting = new AbortController();
    await Promise.race([indexUpdater.caughtUp, pause(reader.timeoutMs, waiting.signal)]);
    waiting.abort();
    if (indexUpdater.isCaughtUp) return;
    throw new StoreBusyError('The index of ids has not caught up with the log yet: nothing was written.');
  }

  /**
   * Shows the clock the last indexed event, which may have been indexed before the process started. Finding the end of
   * the log itself could take too long, as the server would have to skip all foreign events after the last of ours.
   */
  async #initialiseClock(): Promise<void> {
    const { reader, index, clock } = this.#options;
    if (index.position === undefined) return;
    try {
      const last = await reader.readEventAt(index.position);
      clock.observe(last?.recordedAt ?? '');
    } catch (error) {
      // Readers and the index updater report the event. Appends can go ahead.
      if (!(error instanceof UnreadableEventError)) throw error;
    }
  }

  async #send(append: StreamAppend, appender: BatchAppender): Promise<AppendOutcome> {
    const { clock, reader } = this.#options;
    const { stream, expected, events } = append;
    const recording = clock.stamp(events);
    if (recording.outcome !== 'in-order') return this.#resolver.resolveOutOfOrder(append, recording);
    try {
      const { times } = recording;
      const proposed = events.map((event, index) => toProposedEvent(event, times[index] ?? ''));
      requireSize(proposed);
      const result = await appender.append({ stream: reader.prefix + stream, expected, events: proposed });
      const outcome = await this.#conclude(append, times, result);
      if (outcome.outcome === 'appended') this.#publish(outcome);
      return outcome;
    } finally {
      clock.settled();
    }
  }

  async #conclude(
    append: StreamAppend,
    times: readonly string[],
    result: BatchAppendResult,
  ): Promise<AppendOutcome> {
    switch (result.result) {
      case 'stored':
        return appended(append, times, result) ?? this.#resolver.resolve(append, 'positions are missing');
      case 'wrong-revision': {
        const duplicate = await this.#resolver.findDuplicateInStream(append);
        return duplicate ?? { outcome: 'wrong-revision', actual: result.actual };
      }
      case 'too-large':
        throw new AppendTooLargeError(
          'EventStoreDB does not accept an append this large: nothing was written.',
        );
      case 'tombstoned':
        throw new EventRemovedError({ stream: append.stream, kind: 'tombstoned', firstLeft: undefined });
      case 'refused':
        throw new StoreFailedError(`EventStoreDB refused the append: ${result.reason}.`);
      case 'unknown':
        return this.#resolver.resolve(append, result.reason);
    }
  }

  /** The index may have followed the event before its append was answered. */
  #publish({ events }: Extract<AppendOutcome, { outcome: 'appended' }>): void {
    const { reader, index, clock } = this.#options;
    const last = events.at(-1);
    if (last === undefined) return;
    if (isBefore(index.position, last.position)) index.note(events);
    clock.observe(last.recordedAt);
    reader.tail.appended(last.position);
  }
}

/** Returns undefined if the events have to be read, as the answer gives only the position of the last one. */
function appended(
  { stream, events }: StreamAppend,
  times: readonly string[],
  { position, lastRevision }: Extract<BatchAppendResult, { result: 'stored' }>,
): AppendOutcome | undefined {
  const [event] = events;
  if (event === undefined || events.length > 1 || position === undefined) return undefined;
  const recorded = {
    position: positionToken(position),
    id: event.id,
    type: event.type,
    stream,
    revision: lastRevision,
    recordedAt: times[0] ?? '',
    metadata: event.metadata,
    content: event.content,
    salt: event.salt,
  };
  return { outcome: 'appended', events: [recorded] };
}

function requireSize(events: readonly ProposedEvent[]): void {
  const bytes = events.reduce((sum, { data, metadata }) => sum + data.length + metadata.length, 0);
  if (bytes <= APPEND_BYTES_MAX) return;
  throw new AppendTooLargeError(
    `An append may have at most ${APPEND_BYTES_MAX} bytes, and this one has ${bytes}: nothing was written.`,
  );
}

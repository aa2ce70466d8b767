import {
  type AppendOutcome,
  AppendTooLargeError,
  StoreBusyError,
  StoreFailedError,
  StoreUnavailableError,
  UnreadableEventError,
} from '../../event-store/event-store.ts';
import { positionToken } from '../log-position.ts';
import { pause } from '../pause.ts';
import type { IdIndexUpdater } from '../read/id-index-updater.ts';
import { type ProposedEvent, proposedEvent } from '../stored-event.ts';
import { type BatchAppendAnswer, BatchAppends } from './batch-appends.ts';
import { InFlightIds } from './in-flight-ids.ts';
import type { RecordingClock } from './recording-clock.ts';
import { AppendResolver, type InquiryParts, type UncertainAppend } from './resolve-append.ts';

interface AppenderParts extends InquiryParts {
  readonly feed: IdIndexUpdater;
  readonly clock: RecordingClock;
}

type Stored = Extract<BatchAppendAnswer, { answer: 'stored' }>;

/** Nothing is ever in it: a read of it tells that the server answers. */
const NO_STREAM = '';

/** In one message; a server before 25.1 takes a third of it unless it is told otherwise. */
const APPEND_BYTES_MAX = 3 << 20;

/** Sends appends over the connection that there is, and takes their answers. */
export class LogAppender {
  readonly #parts: AppenderParts;
  readonly #inquiry: AppendResolver;
  readonly #inFlight = new InFlightIds();
  #appends: BatchAppends | undefined;
  #preparing: Promise<BatchAppends> | undefined;

  constructor(parts: AppenderParts) {
    this.#parts = parts;
    this.#inquiry = new AppendResolver(parts);
  }

  /**
   * Appends that meet nothing in their way go out in the order of the calls: nothing is awaited before them. One with
   * an id that is on its way waits until it is known what became of that, and fails where that cannot be known for now;
   * one with a known id is held against the log.
   */
  async append(append: UncertainAppend): Promise<AppendOutcome> {
    const { events } = append;
    if (this.#ready() === undefined) await this.#getReady();
    for (let holder = this.#inFlight.holder(events); holder !== undefined; ) {
      const unavailable = await holder;
      if (unavailable !== undefined) throw unavailable;
      holder = this.#inFlight.holder(events);
    }
    const recognising = this.#inquiry.recogniseKnown(append);
    const recognised = recognising instanceof Promise ? await recognising : recognising;
    if (recognised !== undefined) return recognised;
    const appends = this.#ready() ?? (await this.#getReady());
    return this.#inFlight.hold(events, this.#send(append, appends));
  }

  #ready(): BatchAppends | undefined {
    const appends = this.#appends;
    const isOver = appends?.session !== this.#parts.reader.connection.current || appends?.hasEnded;
    return isOver ? undefined : appends;
  }

  /** What is prepared goes on when an append has given up waiting for it. */
  async #getReady(): Promise<BatchAppends> {
    this.#preparing ??= this.#prepare().finally(() => {
      this.#preparing = undefined;
    });
    const waited = new AbortController();
    const tooLong = pause(this.#parts.reader.timeoutMs, waited.signal);
    const appends = await Promise.race([this.#preparing, tooLong]).finally(() => waited.abort());
    if (appends !== undefined) return appends;
    throw new StoreBusyError('The connection is still being prepared: nothing was written.');
  }

  /** Before the first append over a connection: is the server there, does the index know the log, what is its last time? */
  async #prepare(): Promise<BatchAppends> {
    const { connection, reads, timeoutMs } = this.#parts.reader;
    const session = await connection.session();
    await reads.stream(NO_STREAM, { direction: 'backwards', maxCount: 1 });
    await this.#awaitIndex();
    await this.#learnLastTime();
    if (connection.current !== session) {
      throw new StoreUnavailableError('EventStoreDB was lost again at once: nothing was written.');
    }
    this.#appends = new BatchAppends(connection, session, timeoutMs / 2);
    return this.#appends;
  }

  /**
   * Of the last event that the index knows: it may have been followed before the process started. The end of the log
   * itself is not looked for, as the server would have to pass over all that strangers have put there since.
   */
  async #learnLastTime(): Promise<void> {
    const { reader, index, clock } = this.#parts;
    if (index.position === undefined) return;
    try {
      const last = await reader.readEventAt(index.position);
      clock.saw(last?.recordedAt ?? '');
    } catch (error) {
      // No reason to take no appends: whoever reads it is told, and so is the feed of the index.
      if (!(error instanceof UnreadableEventError)) throw error;
    }
  }

  async #awaitIndex(): Promise<void> {
    const { feed, reader } = this.#parts;
    const waited = new AbortController();
    await Promise.race([feed.caughtUp, pause(reader.timeoutMs, waited.signal)]);
    waited.abort();
    if (feed.isCaughtUp) return;
    throw new StoreBusyError('The index of ids does not know the whole log yet: nothing was written.');
  }

  async #send(append: UncertainAppend, appends: BatchAppends): Promise<AppendOutcome> {
    const { clock, reader } = this.#parts;
    const { stream, expected, events } = append;
    const recording = clock.stamp(events);
    if (recording.outcome !== 'in-order') return this.#inquiry.refuseTime(append, recording);
    try {
      const { times } = recording;
      const proposed = events.map((event, index) => proposedEvent(event, times[index] ?? ''));
      requireBytes(proposed);
      const answer = await appends.append({ stream: reader.prefix + stream, expected, events: proposed });
      const outcome = await this.#conclude(append, times, answer);
      if (outcome.outcome === 'appended') this.#tell(outcome);
      return outcome;
    } finally {
      clock.arrived();
    }
  }

  async #conclude(
    append: UncertainAppend,
    times: readonly string[],
    answer: BatchAppendAnswer,
  ): Promise<AppendOutcome> {
    switch (answer.answer) {
      case 'stored':
        return acknowledged(append, times, answer) ?? this.#inquiry.resolve(append, 'positions are missing');
      case 'wrong-revision':
        return (
          (await this.#inquiry.recogniseInStream(append)) ?? {
            outcome: 'wrong-revision',
            actual: answer.actual,
          }
        );
      case 'too-large':
        throw new AppendTooLargeError('EventStoreDB takes no append of this size: nothing was written.');
      case 'refused':
        throw new StoreFailedError(`EventStoreDB refuses the append: ${answer.reason}.`);
      case 'unknown':
        return this.#inquiry.resolve(append, answer.reason);
    }
  }

  #tell({ events }: Extract<AppendOutcome, { outcome: 'appended' }>): void {
    const { reader, index, clock } = this.#parts;
    index.note(events);
    clock.saw(events.at(-1)?.recordedAt ?? '');
    reader.notify();
  }
}

/** Undefined where the events have to be read: the answer tells the position of the last one only. */
function acknowledged(
  append: UncertainAppend,
  times: readonly string[],
  answer: Stored,
): AppendOutcome | undefined {
  const { stream, events } = append;
  const [event] = events;
  if (event === undefined || events.length > 1 || answer.position === undefined) return undefined;
  const recorded = {
    position: positionToken(answer.position),
    id: event.id,
    type: event.type,
    stream,
    revision: answer.lastRevision,
    recordedAt: times[0] ?? '',
    metadata: event.metadata,
    content: event.content,
    salt: event.salt,
  };
  return { outcome: 'appended', events: [recorded] };
}

function requireBytes(events: readonly ProposedEvent[]): void {
  const bytes = events.reduce((sum, { data, metadata }) => sum + data.length + metadata.length, 0);
  if (bytes <= APPEND_BYTES_MAX) return;
  throw new AppendTooLargeError(`An append holds at most ${APPEND_BYTES_MAX} bytes: nothing was written.`);
}

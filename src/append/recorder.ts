import { LRUCache } from 'lru-cache';
import { emptyRecord } from '../domain/record/record-version.ts';
import {
  type EventStore,
  type NewEvent,
  type Revision,
  StoreUnavailableError,
  UnreadableEventError,
} from '../event-store/event-store.ts';
import { type AppendRequest, parseAppendRequest } from './append-request.ts';
import { danglingReferenceWarnings } from './dangling-references.ts';
import { DryRun } from './dry-run.ts';
import { createRandomPool, createUuidV7 } from './ids.ts';
import { parseImport } from './import.ts';
import { withLinkedStreams } from './linked-streams.ts';
import type { Precondition, PreviewOutcome, RecordOutcome, RecordWarning } from './outcome.ts';
import { readRecord, revisionOf } from './read-record.ts';
import { StreamQueue } from './stream-queue.ts';
import { type UnsaltedEvent, type ValidationResult, validateAppend } from './validate.ts';

export type {
  AppendPreview,
  Precondition,
  PreviewedEvent,
  PreviewOutcome,
  RecordOutcome,
  RecordWarning,
} from './outcome.ts';

interface RecordOptions {
  readonly actor: string;
  readonly precondition?: Precondition | undefined;
}

export interface Recorder {
  /**
   * Appends one event, or an array of events for one stream: all of them or none. If they were recorded before under
   * the same ids, it returns the first result again, whatever the precondition. Calls for one stream take effect in
   * their order. Throws what the store throws.
   */
  record(input: unknown, options: RecordOptions): Promise<RecordOutcome>;
  /** Dry-runs `record`. What it accepts will be recorded, unless the record changes in the meantime. */
  preview(input: unknown, options: RecordOptions): Promise<PreviewOutcome>;
  /**
   * Begins a dry run of several calls of `record`. Each `preview` sees what the earlier ones accepted, so they must be
   * called one after another.
   */
  dryRun(): Pick<Recorder, 'preview'>;
  /**
   * Appends exported events (one envelope, or an array for one stream) with the fields that the server set, except
   * their positions. They must pass the checks of the current schema versions, after upcasting, and are stored byte for
   * byte.
   */
  restore(envelopes: unknown): Promise<RecordOutcome>;
}

/** Another process may append to the stream between the read of a record and the append. */
const ATTEMPTS_MAX = 8;

/** Maximum number of streams remembered as existing. The next event of a forgotten one costs a failed append. */
const KNOWN_STREAMS_MAX = 10_000;

type Store = Pick<EventStore, 'append' | 'readStream' | 'readEvent'>;

const SALT_BYTES = 16;

/** The sources of ids and salts. The clock also tells which dates are in the future. */
export interface RecorderSources {
  readonly clock: () => Date;
  readonly randomBytes: (count: number) => Buffer;
}

export function createRecorder(
  store: Store,
  { clock, randomBytes }: RecorderSources = { clock: () => new Date(), randomBytes: createRandomPool() },
): Recorder {
  const newId = createUuidV7(clock, randomBytes);
  const queue = new StreamQueue();
  const appender = new Appender(store, clock, () => randomBytes(SALT_BYTES).toString('base64url'));
  const append = (request: AppendRequest, precondition: Precondition): Promise<RecordOutcome> =>
    queue.run(request.stream, () => appender.append(request, precondition));
  const dryRun = (): Pick<Recorder, 'preview'> => {
    const run = new DryRun(store, clock);
    return {
      async preview(input, { actor, precondition = () => true }) {
        const parsed = parseAppendRequest(input, actor, newId);
        return parsed.outcome === 'invalid' ? parsed : run.preview(parsed.request, precondition);
      },
    };
  };
  return {
    async record(input, { actor, precondition = () => true }) {
      const parsed = parseAppendRequest(input, actor, newId);
      return parsed.outcome === 'invalid' ? parsed : append(parsed.request, precondition);
    },
    preview: (input, options) => dryRun().preview(input, options),
    dryRun,
    async restore(envelopes) {
      const parsed = parseImport(envelopes);
      if (parsed.outcome === 'invalid') return parsed;
      const first = parsed.request.events[0].imported?.revision ?? 0;
      return append(parsed.request, (actual) => actual === (first === 0 ? 'no-stream' : first - 1));
    },
  };
}

type Accepted = Extract<ValidationResult, { outcome: 'accepted' }>;

/** Validates events against their record and appends them at the revision that they were validated for. */
class Appender {
  readonly #store: Store;
  readonly #clock: () => Date;
  readonly #newSalt: () => string;
  readonly #knownStreams = new LRUCache<string, true>({ max: KNOWN_STREAMS_MAX });

  constructor(store: Store, clock: () => Date, newSalt: () => string) {
    this.#store = store;
    this.#clock = clock;
    this.#newSalt = newSalt;
  }

  /** Assumes that an unknown stream is new. Then nothing has to be read, and the store refuses a wrong guess. */
  async append(sent: AppendRequest, precondition: Precondition): Promise<RecordOutcome> {
    const request = await withLinkedStreams(this.#store, sent);
    const { stream } = request;
    const now = this.#clock();
    const opening = this.#knownStreams.has(stream) ? undefined : validateAsNew(request, precondition, now);
    const opened = opening && (await this.#appendAt(request, opening, 'no-stream'));
    if (opened !== undefined) return opened;
    const ids = new Set(request.events.map(({ id }) => id));
    for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt += 1) {
      // A repeat is validated against the record as it was before it, like the first time.
      const { state, isCut: isRepeat } = await readRecord(this.#store, stream, ({ id }) => ids.has(id));
      const actual = revisionOf(state);
      if (!isRepeat && !precondition(actual)) return { outcome: 'wrong-revision', stream, actual };
      const validated = validateAppend(request, state, now);
      if (validated.outcome !== 'accepted') return validated;
      const appended = await this.#appendAt(request, validated, actual);
      if (appended !== undefined) return appended;
    }
    return { outcome: 'contended', stream };
  }

  /** Returns undefined if the stream is not at the expected revision. */
  async #appendAt(
    request: AppendRequest,
    validated: Accepted,
    expected: Revision | 'no-stream',
  ): Promise<RecordOutcome | undefined> {
    const [first, ...others] = validated.events;
    const salted = (event: UnsaltedEvent): NewEvent => ({ ...event, salt: this.#newSalt() });
    const { stream } = request;
    const appended = await this.#store.append(stream, expected, [salted(first), ...others.map(salted)]);
    if (appended.outcome === 'appended' || appended.outcome === 'wrong-revision') {
      this.#knownStreams.set(stream, true);
    }
    if (appended.outcome === 'wrong-revision') return undefined;
    if (appended.outcome !== 'appended' && appended.outcome !== 'already-recorded') return appended;
    const { events } = appended;
    const outcome = appended.outcome === 'appended' ? 'recorded' : 'repeated';
    return {
      outcome,
      events,
      warnings: [...validated.warnings, ...(await this.#danglingReferences(request))],
    };
  }

  /**
   * Looks references up after the append, so that what was appended just before is found. The events are on disk by
   * then, so a failure to look costs the warnings, not the success.
   */
  async #danglingReferences(request: AppendRequest): Promise<readonly RecordWarning[]> {
    try {
      return await danglingReferenceWarnings(this.#store, request);
    } catch (error) {
      if (error instanceof StoreUnavailableError || error instanceof UnreadableEventError) return [];
      throw error;
    }
  }
}

/** Returns undefined if the record must be read first: to refuse, to warn, or because of the precondition. */
function validateAsNew(request: AppendRequest, precondition: Precondition, now: Date): Accepted | undefined {
  if (!precondition('no-stream')) return undefined;
  const validated = validateAppend(request, emptyRecord(request.stream), now);
  if (validated.outcome !== 'accepted') return undefined;
  const mayExist = request.events[0].event.stream !== undefined;
  return mayExist && validated.warnings.length > 0 ? undefined : validated;
}

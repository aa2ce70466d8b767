import { findContentType } from '../domain/event-types/registry.ts';
import {
  type EventStore,
  type NewEvent,
  StoreUnavailableError,
  UnreadableEventError,
} from '../event-store/event-store.ts';
import { type AppendRequest, parseAppendRequest } from './append-request.ts';
import { danglingReferenceWarnings } from './dangling-references.ts';
import { DryRun } from './dry-run.ts';
import { createRandomPool, createUuidV7, newSalt } from './ids.ts';
import { parseImport } from './import.ts';
import { withLinkedStreams } from './linked-streams.ts';
import type { Permit, Precondition, PreviewOutcome, RecordOutcome, RecordWarning } from './outcome.ts';
import type { PreviewedLog } from './preview.ts';
import { type KnownRecord, readRecord, revisionOf, unknownRecord } from './read-record.ts';
import { RecordCache } from './record-cache.ts';
import { StreamQueue } from './stream-queue.ts';
import { type ValidatedEvent, type ValidationResult, validateAppend } from './validate.ts';

export type {
  AppendPreview,
  Permit,
  Precondition,
  PreviewedEvent,
  PreviewOutcome,
  RecordOutcome,
  RecordWarning,
} from './outcome.ts';

interface RecordOptions {
  readonly actor: string;
  /** By default, everything may be added. */
  readonly permit?: Permit | undefined;
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
  dryRun(): AppendDryRun;
  /**
   * Appends exported events (one envelope, or an array for one stream) with the fields that the server set, except
   * their positions. They must pass the checks of the current schema versions, after upcasting, and are stored byte for
   * byte.
   */
  restore(envelopes: unknown): Promise<RecordOutcome>;
  /**
   * Runs work on a record while this process appends nothing to it, and forgets what it knows of the record: the work
   * may change it.
   */
  exclusively<Result>(stream: string, work: () => Promise<Result>): Promise<Result>;
}

/** A dry run of several appends. */
export interface AppendDryRun extends Pick<Recorder, 'preview'> {
  /** Dry-runs `restore`. */
  previewRestore(envelopes: unknown): Promise<PreviewOutcome>;
}

/** Another process may append to the stream between the read of a record and the append. */
const ATTEMPTS_MAX = 8;

type Store = Pick<EventStore, 'append' | 'readStream' | 'readEvent'>;

/** The sources of ids and salts. The clock also tells which dates are in the future. */
export interface RecorderSources {
  readonly clock: () => Date;
  readonly randomBytes: (count: number) => Buffer;
}

const DEFAULT_SOURCES: RecorderSources = { clock: () => new Date(), randomBytes: createRandomPool() };

export function createRecorder(
  store: Store,
  { clock, randomBytes }: RecorderSources = DEFAULT_SOURCES,
): Recorder {
  const newId = createUuidV7(clock, randomBytes);
  const queue = new StreamQueue();
  const appender = new Appender(store, clock, () => newSalt(randomBytes));
  const append = (request: AppendRequest, precondition: Precondition): Promise<RecordOutcome> =>
    queue.run(request.stream, () => appender.append(request, precondition));
  const dryRun = (): AppendDryRun => createDryRun(store, { clock, randomBytes });
  return {
    async record(input, { actor, permit = () => undefined, precondition = () => true }) {
      const parsed = parseAppendRequest(input, actor, newId);
      if (parsed.outcome === 'invalid') return parsed;
      const { request } = parsed;
      return permit(request.stream, request.events) ?? append(request, precondition);
    },
    preview: (input, options) => dryRun().preview(input, options),
    dryRun,
    async restore(envelopes) {
      const parsed = parseImport(envelopes);
      if (parsed.outcome === 'invalid') return parsed;
      return append(parsed.request, followsRevision(parsed.request));
    },
    exclusively: (stream, work) =>
      queue.run(stream, async () => {
        try {
          return await work();
        } finally {
          appender.forget(stream);
        }
      }),
  };
}

/** Begins a dry run. The log need not be writable. */
export function createDryRun(
  store: PreviewedLog,
  { clock, randomBytes }: RecorderSources = DEFAULT_SOURCES,
): AppendDryRun {
  const newId = createUuidV7(clock, randomBytes);
  const run = new DryRun(store, clock);
  return {
    async preview(input, { actor, permit = () => undefined, precondition = () => true }) {
      const parsed = parseAppendRequest(input, actor, newId);
      if (parsed.outcome === 'invalid') return parsed;
      const { request } = parsed;
      return permit(request.stream, request.events) ?? run.preview(request, precondition);
    },
    async previewRestore(envelopes) {
      const parsed = parseImport(envelopes);
      return parsed.outcome === 'invalid'
        ? parsed
        : run.preview(parsed.request, followsRevision(parsed.request));
    },
  };
}

/** An exported event must have its old place in its record. */
function followsRevision({ events: [{ imported }] }: AppendRequest): Precondition {
  const first = imported?.revision ?? 0;
  return (actual) => actual === (first === 0 ? 'no-stream' : first - 1);
}

type Accepted = Extract<ValidationResult, { outcome: 'accepted' }>;

/** Validates events against their record and appends them at the revision that they were validated for. */
class Appender {
  readonly #store: Store;
  readonly #clock: () => Date;
  readonly #newSalt: () => string;
  readonly #records = new RecordCache();

  constructor(store: Store, clock: () => Date, newSalt: () => string) {
    this.#store = store;
    this.#clock = clock;
    this.#newSalt = newSalt;
  }

  forget(stream: string): void {
    this.#records.delete(stream);
  }

  async append(sent: AppendRequest, precondition: Precondition): Promise<RecordOutcome> {
    const request = await withLinkedStreams(this.#store, sent);
    const { stream } = request;
    const now = this.#clock();
    const unread = await this.#appendUnread(request, precondition, now);
    if (unread !== undefined) return unread;
    const ids = new Set(request.events.map(({ id }) => id));
    for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt += 1) {
      // A repeat is validated against the record as it was before it, like the first time.
      const { isCut: isRepeat, ...record } = await readRecord(this.#store, stream, ({ id }) => ids.has(id));
      const actual = revisionOf(record.state);
      if (!isRepeat && !precondition(actual, record.last))
        return { outcome: 'wrong-revision', stream, actual };
      const validated = validateAppend(request, record.state, now);
      if (validated.outcome !== 'accepted') return validated;
      const appended = await this.#appendTo(record, request, validated);
      if (appended !== undefined) return appended;
    }
    return { outcome: 'contended', stream };
  }

  /**
   * Appends without reading the record: to the cached record or, if there is none, to a new one. Returns undefined if
   * the record has to be read: a cached record may be out of date, unless an append at its revision succeeds.
   */
  async #appendUnread(
    request: AppendRequest,
    precondition: Precondition,
    now: Date,
  ): Promise<RecordOutcome | undefined> {
    const kept = this.#records.get(request.stream);
    const record = kept ?? unknownRecord(request.stream);
    if (!precondition(revisionOf(record.state), record.last)) return undefined;
    const validated = validateAppend(request, record.state, now);
    if (validated.outcome !== 'accepted') return undefined;
    if (kept === undefined && !isProbablyNew(request, validated)) return undefined;
    const outcome = await this.#appendTo(record, request, validated);
    return kept === undefined || outcome?.outcome === 'recorded' ? outcome : undefined;
  }

  /** Returns undefined if the stream is not at the revision of the record. */
  async #appendTo(
    record: KnownRecord,
    request: AppendRequest,
    validated: Accepted,
  ): Promise<RecordOutcome | undefined> {
    const [first, ...others] = validated.events;
    const salted = (event: ValidatedEvent): NewEvent => ({ ...event, salt: event.salt ?? this.#newSalt() });
    const { stream } = request;
    const expected = revisionOf(record.state);
    const appended = await this.#store.append(stream, expected, [salted(first), ...others.map(salted)]);
    if (appended.outcome === 'wrong-revision') {
      this.#records.delete(stream);
      return undefined;
    }
    if (appended.outcome !== 'appended' && appended.outcome !== 'already-recorded') return appended;
    const { events } = appended;
    if (appended.outcome === 'appended') this.#records.add(record, events);
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
      return await danglingReferenceWarnings(this.#store, request, (name) => this.#records.has(name));
    } catch (error) {
      if (error instanceof StoreUnavailableError || error instanceof UnreadableEventError) return [];
      throw error;
    }
  }
}

/** False for types that continue a record, and for events with warnings, which may not apply to an existing record. */
function isProbablyNew({ events: [{ event }] }: AppendRequest, { warnings }: Accepted): boolean {
  if (event.stream === undefined) return true;
  return findContentType(event.type)?.inherits !== true && warnings.length === 0;
}

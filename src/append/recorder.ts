import { emptyRecord } from '../domain/record/record.ts';
import type { AppendOutcome, EventStore, NewEvent, Revision } from '../event-store/event-store.ts';
import { type AppendRequest, parseAppendRequest } from './append-request.ts';
import { danglingReferenceWarnings } from './dangling-references.ts';
import { createRandomPool, createUuidV7 } from './ids.ts';
import { parseImport } from './import.ts';
import type { Precondition, PreviewOutcome, RecordOutcome, RecordWarning } from './outcome.ts';
import { previewAppend } from './preview.ts';
import { readRecord, revisionOf } from './read-record.ts';
import { StreamQueue } from './stream-queue.ts';
import { type ValidationResult, validateAppend } from './validate.ts';

export type {
  AppendPreview,
  Precondition,
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
   * Records one event, or an array of events for one stream: all of them or none. What was recorded before, under the
   * same ids, is answered as the first time, whatever the precondition. Calls for one stream take effect in their
   * order. Throws what the store throws.
   */
  record(input: unknown, options: RecordOptions): Promise<RecordOutcome>;
  /**
   * The same up to the append, and nothing is recorded: what is accepted here will be recorded, unless something else
   * comes in between.
   */
  preview(input: unknown, options: RecordOptions): Promise<PreviewOutcome>;
  /**
   * Records events as an export gives them (one envelope, or an array for one stream) with all that the server set but
   * their position: ids, revisions, actors, instants. They are checked as the present schema versions ask, brought up to
   * date where they are older, and recorded as they are, byte for byte, or refused.
   */
  restore(envelopes: unknown): Promise<RecordOutcome>;
}

/** A writer of another process can be faster between reading a record and appending to it. */
const ATTEMPTS_MAX = 8;

type Store = Pick<EventStore, 'append' | 'readStream' | 'readEvent'>;

const SALT_BYTES = 16;

/** What ids and salts are made of. */
export interface RecorderSources {
  readonly clock: () => Date;
  readonly randomBytes: (count: number) => Buffer;
}

export function createRecorder(
  store: Store,
  { clock, randomBytes }: RecorderSources = { clock: () => new Date(), randomBytes: createRandomPool() },
): Recorder {
  const newId = createUuidV7(clock, randomBytes);
  const newSalt = () => randomBytes(SALT_BYTES).toString('base64url');
  const turns = new StreamQueue();
  const take = (submission: AppendRequest, precondition: Precondition): Promise<RecordOutcome> =>
    turns.run(submission.stream, () => appendJudged(store, newSalt, submission, precondition));
  return {
    async record(input, { actor, precondition = () => true }) {
      const drafted = parseAppendRequest(input, actor, newId);
      return drafted.outcome === 'invalid' ? drafted : take(drafted.submission, precondition);
    },
    async preview(input, { actor, precondition = () => true }) {
      const drafted = parseAppendRequest(input, actor, newId);
      return drafted.outcome === 'invalid' ? drafted : previewAppend(store, drafted.submission, precondition);
    },
    async restore(envelopes) {
      const drafted = parseImport(envelopes);
      if (drafted.outcome === 'invalid') return drafted;
      const first = drafted.submission.events[0].restored?.revision ?? 0;
      return take(drafted.submission, (actual) => actual === (first === 0 ? 'no-stream' : first - 1));
    },
  };
}

/**
 * Holds the events against their record and appends them at the revision that they were held against. A record is
 * taken to be new first: then nothing needs to be read, and the store tells when it is not so.
 */
async function appendJudged(
  store: Store,
  newSalt: () => string,
  submission: AppendRequest,
  precondition: Precondition,
): Promise<RecordOutcome> {
  const { stream } = submission;
  const assumed = assumeNewRecord(submission, precondition);
  if (assumed !== undefined) {
    const appended = await appendAt(store, newSalt, submission, assumed, 'no-stream');
    if (appended !== undefined) return appended;
  }
  const ids = new Set(submission.events.map(({ id }) => id));
  for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt += 1) {
    // Events that are there already are held against the record as it stood before them, as the first time.
    const { state, isCut: isRepeat } = await readRecord(store, stream, ({ id }) => ids.has(id));
    const actual = revisionOf(state);
    if (!isRepeat && !precondition(actual)) return { outcome: 'wrong-revision', stream, actual };
    const judgement = validateAppend(submission, state);
    if (judgement.outcome !== 'accepted') return judgement;
    const appended = await appendAt(store, newSalt, submission, judgement, actual);
    if (appended !== undefined) return appended;
  }
  return { outcome: 'contended', stream };
}

type Accepted = Extract<ValidationResult, { outcome: 'accepted' }>;

/** Undefined where a look at the record is needed: to refuse, to warn, or because the client knows it to be there. */
function assumeNewRecord(submission: AppendRequest, precondition: Precondition): Accepted | undefined {
  if (!precondition('no-stream')) return undefined;
  const judgement = validateAppend(submission, emptyRecord(submission.stream));
  if (judgement.outcome !== 'accepted') return undefined;
  const mayBeThere = submission.events[0].event.stream !== undefined;
  return mayBeThere && judgement.warnings.length > 0 ? undefined : judgement;
}

/** Undefined when the stream has moved on. */
async function appendAt(
  store: Store,
  newSalt: () => string,
  submission: AppendRequest,
  judgement: Accepted,
  expected: Revision | 'no-stream',
): Promise<RecordOutcome | undefined> {
  const [first, ...others] = judgement.events;
  const missing = danglingReferenceWarnings(store, submission);
  const warnings = missing === undefined ? judgement.warnings : [...judgement.warnings, ...(await missing)];
  const salted = (event: Omit<NewEvent, 'salt'>): NewEvent => ({ ...event, salt: newSalt() });
  const appended = await store.append(submission.stream, expected, [salted(first), ...others.map(salted)]);
  if (appended.outcome === 'wrong-revision') return undefined;
  return outcomeOf(appended, warnings);
}

function outcomeOf(
  appended: Exclude<AppendOutcome, { outcome: 'wrong-revision' }>,
  warnings: readonly RecordWarning[],
): RecordOutcome {
  switch (appended.outcome) {
    case 'appended':
      return { outcome: 'recorded', events: appended.events, warnings };
    case 'already-recorded':
      return { outcome: 'repeated', events: appended.events, warnings };
    default:
      return appended;
  }
}

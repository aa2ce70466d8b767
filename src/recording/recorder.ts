import { emptyRecord } from '../domain/record.ts';
import type { AppendOutcome, EventStore, NewEvent, Revision } from '../event-store/event-store.ts';
import { foresee } from './foresight.ts';
import { type Judgement, judgeSubmission } from './judgement.ts';
import { missingRecordWarnings } from './missing-records.ts';
import { createRandomPool } from './random-pool.ts';
import type { Precondition, PreviewOutcome, RecordOutcome, RecordWarning } from './record-outcome.ts';
import { readRecord, revisionOf } from './record-reading.ts';
import { draftRestoration } from './restoration.ts';
import { StreamTurns } from './stream-turns.ts';
import { draftSubmission, type Submission } from './submission.ts';
import { createUuidV7 } from './uuid-v7.ts';

export type {
  Foresight,
  Precondition,
  PreviewOutcome,
  RecordOutcome,
  RecordWarning,
} from './record-outcome.ts';

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
  const turns = new StreamTurns();
  const take = (submission: Submission, precondition: Precondition): Promise<RecordOutcome> =>
    turns.take(submission.stream, () => appendJudged(store, newSalt, submission, precondition));
  return {
    async record(input, { actor, precondition = () => true }) {
      const drafted = draftSubmission(input, actor, newId);
      return drafted.outcome === 'invalid' ? drafted : take(drafted.submission, precondition);
    },
    async preview(input, { actor, precondition = () => true }) {
      const drafted = draftSubmission(input, actor, newId);
      return drafted.outcome === 'invalid' ? drafted : foresee(store, drafted.submission, precondition);
    },
    async restore(envelopes) {
      const drafted = draftRestoration(envelopes);
      if (drafted.outcome === 'invalid') return drafted;
      const first = drafted.submission.drafts[0].restored?.revision ?? 0;
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
  submission: Submission,
  precondition: Precondition,
): Promise<RecordOutcome> {
  const { stream } = submission;
  const assumed = assumeNewRecord(submission, precondition);
  if (assumed !== undefined) {
    const appended = await appendAt(store, newSalt, submission, assumed, 'no-stream');
    if (appended !== undefined) return appended;
  }
  const ids = new Set(submission.drafts.map(({ id }) => id));
  for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt += 1) {
    // Events that are there already are held against the record as it stood before them, as the first time.
    const { state, isCut: isRepeat } = await readRecord(store, stream, ({ id }) => ids.has(id));
    const actual = revisionOf(state);
    if (!isRepeat && !precondition(actual)) return { outcome: 'wrong-revision', stream, actual };
    const judgement = judgeSubmission(submission, state);
    if (judgement.outcome !== 'accepted') return judgement;
    const appended = await appendAt(store, newSalt, submission, judgement, actual);
    if (appended !== undefined) return appended;
  }
  return { outcome: 'contended', stream };
}

type Accepted = Extract<Judgement, { outcome: 'accepted' }>;

/** Undefined where a look at the record is needed: to refuse, to warn, or because the client knows it to be there. */
function assumeNewRecord(submission: Submission, precondition: Precondition): Accepted | undefined {
  if (!precondition('no-stream')) return undefined;
  const judgement = judgeSubmission(submission, emptyRecord(submission.stream));
  if (judgement.outcome !== 'accepted') return undefined;
  const mayBeThere = submission.drafts[0].event.stream !== undefined;
  return mayBeThere && judgement.warnings.length > 0 ? undefined : judgement;
}

/** Undefined when the stream has moved on. */
async function appendAt(
  store: Store,
  newSalt: () => string,
  submission: Submission,
  judgement: Accepted,
  expected: Revision | 'no-stream',
): Promise<RecordOutcome | undefined> {
  const [first, ...others] = judgement.events;
  const missing = missingRecordWarnings(store, submission);
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

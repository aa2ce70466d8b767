import type { RecordedEvent } from '../../event-store/event-store.ts';
import type { TimelineDefinition } from '../../projector/define-timeline.ts';
import type { MatcherResult, MatcherThis } from '../matchers/timeline-matchers.ts';
import { eventsOf, type History } from '../replay/history.ts';
import { OpenReplay } from '../replay/open-replay.ts';
import { projectToEnd } from '../replay/project-to-end.ts';
import { ReplayClock, START } from '../replay/replay-clock.ts';
import { openReplayStores, type StoreKind, storeKindOf } from '../replay/replay-stores.ts';
import { type LawEngine, LawRun } from './law-run.ts';
import { BrokenLawError, checkReplayLaws } from './replay-laws.ts';
import { HistoryInBlocks } from './subset.ts';

export interface LawOptions {
  /** Where the rows are kept; `memory` unless told otherwise. */
  readonly store?: StoreKind;
  /** That a failure told: the same parts of the history are tried again. Absent: another one each time. */
  readonly seed?: number;
  /** How many parts of the history are tried, the whole of it being the first. Absent: 20. */
  readonly runs?: number;
}

const RUNS = 20;
const EVENTS_TOLD_MAX = 20;

/** That of the program. */
export const ENGINE: LawEngine = {
  project: projectToEnd,
  rebuild: async (stores, _old, label, definition, log) => {
    const rows = stores.openRows(label);
    await projectToEnd(log, [{ definition, writer: rows.writer }]);
    return rows;
  },
};

/** What a history, or the smallest part of it, did. */
interface Failure {
  readonly law: string;
  readonly difference: string;
  readonly seed: number;
  readonly events: readonly RecordedEvent[];
}

/**
 * Passes when a projection keeps the laws of replay on a history and on parts of it that hold together as records.
 * Otherwise it looks for the smallest part that breaks one.
 */
export function lawsMatcher(engine: LawEngine) {
  return async function toObeyReplayLaws(
    this: MatcherThis,
    received: unknown,
    history: History,
    options: LawOptions = {},
  ): Promise<MatcherResult> {
    const definition = definitionOf(received);
    const log = await recorded(history);
    const failure = await findFailure(definition, log, engine, options);
    return {
      pass: failure === undefined,
      message: () =>
        failure === undefined
          ? `Expected ${definition.name} to break a law of replay, and it keeps them on this history.`
          : failureText(definition, log, failure),
    };
  };
}

/** The first part of the history that breaks a law, and of it the smallest. */
async function findFailure(
  definition: TimelineDefinition,
  log: readonly RecordedEvent[],
  engine: LawEngine,
  { store, seed, runs = RUNS }: LawOptions,
): Promise<Failure | undefined> {
  const { asyncProperty, check, nat, subarray, uniqueArray } = await loadFastCheck();
  const kind = storeKindOf(store);
  const history = new HistoryInBlocks(log);
  const tryEvents = (places: readonly number[]) => tryPart(definition, history.part(places), engine, kind);
  const picks = uniqueArray(nat(history.length - 1), {
    minLength: 1,
    maxLength: history.length,
    size: 'small',
  });
  const found = await check(
    asyncProperty(picks, (picked) => tryEvents(history.withNeeds(picked))),
    { numRuns: runs, examples: [[[...log.keys()]]], ...(seed !== undefined && { seed }) },
  );
  if (!found.failed) return undefined;
  const part = history.withNeeds(found.counterexample?.[0] ?? []);
  const smallest = await check(asyncProperty(subarray([...part]), tryEvents), {
    numRuns: 1,
    examples: [[[...part]]],
  });
  const [places, error] = smallest.failed
    ? [smallest.counterexample?.[0] ?? [], smallest.errorInstance]
    : [part, found.errorInstance];
  return { ...reasonOf(error), seed: found.seed, events: history.part(places) };
}

async function tryPart(
  definition: TimelineDefinition,
  events: readonly RecordedEvent[],
  engine: LawEngine,
  store: StoreKind,
): Promise<void> {
  if (events.length === 0) return;
  const stores = await openReplayStores(store);
  try {
    await checkReplayLaws(new LawRun(definition, events, engine, stores));
  } finally {
    stores.close();
  }
}

async function recorded(history: History): Promise<readonly RecordedEvent[]> {
  const open = await OpenReplay.open('memory', [], new ReplayClock(START));
  await open.take(eventsOf(history));
  await open.settle();
  const log = await open.log.readAll({ direction: 'forwards', maxCount: Number.MAX_SAFE_INTEGER });
  await open.close();
  if (log.length === 0) throw new RangeError('toObeyReplayLaws needs a history with events in it.');
  return log;
}

/** Only who checks laws needs it. */
async function loadFastCheck() {
  try {
    return await import('fast-check');
  } catch (cause) {
    throw new Error('toObeyReplayLaws needs fast-check: npm install --save-dev fast-check', { cause });
  }
}

function definitionOf(received: unknown): TimelineDefinition {
  const isDefinition = typeof received === 'object' && received !== null && 'partitionBy' in received;
  if (isDefinition) return received as TimelineDefinition;
  throw new TypeError('toObeyReplayLaws is asked of a projection, as defineTimeline gives it.');
}

function reasonOf(error: unknown): Pick<Failure, 'law' | 'difference'> {
  if (error instanceof BrokenLawError) return { law: error.law, difference: error.message };
  const law = 'taking: a projection takes every event';
  return { law, difference: error instanceof Error ? error.message : String(error) };
}

function failureText(
  { name }: TimelineDefinition,
  log: readonly RecordedEvent[],
  { law, difference, seed, events }: Failure,
): string {
  const told = events
    .slice(0, EVENTS_TOLD_MAX)
    .map(({ type, stream }, i) => `  ${i + 1}  ${type}  ${stream}`);
  const rest = events.length > told.length ? [`  … and ${events.length - told.length} more`] : [];
  return [
    `The projection ${name} breaks a law of replay.`,
    `  ${law}`,
    '',
    `The smallest history that shows it, ${events.length} of ${log.length} events (seed ${seed}):`,
    ...told,
    ...rest,
    '',
    difference,
  ].join('\n');
}

export const toObeyReplayLaws = lawsMatcher(ENGINE);

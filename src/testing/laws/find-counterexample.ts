import type { RecordedEvent } from '../../event-store/event-store.ts';
import type { TimelineDefinition } from '../../projector/define-timeline.ts';
import { openReplayStores, type StoreKind, storeKindOf } from '../replay/replay-stores.ts';
import { importFastCheck } from './import-fast-check.ts';
import { type LawEngine, LawRun } from './law-run.ts';
import { BrokenLawError, checkReplayLaws } from './replay-laws.ts';
import { HistorySubsets } from './subset.ts';

export interface LawOptions {
  /** Where the rows are kept. Defaults to `memory`. */
  readonly store?: StoreKind;
  /** Selects the parts of the history to try. A failure shows it, to try the same parts again. Random by default. */
  readonly seed?: number;
  /** How many parts of the history to try. The first is the whole history. Defaults to 20. */
  readonly runs?: number;
}

/** The smallest history found that breaks a law. */
export interface Counterexample {
  readonly law: string;
  readonly difference: string;
  readonly seed: number;
  readonly events: readonly RecordedEvent[];
}

const RUNS_DEFAULT = 20;

/** Looks for a part of the history that breaks a law, and shrinks it. Returns undefined if there is none. */
export async function findCounterexample(
  definition: TimelineDefinition,
  log: readonly RecordedEvent[],
  engine: LawEngine,
  { store, seed, runs = RUNS_DEFAULT }: LawOptions,
): Promise<Counterexample | undefined> {
  const { asyncProperty, check, nat, subarray, uniqueArray } = await importFastCheck('toObeyReplayLaws');
  const kind = storeKindOf(store);
  const subsets = new HistorySubsets(log);
  const checkEvents = (indexes: readonly number[]) =>
    checkLaws(definition, subsets.eventsAt(indexes), engine, kind);
  const picks = uniqueArray(nat(subsets.length - 1), {
    minLength: 1,
    maxLength: subsets.length,
    size: 'small',
  });
  const broken = await check(
    asyncProperty(picks, (picked) => checkEvents(subsets.withNeeds(picked))),
    { numRuns: runs, examples: [[[...log.keys()]]], ...(seed !== undefined && { seed }) },
  );
  if (!broken.failed) return undefined;
  // The first search shrinks what is picked. The second also drops events that were included because others need them.
  const part = subsets.withNeeds(broken.counterexample?.[0] ?? []);
  const smallest = await check(asyncProperty(subarray([...part]), checkEvents), {
    numRuns: 1,
    examples: [[[...part]]],
  });
  const [indexes, error] = smallest.failed
    ? [smallest.counterexample?.[0] ?? [], smallest.errorInstance]
    : [part, broken.errorInstance];
  return { ...reasonOf(error), seed: broken.seed, events: subsets.eventsAt(indexes) };
}

async function checkLaws(
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

function reasonOf(error: unknown): Pick<Counterexample, 'law' | 'difference'> {
  if (error instanceof BrokenLawError) return { law: error.law, difference: error.message };
  const law = 'total: a projection accepts every event';
  return { law, difference: error instanceof Error ? error.message : String(error) };
}

import { numberedPosition } from '../../event-store/position.ts';
import type { EntryVersion, Ordinal, TimelineWriter } from '../../projector/timeline-store.ts';
import type { LawRun } from './law-run.ts';
import { nondeterminismProbe } from './nondeterminism-probe.ts';
import { appendAgain } from './subset.ts';
import { timelinesOf } from './timelines-difference.ts';

/** A law is broken; `message` shows how. */
export class BrokenLawError extends Error {
  override readonly name = 'BrokenLawError';
  readonly law: string;

  constructor(law: string, difference: string) {
    super(difference);
    this.law = law;
  }
}

/** Throws a `BrokenLawError` at the first law that is broken. */
export async function checkReplayLaws(trial: LawRun): Promise<void> {
  // The plain replay comes first: a projection that remembers answers otherwise only the next time.
  await trial.plainReplay(trial.length);
  for (const [law, check] of Object.entries(REPLAY_LAWS)) {
    const difference = await check(trial);
    if (difference !== undefined) throw new BrokenLawError(law, difference);
  }
}

/** Law → how a history breaks it; undefined when it does not. */
const REPLAY_LAWS: Readonly<Record<string, (trial: LawRun) => Promise<string | undefined>>> = {
  'deterministic: the same history gives the same timelines and states, whenever and however often the projection is asked':
    async (trial) =>
      trial.differs(
        await trial.replayed(trial.length, { definition: nondeterminismProbe(trial.definition) }),
      ),

  'batches: it makes no difference how many events are projected together': async (trial) => {
    for (const pageSize of [1, 2, 3, 7]) {
      const difference = await trial.differs(await trial.replayed(trial.length, { pageSize }));
      if (difference !== undefined) return `With ${pageSize} at once. ${difference}`;
    }
    return undefined;
  },

  'resuming: a projector that was stopped after any event goes on where it was': async (trial) => {
    const [log, label] = [trial.emptyLog(), trial.newLabel()];
    let done = 0;
    for (const cut of trial.cuts) {
      await appendAgain(log, trial.events.slice(done, cut));
      await trial.withRows(label, ({ writer }) => trial.project(log, writer));
      done = cut;
    }
    return trial.withRows(label, ({ reader }) => trial.differs(trial.timelinesOf(reader)));
  },

  'growing: rows that grew event by event are those of a rebuild': async (trial) => {
    const log = trial.emptyLog();
    return trial.withRows(trial.newLabel(), async ({ writer, reader }) => {
      let done = 0;
      for (const cut of trial.cuts) {
        await appendAgain(log, trial.events.slice(done, cut));
        await trial.project(log, writer);
        const difference = await trial.differs(trial.timelinesOf(reader), cut);
        if (difference !== undefined) return `After ${cut} events. ${difference}`;
        done = cut;
      }
      return undefined;
    });
  },

  'rebuilding: a rebuild leaves nothing behind that the history does not say': async (trial) => {
    const [log, old] = [await trial.log(), trial.newLabel()];
    await trial.withRows(old, async ({ writer, reader }) => {
      await trial.project(log, writer);
      plantOrphan(writer, [...trial.timelinesOf(reader).keys()]);
    });
    const rows = await trial.engine.rebuild(trial.stores, old, trial.newLabel(), trial.definition, log);
    try {
      return await trial.differs(timelinesOf(trial.definition, rows.reader, trial.length + 1));
    } finally {
      rows.close();
    }
  },

  'the past: a moment reads as a replay of the history that ends there': async (trial) => {
    const log = await trial.log();
    return trial.withRows(trial.newLabel(), async ({ writer, reader }) => {
      await trial.project(log, writer);
      return trial.differsInThePast(reader);
    });
  },

  'redelivery: events that come again change nothing': async (trial) => {
    const log = await trial.log();
    return trial.withRows(trial.newLabel(), async ({ writer, reader }) => {
      await trial.project(log, writer);
      await appendAgain(log, trial.events);
      const first = { definition: trial.definition, writer };
      await trial.withRows(trial.newLabel(), (beside) =>
        trial.engine.project(log, [first, { definition: trial.definition, writer: beside.writer }]),
      );
      return trial.differsInThePast(reader);
    });
  },

  'versions: rows of the version before stay readable while those of the next are made': async (trial) => {
    const log = await trial.log();
    const raised = { ...trial.definition, version: trial.definition.version + 1 };
    return trial.withRows(trial.newLabel(), async ({ writer, reader }) => {
      await trial.project(log, writer);
      await trial.withRows(trial.newLabel(raised), (next) =>
        trial.engine.project(log, [{ definition: raised, writer: next.writer }]),
      );
      return trial.differs(trial.timelinesOf(reader));
    });
  },
};

/** Commits what no event says: an entry in each of the timelines, and in one of its own. */
function plantOrphan(writer: TimelineWriter, keys: readonly string[]): void {
  const last = writer.checkpoint();
  const ordinal = ((last?.ordinal ?? 0) + 1) as Ordinal;
  const moment = {
    ordinal,
    position: numberedPosition(ordinal),
    instant: last?.instant ?? new Date(0).toISOString(),
  };
  const orphan: EntryVersion = {
    eventOrdinal: ordinal,
    item: 0,
    from: moment,
    earliest: undefined,
    latest: undefined,
    facets: { type: 'Orphan', countries: [], topics: [], speechActs: [] },
    body: '{"headline":"planted by no event"}',
    partitions: new Map([...keys, 'orphan'].map((key) => [key, '{}'])),
  };
  const checkpoint = { ...moment, eventId: 'orphan', lineage: last?.lineage ?? '' };
  writer.commit({ moments: [moment], versions: [orphan], checkpoint });
}

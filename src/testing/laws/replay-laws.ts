import { numberedPosition } from '../../event-store/position.ts';
import type { EntryVersion, Ordinal, TimelineWriter } from '../../projector/timeline-store.ts';
import type { LawRun } from './law-run.ts';
import { nondeterminismProbe } from './nondeterminism-probe.ts';
import { reappend } from './subset.ts';
import { timelinesOf } from './timelines-difference.ts';

/** Thrown for the first law that a projection breaks. The message describes how the timelines differ. */
export class BrokenLawError extends Error {
  override readonly name = 'BrokenLawError';
  readonly law: string;

  constructor(law: string, difference: string) {
    super(difference);
    this.law = law;
  }
}

/** Checks all laws on one history. Rejects with a `BrokenLawError`, or with what the projection throws. */
export async function checkReplayLaws(run: LawRun): Promise<void> {
  // The plain replay comes first, because a projection that remembers earlier calls differs only from the second on.
  await run.expected(run.length);
  for (const [law, check] of Object.entries(REPLAY_LAWS)) {
    const difference = await check(run);
    if (difference !== undefined) throw new BrokenLawError(law, difference);
  }
}

/** Law → check, which describes how the projection breaks the law, or returns undefined. */
const REPLAY_LAWS: Readonly<Record<string, (run: LawRun) => Promise<string | undefined>>> = {
  'deterministic: the same history always gives the same timelines and states': async (run) =>
    run.difference(await run.replay(run.length, { definition: nondeterminismProbe(run.definition) })),

  'batches: the size of a batch makes no difference': async (run) => {
    for (const pageSize of [1, 2, 3, 7]) {
      const difference = await run.difference(await run.replay(run.length, { pageSize }));
      if (difference !== undefined) return `With batches of ${pageSize}. ${difference}`;
    }
    return undefined;
  },

  'resuming: a projector that is stopped after any event resumes from there': async (run) => {
    const [log, label] = [run.emptyLog(), run.newLabel()];
    let projected = 0;
    for (const cut of run.cuts) {
      await reappend(log, run.events.slice(projected, cut));
      await run.withRows(label, ({ writer }) => run.project(log, writer));
      projected = cut;
    }
    return run.withRows(label, ({ reader }) => run.difference(run.timelinesOf(reader)));
  },

  'growing: rows that are kept up to date equal rebuilt ones': async (run) => {
    const log = run.emptyLog();
    return run.withRows(run.newLabel(), async ({ writer, reader }) => {
      let projected = 0;
      for (const cut of run.cuts) {
        await reappend(log, run.events.slice(projected, cut));
        await run.project(log, writer);
        const difference = await run.difference(run.timelinesOf(reader), cut);
        if (difference !== undefined) return `After ${cut} events. ${difference}`;
        projected = cut;
      }
      return undefined;
    });
  },

  'rebuilding: a rebuild keeps nothing of the old rows': async (run) => {
    const [log, old] = [await run.log(), run.newLabel()];
    await run.withRows(old, async ({ writer, reader }) => {
      await run.project(log, writer);
      plantOrphan(writer, [...run.timelinesOf(reader).keys()]);
    });
    const rows = await run.engine.rebuild(run.stores, old, run.newLabel(), run.definition, log);
    try {
      return await run.difference(timelinesOf(run.definition, rows.reader, run.length + 1));
    } finally {
      rows.close();
    }
  },

  'as of: a past state equals a replay of the history that ends there': async (run) => {
    const log = await run.log();
    return run.withRows(run.newLabel(), async ({ writer, reader }) => {
      await run.project(log, writer);
      return run.differenceInPast(reader);
    });
  },

  'redelivery: events that are delivered twice change nothing': async (run) => {
    const log = await run.log();
    return run.withRows(run.newLabel(), async ({ writer, reader }) => {
      await run.project(log, writer);
      await reappend(log, run.events);
      // A second, empty set of rows makes the projector start from the first event again.
      await run.withRows(run.newLabel(), (empty) =>
        run.engine.project(log, [
          { definition: run.definition, writer },
          { definition: run.definition, writer: empty.writer },
        ]),
      );
      return run.differenceInPast(reader);
    });
  },

  'versions: the rows of a version stay readable while the next version is built': async (run) => {
    const log = await run.log();
    const nextVersion = { ...run.definition, version: run.definition.version + 1 };
    return run.withRows(run.newLabel(), async ({ writer, reader }) => {
      await run.project(log, writer);
      await run.withRows(run.newLabel(nextVersion), (next) =>
        run.engine.project(log, [{ definition: nextVersion, writer: next.writer }]),
      );
      return run.difference(run.timelinesOf(reader));
    });
  },
};

/** Commits an entry that no event made, in each of the timelines and in one more. */
function plantOrphan(writer: TimelineWriter, keys: readonly string[]): void {
  const last = writer.checkpoint();
  const ordinal = ((last?.ordinal ?? 0) + 1) as Ordinal;
  const logPoint = {
    ordinal,
    position: numberedPosition(ordinal),
    instant: last?.instant ?? new Date(0).toISOString(),
    eventId: 'orphan',
  };
  const orphan: EntryVersion = {
    eventOrdinal: ordinal,
    item: 0,
    from: logPoint,
    earliest: undefined,
    latest: undefined,
    reach: undefined,
    rank: 0,
    facets: { type: 'Orphan', countries: [], topics: [], speechActs: [] },
    body: '{"headline":"made by no event"}',
    partitions: new Map([...keys, 'orphan'].map((key) => [key, '{}'])),
  };
  const checkpoint = { ...logPoint, lineage: last?.lineage ?? '' };
  writer.commit({ logPoints: [logPoint], versions: [orphan], links: [], checkpoint });
}

import type { EventReader, RecordedEvent } from '../event-store/event-store.ts';
import { InMemoryEventStore } from '../event-store/in-memory-event-store.ts';
import { numberedPosition } from '../event-store/numbered-position.ts';
import type { TimelineDefinition } from '../projector/define-timeline.ts';
import type { Projection } from '../projector/projector.ts';
import type { EntryVersion, Ordinal, TimelineReader, TimelineWriter } from '../projector/timeline-store.ts';
import { askedAtAnotherTime } from './another-time.ts';
import type { ReplayStores, Rows } from './replay-stores.ts';
import { appendAgain } from './sub-history.ts';
import { type Timelines, timelinesDifference, timelinesOf } from './timelines-difference.ts';

/** What the laws are checked on: tests of the laws plant their faults here. */
export interface LawEngine {
  /** Brings projections to the end of a log. Throws when one of them cannot take an event. */
  project(log: EventReader, projections: readonly Projection[], pageSize?: number): Promise<void>;
  /** Makes the rows of a definition anew, beside those of the old label, which they are to replace. */
  rebuild(
    stores: ReplayStores,
    old: string,
    label: string,
    definition: TimelineDefinition,
    log: EventReader,
  ): Promise<Rows>;
}

/** A law is broken; `message` shows how. */
export class BrokenLawError extends Error {
  override readonly name = 'BrokenLawError';
  readonly law: string;

  constructor(law: string, difference: string) {
    super(difference);
    this.law = law;
  }
}

/** Law → how a history breaks it; undefined when it does not. */
export const REPLAY_LAWS: Readonly<Record<string, (trial: LawTrial) => Promise<string | undefined>>> = {
  'deterministic: the same history gives the same timelines, whenever and however often the projection is asked':
    async (trial) =>
      trial.differs(await trial.replayed(trial.length, { definition: askedAtAnotherTime(trial.definition) })),

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
      return await trial.differs(timelinesOf(rows.reader, trial.length + 1));
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

/** Stops of a history up to this length are all tried; of a longer one as many, evenly spread. */
const CUTS_MAX = 24;

/** One history under trial. */
export class LawTrial {
  readonly definition: TimelineDefinition;
  readonly events: readonly RecordedEvent[];
  readonly engine: LawEngine;
  readonly stores: ReplayStores;
  /** Numbers of events after which to stop; the last is that of all. */
  readonly cuts: readonly number[];
  readonly #replays = new Map<number, Timelines>();
  #labels = 0;

  constructor(
    definition: TimelineDefinition,
    events: readonly RecordedEvent[],
    engine: LawEngine,
    stores: ReplayStores,
  ) {
    this.definition = definition;
    this.events = events;
    this.engine = engine;
    this.stores = stores;
    const count = Math.min(events.length, CUTS_MAX);
    this.cuts = Array.from({ length: count }, (_, index) => Math.ceil(((index + 1) * events.length) / count));
  }

  get length(): number {
    return this.events.length;
  }

  /** Throws a `BrokenLawError` at the first law that is broken. */
  async run(): Promise<void> {
    // The plain replay comes first: a projection that remembers answers otherwise only the next time.
    await this.#plainReplay(this.length);
    for (const [law, check] of Object.entries(REPLAY_LAWS)) {
      const difference = await check(this);
      if (difference !== undefined) throw new BrokenLawError(law, difference);
    }
  }

  emptyLog(): InMemoryEventStore {
    return new InMemoryEventStore(() => new Date(0));
  }

  /** With the first events of the history, or all. */
  async log(count = this.length): Promise<InMemoryEventStore> {
    const log = this.emptyLog();
    await appendAgain(log, this.events.slice(0, count));
    return log;
  }

  newLabel({ name, version }: TimelineDefinition = this.definition): string {
    this.#labels += 1;
    return `${name}@${version}.${this.#labels}`;
  }

  async withRows<Result>(label: string, work: (rows: Rows) => Result | Promise<Result>): Promise<Result> {
    const rows = this.stores.openRows(label);
    try {
      return await work(rows);
    } finally {
      rows.close();
    }
  }

  project(log: EventReader, writer: TimelineWriter): Promise<void> {
    return this.engine.project(log, [{ definition: this.definition, writer }]);
  }

  timelinesOf(reader: TimelineReader): Timelines {
    return timelinesOf(reader, this.length);
  }

  /** What comes of the first events of the history, from nothing. */
  async replayed(
    count: number,
    { definition = this.definition, pageSize }: { definition?: TimelineDefinition; pageSize?: number } = {},
  ): Promise<Timelines> {
    const log = await this.log(count);
    return this.withRows(this.newLabel(), async ({ writer, reader }) => {
      await this.engine.project(log, [{ definition, writer }], pageSize);
      return timelinesOf(reader, count);
    });
  }

  /** How timelines differ from a plain replay of the first events. */
  async differs(actual: Timelines, count = this.length): Promise<string | undefined> {
    return timelinesDifference(await this.#plainReplay(count), actual);
  }

  /** How the timelines of some moment differ from a plain replay of the history up to it. */
  async differsInThePast(reader: TimelineReader): Promise<string | undefined> {
    for (const cut of this.cuts) {
      const difference = await this.differs(timelinesOf(reader, cut), cut);
      if (difference !== undefined) return `As of event ${cut}. ${difference}`;
    }
    return undefined;
  }

  async #plainReplay(count: number): Promise<Timelines> {
    const timelines = this.#replays.get(count) ?? (await this.replayed(count));
    this.#replays.set(count, timelines);
    return timelines;
  }
}

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
    record: ordinal,
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

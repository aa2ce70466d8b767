import type { EventReader, RecordedEvent } from '../../event-store/event-store.ts';
import type { TimelineDefinition } from '../../projector/define-timeline.ts';
import type { Projection } from '../../projector/projector.ts';
import type { TimelineReader, TimelineWriter } from '../../projector/timeline-store.ts';
import { InMemoryEventStore } from '../in-memory/in-memory-event-store.ts';
import type { ProjectionRows, ReplayStores } from '../replay/replay-stores.ts';
import { appendAgain } from './subset.ts';
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
  ): Promise<ProjectionRows>;
}

/** Stops of a history up to this length are all tried; of a longer one as many, evenly spread. */
const CUTS_MAX = 24;

/** One history under trial. */
export class LawRun {
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

  async withRows<Result>(
    label: string,
    work: (rows: ProjectionRows) => Result | Promise<Result>,
  ): Promise<Result> {
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
    return timelinesOf(this.definition, reader, this.length);
  }

  /** What comes of the first events of the history, from nothing. */
  async replayed(
    count: number,
    { definition = this.definition, pageSize }: { definition?: TimelineDefinition; pageSize?: number } = {},
  ): Promise<Timelines> {
    const log = await this.log(count);
    return this.withRows(this.newLabel(), async ({ writer, reader }) => {
      await this.engine.project(log, [{ definition, writer }], pageSize);
      return timelinesOf(definition, reader, count);
    });
  }

  /** How timelines differ from a plain replay of the first events. */
  async differs(actual: Timelines, count = this.length): Promise<string | undefined> {
    return timelinesDifference(await this.plainReplay(count), actual);
  }

  /** How the timelines of some moment differ from a plain replay of the history up to it. */
  async differsInThePast(reader: TimelineReader): Promise<string | undefined> {
    for (const cut of this.cuts) {
      const difference = await this.differs(timelinesOf(this.definition, reader, cut), cut);
      if (difference !== undefined) return `As of event ${cut}. ${difference}`;
    }
    return undefined;
  }

  /** What comes of the first events when they are replayed as usual; done once for each number of them. */
  async plainReplay(count: number): Promise<Timelines> {
    const timelines = this.#replays.get(count) ?? (await this.replayed(count));
    this.#replays.set(count, timelines);
    return timelines;
  }
}

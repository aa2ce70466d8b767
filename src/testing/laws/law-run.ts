import type { EventReader, RecordedEvent } from '../../event-store/event-store.ts';
import type { TimelineDefinition } from '../../projector/define-timeline.ts';
import type { Projection } from '../../projector/projector.ts';
import type { TimelineReader, TimelineWriter } from '../../projector/timeline-store.ts';
import { InMemoryEventStore } from '../in-memory/in-memory-event-store.ts';
import { projectToEnd } from '../replay/project-to-end.ts';
import type { ProjectionRows, ReplayStores } from '../replay/replay-stores.ts';
import { reappend } from './subset.ts';
import { type Timelines, timelinesDifference, timelinesOf } from './timelines-difference.ts';

/** The engine that the laws check, as an argument: tests of the laws pass one with a planted fault. */
export interface LawEngine {
  /** Projects a log up to its end. Rejects if a projection stops at an event. */
  project(log: EventReader, projections: readonly Projection[], pageSize?: number): Promise<void>;
  /** Builds the rows of a definition from nothing. They are to replace those with the label `old`. */
  rebuild(
    stores: ReplayStores,
    old: string,
    label: string,
    definition: TimelineDefinition,
    log: EventReader,
  ): Promise<ProjectionRows>;
}

export const DEFAULT_ENGINE: LawEngine = {
  project: projectToEnd,
  rebuild: async (stores, _old, label, definition, log) => {
    const rows = stores.openRows(label);
    await projectToEnd(log, [{ definition, writer: rows.writer }]);
    return rows;
  },
};

/** A history up to this length is cut after every event, a longer one after this many, evenly spaced. */
const CUTS_MAX = 24;

/** Replays one history in different ways, and compares the results with a plain replay. */
export class LawRun {
  readonly definition: TimelineDefinition;
  readonly events: readonly RecordedEvent[];
  readonly engine: LawEngine;
  readonly stores: ReplayStores;
  /** Lengths at which to cut the history, ascending. The last one is the whole length. */
  readonly cuts: readonly number[];
  readonly #expected = new Map<number, Timelines>();
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

  /** Returns a new log with the first `count` events. */
  async log(count = this.length): Promise<InMemoryEventStore> {
    const log = this.emptyLog();
    await reappend(log, this.events.slice(0, count));
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

  /** Replays the first `count` events from nothing. */
  async replay(
    count: number,
    { definition = this.definition, pageSize }: { definition?: TimelineDefinition; pageSize?: number } = {},
  ): Promise<Timelines> {
    const log = await this.log(count);
    return this.withRows(this.newLabel(), async ({ writer, reader }) => {
      await this.engine.project(log, [{ definition, writer }], pageSize);
      return timelinesOf(definition, reader, count);
    });
  }

  /** Returns the result of a plain replay of the first `count` events. It is computed once for each count. */
  async expected(count: number): Promise<Timelines> {
    const timelines = this.#expected.get(count) ?? (await this.replay(count));
    this.#expected.set(count, timelines);
    return timelines;
  }

  /** Describes how timelines differ from a plain replay of the first `count` events; undefined if they do not. */
  async difference(received: Timelines, count = this.length): Promise<string | undefined> {
    return timelinesDifference(await this.expected(count), received);
  }

  /** Describes how the rows, as of each cut, differ from a plain replay up to it; undefined if they do not. */
  async differenceInPast(reader: TimelineReader): Promise<string | undefined> {
    for (const cut of this.cuts) {
      const difference = await this.difference(timelinesOf(this.definition, reader, cut), cut);
      if (difference !== undefined) return `As of event ${cut}. ${difference}`;
    }
    return undefined;
  }
}

import { numberedPosition } from '../../event-store/position.ts';
import type { TimelineDefinition, TimelineEntry } from '../../projector/define-timeline.ts';
import type { Projection } from '../../projector/projector.ts';
import type {
  AsOf,
  Batch,
  Ordinal,
  TimelineSummary,
  TimelineWriter,
} from '../../projector/timeline-store.ts';
import { InMemoryTimelineStore } from '../in-memory/in-memory-timeline-store.ts';
import { type ReplayQuery, timelineFilter } from './replay-query.ts';
import { comparePositions, NO_LIMIT, type ProjectionRows } from './replay-stores.ts';

/** The timelines of one projection in a replay. */
export class ReplayedTimelines implements Projection {
  readonly definition: TimelineDefinition;
  readonly writer: TimelineWriter;
  /** Keeps every version of every entry in memory, also if the rows are in SQLite. */
  readonly versions: InMemoryTimelineStore;
  readonly #rows: ProjectionRows;

  constructor(definition: TimelineDefinition, rows: ProjectionRows) {
    this.definition = definition;
    this.#rows = rows;
    if (rows.writer instanceof InMemoryTimelineStore) {
      this.versions = rows.writer;
      this.writer = rows.writer;
    } else {
      this.versions = new InMemoryTimelineStore(definition.name, comparePositions);
      this.writer = new MirroringWriter(rows.writer, this.versions);
    }
  }

  /** Ordinal of the last projected event, or 0. */
  get ordinal(): Ordinal {
    return this.#rows.reader.checkpoint()?.ordinal ?? (0 as Ordinal);
  }

  /**
   * Returns the ordinal of the last event at or before a point of the log.
   *
   * @throws RangeError if the point is before the first event, or is a position after the last one.
   */
  ordinalAt(asOf: AsOf): Ordinal {
    const last = this.versions.checkpoint();
    if (last === undefined) {
      throw new RangeError('Nothing is recorded yet, so nothing can be read as of a position or an instant.');
    }
    const isAfterLast = 'position' in asOf && comparePositions(asOf.position, last.position) > 0;
    const logPoint = isAfterLast ? undefined : this.versions.logPointAt(asOf);
    if (logPoint !== undefined) return logPoint.ordinal;
    const first = this.versions.logPointAt({ position: numberedPosition(1) }) ?? last;
    const [start, end] = [first, last].map(({ position, instant }) => `${position} (${instant})`);
    const place = 'position' in asOf ? asOf.position : asOf.instant;
    throw new RangeError(`Nothing can be read as of ${place}: the log goes from ${start} to ${end}.`);
  }

  timeline(key: string, asOf: Ordinal, query?: ReplayQuery): readonly TimelineEntry[] {
    return this.entries(key, asOf, query).map((entry) => JSON.parse(entry) as TimelineEntry);
  }

  /** Returns the entries as JSON. */
  entries(key: string, asOf: Ordinal, query: ReplayQuery = {}): readonly string[] {
    return this.#rows.reader.page(key, { ...timelineFilter(query), asOf }).entries;
  }

  index(asOf: Ordinal): readonly TimelineSummary[] {
    return this.#rows.reader.index({ limit: NO_LIMIT, asOf });
  }

  close(): void {
    this.#rows.close();
  }
}

/** Writes every batch to a store and to a mirror in memory. */
class MirroringWriter implements TimelineWriter {
  readonly #writer: TimelineWriter;
  readonly #mirror: InMemoryTimelineStore;

  constructor(writer: TimelineWriter, mirror: InMemoryTimelineStore) {
    this.#writer = writer;
    this.#mirror = mirror;
  }

  checkpoint: TimelineWriter['checkpoint'] = () => this.#writer.checkpoint();
  ordinalAt: TimelineWriter['ordinalAt'] = (position) => this.#writer.ordinalAt(position);
  linksTo: TimelineWriter['linksTo'] = (target) => this.#writer.linksTo(target);

  commit(batch: Batch): void {
    this.#writer.commit(batch);
    this.#mirror.commit(batch);
  }

  updateIndexes(): void {
    this.#writer.updateIndexes?.();
  }
}

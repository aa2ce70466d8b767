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
import { ALL, comparePositions, type ProjectionRows } from './replay-stores.ts';

/** The timelines of one projection in a replay. */
export class ReplayedTimelines implements Projection {
  readonly definition: TimelineDefinition;
  readonly writer: TimelineWriter;
  /** Knows every version that an entry ever had. */
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
      this.writer = new ObservedWriter(rows.writer, this.versions);
    }
  }

  /** Of the last event that is projected; 0: of none. */
  get ordinal(): Ordinal {
    return this.#rows.reader.checkpoint()?.ordinal ?? (0 as Ordinal);
  }

  /**
   * Of the last event by then.
   * @throws RangeError when it lies before the first event, or is a position behind the last.
   */
  ordinalAt(asOf: AsOf): Ordinal {
    const last = this.versions.checkpoint();
    if (last === undefined)
      throw new RangeError('Nothing is recorded yet; there is no moment to read it as of.');
    const isBehind = 'position' in asOf && comparePositions(asOf.position, last.position) > 0;
    const moment = isBehind ? undefined : this.versions.momentAt(asOf);
    if (moment !== undefined) return moment.ordinal;
    const first = this.versions.momentAt({ position: numberedPosition(1) });
    const [begin, end] = [first ?? last, last].map(({ position, instant }) => `${position} (${instant})`);
    const asked = 'position' in asOf ? asOf.position : asOf.instant;
    throw new RangeError(`Nothing can be read as of ${asked}: the log goes from ${begin} to ${end}.`);
  }

  timeline(key: string, asOf: Ordinal, query?: ReplayQuery): readonly TimelineEntry[] {
    return this.entries(key, asOf, query).map((entry) => JSON.parse(entry) as TimelineEntry);
  }

  /** Each as JSON. */
  entries(key: string, asOf: Ordinal, query: ReplayQuery = {}): readonly string[] {
    return this.#rows.reader.page(key, { ...timelineFilter(query), asOf }).entries;
  }

  index(asOf: Ordinal): readonly TimelineSummary[] {
    return this.#rows.reader.index({ limit: ALL, asOf });
  }

  close(): void {
    this.#rows.close();
  }
}

/** Writes to a store, and what was written to one in memory. */
class ObservedWriter implements TimelineWriter {
  readonly #writer: TimelineWriter;
  readonly #observer: InMemoryTimelineStore;

  constructor(writer: TimelineWriter, observer: InMemoryTimelineStore) {
    this.#writer = writer;
    this.#observer = observer;
  }

  checkpoint: TimelineWriter['checkpoint'] = () => this.#writer.checkpoint();
  ordinalAt: TimelineWriter['ordinalAt'] = (position) => this.#writer.ordinalAt(position);

  commit(batch: Batch): void {
    this.#writer.commit(batch);
    this.#observer.commit(batch);
  }

  close(): void {
    this.#writer.close();
  }
}

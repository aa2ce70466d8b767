import { type DomainEvent, decodeEvent } from '../domain/events/event.ts';
import type { EventLookup, Position } from '../event-store/event-store.ts';
import type { TimelineDefinition } from '../projector/define-timeline.ts';
import { EntryBuilder } from '../projector/entry-builder.ts';
import type { MountedProjection } from '../projector/mounted-projection.ts';
import { lineageOf } from '../projector/projector.ts';
import { RecordStates } from '../projector/record-state.ts';
import type { Checkpoint, Ordinal, TimelineReader } from '../projector/timeline-store.ts';
import type { ProjectedEvent } from './matches.ts';

/** Where the entries come from that a query filters. */
export interface EntryFeed {
  readonly definition: TimelineDefinition;
  /** Its rows tell how far the log may be read, and which links an event has. It may be that of another definition. */
  readonly projection: Pick<MountedProjection, 'reader' | 'onChange'>;
}

type FeedLog = Pick<EventLookup, 'readAll' | 'readStream' | 'readEvent' | 'comparePositions'>;

/** Short, because folding a page keeps the thread from answering requests. */
const PAGE_SIZE = 64;

export interface FeedPage {
  readonly events: readonly ProjectedEvent[];
  readonly cursor: Checkpoint;
}

/**
 * Reads a log from a cursor on and projects it again, with the code and the links of the timelines, so that what
 * matches a query is what the timeline shows. It never gets ahead of the rows that are served, so a receiver of an
 * entry can also read it.
 */
export class FeedReader {
  readonly #log: FeedLog;
  readonly #feed: EntryFeed;
  readonly #records: RecordStates;
  #cursor: Checkpoint | undefined;

  constructor(log: FeedLog, feed: EntryFeed, cursor: Checkpoint | undefined) {
    this.#log = log;
    this.#feed = feed;
    this.#cursor = cursor;
    this.#records = new RecordStates(log, {
      ordinalAt: (position) => ordinalIn(this.#rows(), position),
      linksTo: (target) => this.#rows().linksTo(target, (this.#cursor?.ordinal ?? 0) as Ordinal),
    });
  }

  get cursor(): Checkpoint | undefined {
    return this.#cursor;
  }

  /** Returns the next events; undefined if the rows contain no more. Throws faults of the log and of definitions. */
  async nextPage(): Promise<FeedPage | undefined> {
    const start = this.#cursor;
    const end = this.#feed.projection.reader?.checkpoint();
    if (end === undefined || end.ordinal <= (start?.ordinal ?? 0)) return undefined;
    const maxCount = Math.min(PAGE_SIZE, end.ordinal - (start?.ordinal ?? 0));
    const after = start && { after: start.position };
    const page = await this.#log.readAll({ direction: 'forwards', maxCount, ...after });
    const builder = new EntryBuilder();
    const events: ProjectedEvent[] = [];
    let cursor = start;
    for (const stored of page) {
      const ordinal = ((cursor?.ordinal ?? 0) + 1) as Ordinal;
      const { position, id: eventId, recordedAt: instant } = stored;
      cursor = { ordinal, position, instant, eventId, lineage: cursor?.lineage ?? lineageOf(stored) };
      events.push(await this.#project(decodeEvent(stored), cursor, builder));
    }
    if (cursor === undefined || events.length === 0) return undefined;
    this.#cursor = cursor;
    this.#records.linksStored();
    return { events, cursor };
  }

  async #project(event: DomainEvent, logPoint: Checkpoint, builder: EntryBuilder): Promise<ProjectedEvent> {
    const { ordinal, eventId } = logPoint;
    const folded = { eventId, logPoint, ...(await this.#records.advance(event, ordinal)) };
    return { event, ordinal, changes: builder.entryChanges(this.#feed.definition, folded) };
  }

  /** A rebuild replaces the rows and closes the old ones, so they are looked up for each use. */
  #rows(): TimelineReader {
    const { reader } = this.#feed.projection;
    if (reader === undefined) throw new Error('The rows of the projection are being built.');
    return reader;
  }
}

function ordinalIn(rows: TimelineReader, position: Position): Ordinal | undefined {
  const found = rows.logPointAt({ position });
  return found?.position === position ? found.ordinal : undefined;
}

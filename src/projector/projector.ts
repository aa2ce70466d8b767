import { createHash } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import { decodeEvent } from '../domain/events/event.ts';
import type { EventReader, RecordedEvent } from '../event-store/event-store.ts';
import type { TimelineDefinition } from './define-timeline.ts';
import { EntryBuilder, type FoldedEvent } from './entry-builder.ts';
import type { ProjectionStop } from './mounted-projection.ts';
import { type RecordReader, RecordStates } from './record-state.ts';
import type {
  Batch,
  Checkpoint,
  EntryVersion,
  LinkVersion,
  ListItemVersion,
  LogPoint,
  Ordinal,
  TimelineWriter,
} from './timeline-store.ts';

/** A definition and the store that its rows are written to. */
export interface Projection {
  readonly definition: TimelineDefinition;
  readonly writer: TimelineWriter;
}

/** Reports of a running projector; `projection` is the name of the definition. */
export type ProjectorSignal =
  | { readonly kind: 'projected'; readonly projection: string; readonly checkpoint: Checkpoint }
  /** The projection contains every event that was in the log when it was last read. */
  | { readonly kind: 'caught-up'; readonly projection: string }
  /**
   * The projection stays before an event that it cannot project, or those of a file stop whose indexes could not be
   * updated; the others continue.
   */
  | ({ readonly kind: 'stopped'; readonly projection: string } & ProjectionStop);

/** An event that cannot be projected. */
interface Poison {
  readonly eventId: string;
  readonly reason: string;
}

interface FoldedPage {
  readonly events: readonly FoldedEvent[];
  readonly poison: Poison | undefined;
}

/** What a projection has stored of a page. */
interface Committed {
  readonly projection: Projection;
  /** Undefined if it has stored nothing. */
  readonly checkpoint?: Checkpoint;
  readonly poison?: Poison;
}

interface BuiltEntries {
  readonly events: readonly FoldedEvent[];
  readonly versions: readonly EntryVersion[];
  readonly listItems: readonly ListItemVersion[];
  readonly poison?: Poison;
}

/** Everything that the events of a page make is in memory at once. */
const PAGE_SIZE_DEFAULT = 500;
const LINEAGE_DIGITS = 8;

/**
 * Keeps projections up to date with a log. It starts at the lowest of their checkpoints, catches up, and stays live.
 *
 * Each event is decoded and folded once for all projections. Rows and checkpoint of a projection change in one
 * transaction per page, which those of one file share, so a crash leaves it at the end of a page and the next run
 * resumes there. The indexes of the store are updated after that.
 */
export class Projector {
  readonly #reader: Pick<EventReader, 'subscribe'> & RecordReader;
  readonly #onSignal: (signal: ProjectorSignal) => void;
  readonly #pageSize: number;
  readonly #records: RecordStates;
  #running: readonly Projection[];
  #lineage = '';
  /**
   * The latest `recordedAt` so far. Processes that append concurrently may record an event with a slightly earlier time
   * than the event before it; log points never go back in time.
   */
  #instant = '';

  constructor(
    reader: Pick<EventReader, 'subscribe'> & RecordReader,
    projections: readonly Projection[],
    onSignal: (signal: ProjectorSignal) => void,
    pageSize = PAGE_SIZE_DEFAULT,
  ) {
    this.#reader = reader;
    this.#onSignal = onSignal;
    this.#pageSize = pageSize;
    // The projection that is furthest behind has exactly the links that were recorded before the next event.
    this.#running = projections.toSorted((a, b) => ordinalOf(a) - ordinalOf(b));
    this.#records = new RecordStates(reader, {
      ordinalAt: (position) => this.#running[0]?.writer.ordinalAt(position),
      linksTo: (target) => this.#running[0]?.writer.linksTo(target) ?? [],
    });
  }

  /** Runs until the signal is aborted or every projection has stopped. Throws faults of the log. */
  async run(signal: AbortSignal): Promise<void> {
    const start = lowestCheckpoint(this.#running);
    this.#lineage = start?.lineage ?? '';
    this.#instant = start?.instant ?? '';
    let ordinal = start?.ordinal ?? 0;
    const options = { pageSize: this.#pageSize, signal, ...(start && { after: start.position }) };
    for await (const message of this.#reader.subscribe(options)) {
      if (message.kind === 'caught-up') {
        for (const { definition } of this.#running)
          this.#onSignal({ kind: 'caught-up', projection: definition.name });
      } else {
        await this.#project(message.events, ordinal);
        ordinal += message.events.length;
        // Reading and writing may never yield to the event loop. Without this, a thread would not receive its commands.
        await setImmediate();
        this.#updateIndexes();
      }
      if (this.#running.length === 0) return;
    }
  }

  /** Stops projecting one projection, without a signal. Its writer is not used again. */
  remove(projection: string): void {
    this.#running = this.#running.filter(({ definition }) => definition.name !== projection);
  }

  async #project(page: readonly RecordedEvent[], ordinalBefore: number): Promise<void> {
    if (ordinalBefore === 0 && page[0] !== undefined) this.#lineage = lineageOf(page[0]);
    const { events, poison } = await this.#fold(page, ordinalBefore);
    const entries = new EntryBuilder();
    for (const file of byFile(this.#running)) {
      for (const { projection, checkpoint, poison: own } of this.#commitFile(file, events, entries)) {
        // A signal about another projection may have removed this one.
        if (!this.#running.includes(projection)) continue;
        const { name } = projection.definition;
        if (checkpoint !== undefined) this.#onSignal({ kind: 'projected', projection: name, checkpoint });
        const stoppedBy = own ?? poison;
        if (stoppedBy !== undefined) this.#stop(projection, stoppedBy);
      }
    }
    this.#records.linksStored();
  }

  /** Readers have been notified of the page by now, so they do not wait for this. */
  #updateIndexes(): void {
    for (const file of byFile(this.#running)) {
      try {
        file[0]?.writer.updateIndexes?.();
      } catch (error) {
        for (const projection of file) {
          // A signal about another projection may have removed this one.
          if (!this.#running.includes(projection)) continue;
          this.#stop(projection, { eventId: undefined, reason: String(error) });
        }
      }
    }
  }

  /** Runs stage one for a page, up to the first event that cannot be decoded or folded. */
  async #fold(page: readonly RecordedEvent[], ordinalBefore: number): Promise<FoldedPage> {
    const events: FoldedEvent[] = [];
    for (const event of page) {
      const ordinal = (ordinalBefore + events.length + 1) as Ordinal;
      if (event.recordedAt > this.#instant) this.#instant = event.recordedAt;
      const logPoint = { ordinal, position: event.position, instant: this.#instant, eventId: event.id };
      try {
        const changes = await this.#records.advance(decodeEvent(event), ordinal);
        events.push({ logPoint, ...changes });
      } catch (error) {
        return { events, poison: { eventId: event.id, reason: String(error) } };
      }
    }
    return { events, poison: undefined };
  }

  /** Stores the entries of the projections of a file, in one transaction unless the store refuses it. */
  #commitFile(
    file: readonly Projection[],
    events: readonly FoldedEvent[],
    entries: EntryBuilder,
  ): readonly Committed[] {
    const running = file.filter((projection) => this.#running.includes(projection));
    const transact = running[0]?.writer.transact;
    if (transact !== undefined && running.length > 1) {
      try {
        let committed: readonly Committed[] = [];
        transact(() => {
          committed = running.map((projection) => this.#write(projection, events, entries));
        });
        return committed;
      } catch {
        // Commits of their own find the projection and the event that the store refuses.
      }
    }
    return running.map((projection) => this.#commit(projection, events, entries));
  }

  /** Stores the entries of the events up to the first that the definition or the store refuses. */
  #commit(projection: Projection, events: readonly FoldedEvent[], entries: EntryBuilder): Committed {
    try {
      return this.#write(projection, events, entries);
    } catch (error) {
      const pending = pendingOf(projection, events);
      const [first] = pending;
      if (first !== undefined && pending.length === 1) {
        return { projection, poison: { eventId: first.logPoint.eventId, reason: String(error) } };
      }
      let committed: Committed = { projection };
      for (const event of pending) {
        committed = { ...committed, ...this.#commit(projection, [event], entries) };
        if (committed.poison !== undefined) break;
      }
      return committed;
    }
  }

  /**
   * Stores the entries of the events up to the first that the definition cannot project. Throws the error of the store,
   * which then has none of them.
   */
  #write(projection: Projection, events: readonly FoldedEvent[], entries: EntryBuilder): Committed {
    const { definition, writer } = projection;
    const { poison, ...built } = buildEntries(definition, pendingOf(projection, events), entries);
    const last = built.events.at(-1);
    if (last === undefined) return { projection, ...(poison && { poison }) };
    const checkpoint = { ...last.logPoint, lineage: this.#lineage };
    writer.commit(batchOf(built, checkpoint));
    return { projection, checkpoint, ...(poison && { poison }) };
  }

  #stop(projection: Projection, { eventId, reason }: ProjectionStop): void {
    this.remove(projection.definition.name);
    this.#onSignal({ kind: 'stopped', projection: projection.definition.name, eventId, reason });
  }
}

/** Puts the projections together whose writers can commit together. */
function byFile(projections: readonly Projection[]): Iterable<readonly Projection[]> {
  const files = new Map<unknown, Projection[]>();
  for (const projection of projections) {
    const file = projection.writer.transact ?? projection;
    files.set(file, [...(files.get(file) ?? []), projection]);
  }
  return files.values();
}

/** Returns the events of a page, which have consecutive ordinals, that the projection has not stored. */
function pendingOf(projection: Projection, events: readonly FoldedEvent[]): readonly FoldedEvent[] {
  const first = events[0]?.logPoint.ordinal ?? 0;
  return events.slice(Math.max(ordinalOf(projection) + 1 - first, 0));
}

/** Runs stage two for events, up to the first that the definition throws on. */
function buildEntries(
  definition: TimelineDefinition,
  events: readonly FoldedEvent[],
  entries: EntryBuilder,
): BuiltEntries {
  const built: FoldedEvent[] = [];
  const versions: EntryVersion[] = [];
  const listItems: ListItemVersion[] = [];
  for (const event of events) {
    try {
      const made = [entries.entryVersions(definition, event), entries.listItems(definition, event)] as const;
      versions.push(...made[0]);
      listItems.push(...made[1]);
      built.push(event);
    } catch (error) {
      const poison = { eventId: event.logPoint.eventId, reason: String(error) };
      return { events: built, versions, listItems, poison };
    }
  }
  return { events: built, versions, listItems };
}

/** Returns what the store gets for events and what they make. */
export function batchOf(
  { events, versions, listItems }: Omit<BuiltEntries, 'poison'>,
  checkpoint: Checkpoint,
): Batch {
  const logPoints: LogPoint[] = [];
  const links: LinkVersion[] = [];
  for (const { logPoint, links: changes } of events) {
    logPoints.push(logPoint);
    for (const { target, link } of changes) links.push({ target, link, ordinal: logPoint.ordinal });
  }
  return { logPoints, versions, links, listItems, checkpoint };
}

/** Returns the identity of a log, derived from its first event. */
export function lineageOf({ id, recordedAt }: Pick<RecordedEvent, 'id' | 'recordedAt'>): string {
  return createHash('sha256').update(`${id} ${recordedAt}`).digest('hex').slice(0, LINEAGE_DIGITS);
}

function ordinalOf({ writer }: Projection): number {
  return writer.checkpoint()?.ordinal ?? 0;
}

function lowestCheckpoint(projections: readonly Projection[]): Checkpoint | undefined {
  let lowest: Checkpoint | undefined;
  for (const { writer } of projections) {
    const checkpoint = writer.checkpoint();
    if (checkpoint === undefined) return undefined;
    if (lowest === undefined || checkpoint.ordinal < lowest.ordinal) lowest = checkpoint;
  }
  return lowest;
}

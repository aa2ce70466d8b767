import type { DomainEvent } from '../../domain/events/event.ts';
import type { EventReader, EventStore, Position, RecordedEvent } from '../../event-store/event-store.ts';
import { numberedPosition, positionNumber } from '../../event-store/position.ts';
import { EntryBuilder, type FoldedEvent } from '../../projector/entry-builder.ts';
import { batchOf, type Projection } from '../../projector/projector.ts';
import { RecordStates } from '../../projector/record-state.ts';
import type { EntryVersion, ListItemVersion, Ordinal } from '../../projector/timeline-store.ts';
import { type ExportedEvent, relocate, toNewEvent } from './exported-event.ts';
import { RefusedEventError } from './refused-event-error.ts';

const PAGE_SIZE = 200;
/** A replay has one log, so the lineage distinguishes nothing. */
const LINEAGE = '00000000';

/**
 * Projects exported events without a log, which is faster: it does what a projector does after it has read a page.
 * `storeIn` puts the events into a log later, where a projector can continue.
 */
export class HistoryLoader {
  readonly #projections: readonly Projection[];
  readonly #records: RecordStates;
  readonly #events: DomainEvent[] = [];
  readonly #streams = new Map<string, DomainEvent[]>();
  readonly #byId = new Map<string, DomainEvent>();

  constructor(projections: readonly Projection[]) {
    this.#projections = projections;
    const readStream: EventReader['readStream'] = async (stream, { from = 0, maxCount }) =>
      (this.#streams.get(stream) ?? []).slice(from, from + maxCount).map(toRecordedEvent);
    const comparePositions: EventReader['comparePositions'] = (a, b) => positionNumber(a) - positionNumber(b);
    const readEvent = async (id: string) => {
      const event = this.#byId.get(id);
      return event && toRecordedEvent(event);
    };
    this.#records = new RecordStates(
      { readStream, comparePositions, readEvent },
      {
        ordinalAt: (position) => positionNumber(position) as Ordinal,
        linksTo: (target) => this.#projections[0]?.writer.linksTo(target) ?? [],
      },
    );
  }

  /**
   * Projects events in their order. Events that are loaded already are skipped. Rejects with a `RefusedEventError`, or
   * with what a definition throws.
   *
   * @param indexBefore number of events before these in what the test passed, for error messages
   */
  async load(events: readonly ExportedEvent[], indexBefore: number): Promise<void> {
    for (let start = 0; start < events.length; start += PAGE_SIZE) {
      await this.#loadPage(events.slice(start, start + PAGE_SIZE), indexBefore + start);
    }
  }

  eventAt(ordinal: number): DomainEvent | undefined {
    return this.#events[ordinal - 1];
  }

  /** Appends the loaded events to an empty log. */
  async storeIn(store: EventStore): Promise<void> {
    for (const event of this.#events) await store.append(event.stream, 'any', [toNewEvent(event)]);
  }

  async #loadPage(events: readonly ExportedEvent[], indexBefore: number): Promise<void> {
    const before = this.#events.length;
    for (const [index, event] of events.entries()) this.#add(event, indexBefore + index);
    const folded: FoldedEvent[] = [];
    for (const event of this.#events.slice(before)) {
      const ordinal = (before + folded.length + 1) as Ordinal;
      const { position, recordedAt: instant, id: eventId } = event;
      const logPoint = { ordinal, position: position as Position, instant, eventId };
      folded.push({ logPoint, ...(await this.#records.advance(event, ordinal)) });
    }
    const entries = new EntryBuilder();
    for (const projection of this.#projections) commit(projection, folded, entries);
    this.#records.linksStored();
  }

  #add(exported: ExportedEvent, index: number): void {
    const loaded = this.#byId.get(exported.id);
    if (loaded !== undefined) {
      requireSame(exported, loaded, index);
      return;
    }
    const last = this.#events.at(-1)?.recordedAt;
    if (last !== undefined && exported.recordedAt < last) {
      throw new RefusedEventError(exported, index, { outcome: 'recorded-at-out-of-order', last });
    }
    const streamEvents = this.#streams.get(exported.stream) ?? [];
    this.#streams.set(exported.stream, streamEvents);
    const position = numberedPosition(this.#events.length + 1);
    const event = relocate(exported, { position, revision: streamEvents.length });
    streamEvents.push(event);
    this.#events.push(event);
    this.#byId.set(event.id, event);
  }
}

function commit(
  { definition, writer }: Projection,
  events: readonly FoldedEvent[],
  entries: EntryBuilder,
): void {
  const last = events.at(-1);
  if (last === undefined) return;
  const versions: EntryVersion[] = [];
  const listItems: ListItemVersion[] = [];
  for (const event of events) {
    versions.push(...entries.entryVersions(definition, event));
    listItems.push(...entries.listItems(definition, event));
  }
  writer.commit(batchOf({ events, versions, listItems }, { ...last.logPoint, lineage: LINEAGE }));
  writer.updateIndexes?.();
}

function toRecordedEvent(event: DomainEvent): RecordedEvent {
  const { stream, position, revision } = event;
  return { ...toNewEvent(event), stream, position, revision } as RecordedEvent;
}

function requireSame(exported: ExportedEvent, loaded: DomainEvent, index: number): void {
  const isSame =
    exported.stream === loaded.stream &&
    exported.type === loaded.type &&
    toNewEvent(exported).content === toNewEvent(loaded).content;
  if (!isSame) throw new RefusedEventError(exported, index, { outcome: 'id-taken', id: exported.id });
}

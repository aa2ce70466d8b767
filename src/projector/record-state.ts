import { LRUCache } from 'lru-cache';
import { type DomainEvent, decodeEvent } from '../domain/events/event.ts';
import { type LinkChange, linkChangesOf, withInbound } from '../domain/record/links.ts';
import { evolveRecord } from '../domain/record/record.ts';
import {
  emptyRecord,
  type InboundLink,
  type RecordState,
  type RecordVersion,
} from '../domain/record/record-version.ts';
import type { EventLookup, EventReader, Position } from '../event-store/event-store.ts';
import { streamPages } from '../event-store/paging.ts';
import type { Ordinal } from './timeline-store.ts';

const CACHED_RECORDS_MAX = 1_000;

/** A record version that an event made. */
export interface ChangedVersion {
  readonly version: RecordVersion;
  /** The version that it replaces; undefined if it is the first version of its event. */
  readonly before: RecordVersion | undefined;
  /** Ordinal of the event that this is a version of. */
  readonly eventOrdinal: Ordinal;
}

/** What one event of the log changes. */
export interface RecordChanges {
  /** The versions that it makes, in the order of their record. */
  readonly versions: readonly ChangedVersion[];
  /** The records of these versions as the event leaves them. */
  readonly records: readonly RecordState[];
  /** The links that it makes or ends. Their effects on the records of the targets are among the versions. */
  readonly links: readonly LinkChange[];
}

/** Maximum number of links to one target, withdrawn ones included, that its entries show. */
const INBOUND_MAX = 100;

interface CachedRecord {
  readonly state: RecordState;
  /** Event id → ordinal. Incomplete: events folded again from the stream are missing. */
  readonly ordinals: Map<string, Ordinal>;
}

/** A record that an event changes, as it was before and as it is after. */
interface ChangedRecord {
  readonly before: RecordState;
  readonly record: CachedRecord;
}

/** Where the records are. A log that has an index of ids finds events by id, too. */
export type RecordReader = Pick<EventReader, 'readStream' | 'comparePositions'> &
  Partial<Pick<EventLookup, 'readEvent'>>;

/** What was projected before. */
export interface ProjectedState {
  /** Looks up the ordinal of an event that was projected before the states existed. */
  ordinalAt(position: Position): Ordinal | undefined;
  /** Returns the stored links to a record or an event, in the order of recording. */
  linksTo(target: string): readonly InboundLink[];
}

/**
 * Stage one of projecting: turns each event of the log into the record versions that it makes. A link changes the
 * versions at both of its ends.
 *
 * The first event of a record needs no look-up of its record, and nearly all events of a log are first events. For any
 * other event the record before it comes from a bounded cache, or is folded again from its stream up to that event.
 * Events appended later never have an effect.
 */
export class RecordStates {
  readonly #reader: RecordReader;
  readonly #projected: ProjectedState;
  readonly #cache = new LRUCache<string, CachedRecord>({ max: CACHED_RECORDS_MAX });
  /** Target → the links to it, if they changed since `linksStored` was called. */
  readonly #changedLinks = new Map<string, readonly InboundLink[]>();

  constructor(reader: RecordReader, projected: ProjectedState) {
    this.#reader = reader;
    this.#projected = projected;
  }

  async advance(event: DomainEvent, ordinal: Ordinal): Promise<RecordChanges> {
    const { state, ordinals } = await this.#recordBefore(event);
    const before = this.#withLinksTo(state, event.id);
    ordinals.set(event.id, ordinal);
    const own = { before: state, record: { state: evolveRecord(before, event), ordinals } };
    const changed = new Map<string, ChangedRecord>([[event.stream, own]]);
    const links: LinkChange[] = [];
    for (const link of linkChangesOf(before, own.record.state)) {
      if (await this.#link(link, event, changed)) links.push(link);
    }
    const versions: ChangedVersion[] = [];
    const records: RecordState[] = [];
    for (const { before, record } of changed.values()) {
      versions.push(...this.#replace(before, record));
      records.push(record.state);
    }
    return { versions, records, links };
  }

  /** Applies a link to the record of its target. Returns false if the link has no effect. */
  async #link(link: LinkChange, event: DomainEvent, changed: Map<string, ChangedRecord>): Promise<boolean> {
    const name = link.record ?? (await this.#recordOf(link.target, event));
    // Read before the link is added: the state must not have it yet.
    const target =
      name === undefined ? undefined : (changed.get(name) ?? (await this.#recordBeforeLink(name, event)));
    const links = this.#addLink(link);
    if (links === undefined) return false;
    if (name === undefined || target === undefined) return true;
    const state = withInbound(target.record.state, link.target, links);
    changed.set(name, { before: target.before, record: { ...target.record, state } });
    return true;
  }

  async #recordBeforeLink(name: string, event: DomainEvent): Promise<ChangedRecord> {
    const record = await this.#recordUpTo(name, event);
    return { before: record.state, record };
  }

  /**
   * Finds the record of an event that the link does not name: it was recorded at the same time as the link or after it,
   * or the link is from before links named it. A log without an index of ids has no answer.
   */
  async #recordOf(target: string, { position }: DomainEvent): Promise<string | undefined> {
    const found = await this.#reader.readEvent?.(target);
    if (found === undefined) return undefined;
    const isBefore = this.#reader.comparePositions(found.position, position as Position) < 0;
    return isBefore ? found.stream : undefined;
  }

  /** Call it when all links so far are in what `linksTo` reads. */
  linksStored(): void {
    this.#changedLinks.clear();
  }

  /** Caches the new state of a record and returns the versions that differ from the state before. */
  #replace(before: RecordState, record: CachedRecord): readonly ChangedVersion[] {
    this.#cache.set(record.state.stream, record);
    const changed: ChangedVersion[] = [];
    for (const [id, version] of record.state.versions) {
      const replaced = before.versions.get(id);
      if (replaced === version) continue;
      changed.push({
        version,
        before: replaced,
        eventOrdinal: this.#ordinalOf(version, record.ordinals),
      });
    }
    return changed;
  }

  /** Returns all links to the target; undefined if it has too many for a change to have an effect. */
  #addLink({ target, link }: LinkChange): readonly InboundLink[] | undefined {
    const known = this.#linksTo(target);
    const others = known.filter(({ linkedBy }) => linkedBy !== link.linkedBy);
    const isNew = others.length === known.length;
    if (isNew && (link.isWithdrawn || known.length >= INBOUND_MAX)) return undefined;
    const links = isNew
      ? [...known, link]
      : known.map((other) => (other.linkedBy === link.linkedBy ? link : other));
    this.#changedLinks.set(target, links);
    return links;
  }

  #linksTo(target: string): readonly InboundLink[] {
    return this.#changedLinks.get(target) ?? this.#projected.linksTo(target);
  }

  #withLinksTo(state: RecordState, target: string): RecordState {
    const links = this.#linksTo(target);
    return links.length === 0 ? state : withInbound(state, target, links);
  }

  async #recordBefore(event: DomainEvent): Promise<CachedRecord> {
    const { stream, revision } = event;
    if (revision === 0) return { state: this.#withLinksTo(emptyRecord(stream), stream), ordinals: new Map() };
    const cached = this.#cache.get(stream);
    if (cached !== undefined && cached.state.revision !== revision - 1) this.#cache.delete(stream);
    return this.#recordUpTo(stream, event);
  }

  /** Returns the record as it was before an event of the log. */
  async #recordUpTo(stream: string, { position }: Pick<DomainEvent, 'position'>): Promise<CachedRecord> {
    const cached = this.#cache.get(stream);
    if (cached !== undefined) return cached;
    let state = this.#withLinksTo(emptyRecord(stream), stream);
    for await (const page of streamPages(this.#reader, stream)) {
      for (const event of page) {
        if (this.#reader.comparePositions(event.position, position as Position) >= 0)
          return { state, ordinals: new Map() };
        state = evolveRecord(this.#withLinksTo(state, event.id), decodeEvent(event));
      }
    }
    return { state, ordinals: new Map() };
  }

  #ordinalOf({ event }: RecordVersion, ordinals: Map<string, Ordinal>): Ordinal {
    const ordinal = ordinals.get(event.id) ?? this.#projected.ordinalAt(event.position as Position);
    if (ordinal === undefined)
      throw new Error(`The event ${event.id} is part of a record, but was never projected`);
    ordinals.set(event.id, ordinal);
    return ordinal;
  }
}

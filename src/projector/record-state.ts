import { LRUCache } from 'lru-cache';
import { type DomainEvent, decodeEvent } from '../domain/events/event.ts';
import { emptyRecord, evolveRecord, type RecordState, type RecordVersion } from '../domain/record/record.ts';
import type { EventReader, Position } from '../event-store/event-store.ts';
import { streamPages } from '../event-store/paging.ts';
import type { Ordinal } from './timeline-store.ts';

const CACHED_RECORDS_MAX = 2_000;

/** A record version that an event made. */
export interface ChangedVersion {
  readonly version: RecordVersion;
  /** The version that it replaces; undefined if it is the first version of its event. */
  readonly before: RecordVersion | undefined;
  /** Ordinal of the event that this is a version of. */
  readonly eventOrdinal: Ordinal;
}

interface CachedRecord {
  readonly state: RecordState;
  /** Event id → ordinal. Incomplete: events folded again from the stream are missing. */
  readonly ordinals: Map<string, Ordinal>;
}

/**
 * Stage one of projecting: turns each event of the log into the record versions that it makes.
 *
 * The first event of a record needs no look-up, and nearly all events of a log are first events. For any other event
 * the record before it comes from a bounded cache, or is folded again from its stream up to that event. Events appended
 * later never have an effect.
 */
export class RecordStates {
  readonly #reader: Pick<EventReader, 'readStream'>;
  readonly #ordinalAt: (position: Position) => Ordinal | undefined;
  readonly #cache = new LRUCache<string, CachedRecord>({ max: CACHED_RECORDS_MAX });

  /** @param ordinalAt looks up the ordinals of events that were projected before this object existed. */
  constructor(
    reader: Pick<EventReader, 'readStream'>,
    ordinalAt: (position: Position) => Ordinal | undefined,
  ) {
    this.#reader = reader;
    this.#ordinalAt = ordinalAt;
  }

  /** Returns the versions that the event makes, in the order of the record. Empty if the event changes none. */
  async advance(event: DomainEvent, ordinal: Ordinal): Promise<readonly ChangedVersion[]> {
    const { state: before, ordinals } = await this.#recordBefore(event);
    const after = evolveRecord(before, event);
    ordinals.set(event.id, ordinal);
    this.#cache.set(event.stream, { state: after, ordinals });
    const changed: ChangedVersion[] = [];
    for (const [id, version] of after.versions) {
      const replaced = before.versions.get(id);
      if (replaced === version) continue;
      changed.push({ version, before: replaced, eventOrdinal: this.#ordinalOf(version, ordinals) });
    }
    return changed;
  }

  async #recordBefore({ stream, revision }: DomainEvent): Promise<CachedRecord> {
    if (revision === 0) return { state: emptyRecord(stream), ordinals: new Map() };
    const cached = this.#cache.get(stream);
    if (cached !== undefined && cached.state.revision === revision - 1) return cached;
    let state = emptyRecord(stream);
    for await (const page of streamPages(this.#reader, stream, revision)) {
      for (const event of page) state = evolveRecord(state, decodeEvent(event));
    }
    return { state, ordinals: new Map() };
  }

  #ordinalOf({ event }: RecordVersion, ordinals: Map<string, Ordinal>): Ordinal {
    const ordinal = ordinals.get(event.id) ?? this.#ordinalAt(event.position as Position);
    if (ordinal === undefined)
      throw new Error(`The event ${event.id} is part of a record, but was never projected`);
    ordinals.set(event.id, ordinal);
    return ordinal;
  }
}

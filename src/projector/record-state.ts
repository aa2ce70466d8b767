import { type DomainEvent, decodeEvent } from '../domain/events/event.ts';
import { emptyRecord, evolveRecord, type RecordState, type RecordVersion } from '../domain/record/record.ts';
import type { EventReader, Position } from '../event-store/event-store.ts';
import { streamPages } from '../event-store/paging.ts';
import type { Ordinal } from './timeline-store.ts';

const RECORDS_MAX = 2_000;

/** A version that an event made. */
export interface ChangedVersion {
  readonly version: RecordVersion;
  /** The version that it replaces; undefined when it is the event's first. */
  readonly before: RecordVersion | undefined;
  /** Of the event that the version is one of. */
  readonly eventOrdinal: Ordinal;
}

interface TrackedRecord {
  readonly state: RecordState;
  /** Event id → ordinal, as far as known. */
  readonly ordinals: Map<string, Ordinal>;
}

/**
 * Stage one of projecting: turns each event of the log into the versions that it makes.
 *
 * Opening events, nearly all of a log, need no look-up. For a follow-up the record so far is taken from a bounded
 * cache, or folded again from its stream, never past the event itself: what was appended later has no effect.
 */
export class RecordStates {
  readonly #reader: Pick<EventReader, 'readStream'>;
  readonly #ordinalAt: (position: Position) => Ordinal | undefined;
  readonly #records = new Map<string, TrackedRecord>();

  /** `ordinalAt` is asked for the ordinals of events from before the tracker was made. */
  constructor(
    reader: Pick<EventReader, 'readStream'>,
    ordinalAt: (position: Position) => Ordinal | undefined,
  ) {
    this.#reader = reader;
    this.#ordinalAt = ordinalAt;
  }

  /** The versions that the event makes, in the order of the record; none when it changes nothing that is shown. */
  async advance(event: DomainEvent, ordinal: Ordinal): Promise<readonly ChangedVersion[]> {
    const { state: before, ordinals } = await this.#recordBefore(event);
    const after = evolveRecord(before, event);
    ordinals.set(event.id, ordinal);
    this.#keep({ state: after, ordinals });
    const changed: ChangedVersion[] = [];
    for (const [id, version] of after.versions) {
      const replaced = before.versions.get(id);
      if (replaced === version) continue;
      changed.push({ version, before: replaced, eventOrdinal: this.#ordinalOf(version, ordinals) });
    }
    return changed;
  }

  #recordBefore(event: DomainEvent): TrackedRecord | Promise<TrackedRecord> {
    if (event.revision === 0) return { state: emptyRecord(event.stream), ordinals: new Map() };
    const kept = this.#records.get(event.stream);
    if (kept !== undefined && kept.state.revision === event.revision - 1) return kept;
    return this.#fold(event);
  }

  async #fold({ stream, revision }: DomainEvent): Promise<TrackedRecord> {
    let state = emptyRecord(stream);
    for await (const page of streamPages(this.#reader, stream, revision)) {
      for (const event of page) state = evolveRecord(state, decodeEvent(event));
    }
    return { state, ordinals: new Map() };
  }

  #ordinalOf({ event }: RecordVersion, ordinals: Map<string, Ordinal>): Ordinal {
    const ordinal = ordinals.get(event.id) ?? this.#ordinalAt(event.position as Position);
    if (ordinal === undefined)
      throw new Error(`The event ${event.id} has a version here, but was never projected`);
    ordinals.set(event.id, ordinal);
    return ordinal;
  }

  #keep(record: TrackedRecord): void {
    this.#records.delete(record.state.stream);
    this.#records.set(record.state.stream, record);
    if (this.#records.size <= RECORDS_MAX) return;
    const [oldest] = this.#records.keys();
    if (oldest !== undefined) this.#records.delete(oldest);
  }
}

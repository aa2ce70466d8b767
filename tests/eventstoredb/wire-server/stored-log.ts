import { EventEmitter } from 'node:events';
import { eventResponse } from './read-messages.ts';
import type { ProposedWireEvent, WireEvent } from './wire-event.ts';

/** A stored event with the bytes that answer a read of it, which are encoded once. */
interface Entry extends WireEvent {
  readonly response: Buffer;
}

export type ExpectedVersion = number | 'no-stream' | 'any' | 'stream-exists';

export type WireAppendOutcome =
  | { readonly outcome: 'stored'; readonly last: WireEvent }
  | { readonly outcome: 'wrong-version'; readonly actual: number | 'no-stream' }
  /** The stream was deleted for good. */
  | { readonly outcome: 'tombstoned' };

/** Does not fit into a JavaScript number, so that a test fails if a position is converted to one. */
const FIRST_POSITION = 9_007_199_254_740_993n;
/** The greatest 64-bit number, which a JavaScript number cannot hold exactly. */
const SOFT_DELETED = 2 ** 63;
const TOMBSTONE_REVISION = 2 ** 63;

interface StreamMetadata {
  readonly $tb?: number;
  readonly $maxCount?: number;
  /** In seconds. */
  readonly $maxAge?: number;
}

/**
 * The log in memory, with all streams: ours, system streams (`$…`) and foreign ones. Each event has its own position,
 * with gaps. Positions, revisions, idempotency and deletion follow EventStoreDB. Emits `stored` after each append, and
 * `scavenged`.
 */
export class StoredLog extends EventEmitter {
  #all: Entry[] = [];
  /** With the events that are hidden, until a scavenge. */
  readonly #streams = new Map<string, Entry[]>();
  /** The last revision of each stream, which the server knows even after a scavenge. */
  readonly #lastRevisions = new Map<string, number>();
  readonly #tombstoned = new Set<string>();
  readonly #scavengedPositions = new Set<bigint>();
  #nextPosition = FIRST_POSITION;

  constructor() {
    super();
    this.setMaxListeners(0);
  }

  /** All events of `$all`: those that are hidden in their streams are in it until a scavenge. */
  get all(): readonly Entry[] {
    return this.#all;
  }

  /** The events that a read of the stream returns. */
  stream(name: string): readonly Entry[] {
    const entries = this.#streams.get(name) ?? [];
    if (this.#tombstoned.has(name)) return [];
    // A metadata stream has a $maxCount of 1.
    if (name.startsWith('$$')) return entries.slice(-1);
    const isLeft = this.#limitsOf(name);
    return entries.filter(isLeft);
  }

  isTombstoned(stream: string): boolean {
    return this.#tombstoned.has(stream);
  }

  /** Whether a read may start where there was a record before the scavenge. */
  wasScavenged(commit: bigint): boolean {
    return this.#scavengedPositions.has(commit);
  }

  append(stream: string, expected: ExpectedVersion, events: readonly ProposedWireEvent[]): WireAppendOutcome {
    if (this.#tombstoned.has(stream)) return { outcome: 'tombstoned' };
    const entries = this.#streams.get(stream) ?? [];
    const repeated = lastOfRepeatedAppend(entries, expected, events);
    if (repeated !== undefined) return { outcome: 'stored', last: repeated };
    const actual = this.#lastRevisions.get(stream) ?? 'no-stream';
    const isDeleted = this.#isSoftDeleted(stream);
    const isAccepted = matchesExpectedVersion(actual, expected) || (isDeleted && expected === 'no-stream');
    if (!isAccepted) return { outcome: 'wrong-version', actual };
    const last = this.#store(stream, events);
    if (isDeleted) this.#truncate(stream, Number(actual) + 1);
    this.emit('stored');
    return { outcome: 'stored', last };
  }

  /** Hides all events of the stream. The next append adds to it, and makes only new events visible. */
  softDelete(stream: string): WireEvent {
    const last = this.#truncate(stream, SOFT_DELETED);
    this.emit('stored');
    return last;
  }

  /** Deletes the stream for good. The tombstone is an event of the stream in `$all`. */
  tombstone(stream: string): WireEvent {
    this.#tombstoned.add(stream);
    this.#lastRevisions.set(stream, TOMBSTONE_REVISION - 1);
    const last = this.#store(stream, [systemEvent('$streamDeleted', '')]);
    this.emit('stored');
    return last;
  }

  /** Replaces the metadata of a stream, as a client does that appends to its metadata stream. */
  setMetadata(stream: string, metadata: object): void {
    this.append(`$$${stream}`, 'any', [systemEvent('$metadata', JSON.stringify(metadata))]);
  }

  /** Makes the events of a stream older, as `$maxAge` sees them. */
  age(stream: string, ms: number): void {
    const entries = this.#streams.get(stream) ?? [];
    const older = new Map(entries.map((entry) => [entry, { ...entry, createdMs: entry.createdMs - ms }]));
    this.#streams.set(stream, [...older.values()]);
    this.#all = this.#all.map((entry) => older.get(entry) ?? entry);
  }

  /** Removes hidden events. Of each stream the last one is kept, of a tombstoned one the tombstone. */
  scavenge(): void {
    const isKept = (entry: Entry): boolean => {
      const isMetadataOfTombstoned =
        entry.stream.startsWith('$$') && this.#tombstoned.has(entry.stream.slice(2));
      const isLast = entry.revision === this.#lastRevisions.get(entry.stream);
      return (isLast || this.stream(entry.stream).includes(entry)) && !isMetadataOfTombstoned;
    };
    const kept = new Set(this.#all.filter(isKept));
    for (const { commit } of this.#all.filter((entry) => !kept.has(entry)))
      this.#scavengedPositions.add(commit);
    this.#all = this.#all.filter((entry) => kept.has(entry));
    for (const [name, entries] of this.#streams) {
      this.#streams.set(
        name,
        entries.filter((entry) => kept.has(entry)),
      );
    }
    this.emit('scavenged');
  }

  /** Returns whether an event is not hidden by the metadata of its stream. */
  #limitsOf(stream: string): (entry: Entry) => boolean {
    const { $tb = 0, $maxCount, $maxAge } = this.#metadataOf(stream);
    const last = this.#lastRevisions.get(stream) ?? -1;
    const first = Math.max($tb, $maxCount === undefined ? 0 : last + 1 - $maxCount);
    const oldestMs = $maxAge === undefined ? 0 : Date.now() - $maxAge * 1_000;
    return ({ revision, createdMs }) => revision >= first && createdMs >= oldestMs;
  }

  #metadataOf(stream: string): StreamMetadata {
    const last = this.#streams.get(`$$${stream}`)?.at(-1);
    return last === undefined ? {} : JSON.parse(Buffer.from(last.data).toString());
  }

  #isSoftDeleted(stream: string): boolean {
    return (this.#metadataOf(stream).$tb ?? 0) >= SOFT_DELETED;
  }

  /** The metadata of a soft delete has a number that JSON.stringify cannot write. */
  #truncate(stream: string, before: number): WireEvent {
    const others = JSON.stringify({ ...this.#metadataOf(stream), $tb: 0 });
    const $tb = before >= SOFT_DELETED ? '9223372036854775807' : String(before);
    return this.#store(`$$${stream}`, [systemEvent('$metadata', others.replace('"$tb":0', `"$tb":${$tb}`))]);
  }

  #store(stream: string, events: readonly ProposedWireEvent[]): WireEvent {
    const entries = this.#streams.get(stream) ?? [];
    this.#streams.set(stream, entries);
    for (const event of events) {
      const position = this.#takePosition(BigInt(50 + event.data.length));
      const revision = (this.#lastRevisions.get(stream) ?? -1) + 1;
      const stored = {
        ...event,
        stream,
        revision,
        commit: position,
        prepare: position,
        createdMs: Date.now(),
      };
      const entry = { ...stored, response: eventResponse(stored) };
      entries.push(entry);
      this.#all.push(entry);
      this.#lastRevisions.set(stream, revision);
    }
    return entries.at(-1) as WireEvent;
  }

  #takePosition(bytes: bigint): bigint {
    const position = this.#nextPosition;
    this.#nextPosition += bytes;
    return position;
  }

  /** Adds one system event and two events of another program, as every shared cluster has them. */
  addForeignEvents(): void {
    const event = (type: string) => systemEvent(type, '{"of":"another program"}');
    this.append('$stats-127.0.0.1:2113', 'any', [event('$statsCollected')]);
    this.append('foreign-stream', 'any', [event('Foreign'), event('MoreForeign')]);
  }
}

function systemEvent(type: string, data: string): ProposedWireEvent {
  return {
    id: crypto.randomUUID(),
    type,
    contentType: 'application/json',
    data: Buffer.from(data),
    metadata: new Uint8Array(),
  };
}

/** Returns the last stored event of a repeated append, which the server recognises by the ids alone. */
function lastOfRepeatedAppend(
  entries: readonly Entry[],
  expected: ExpectedVersion,
  events: readonly ProposedWireEvent[],
): WireEvent | undefined {
  const first = firstRevision(entries, expected, events);
  const stored = events.map((_, index) => entries.find(({ revision }) => revision === first + index));
  const isRepeated = first >= 0 && events.every(({ id }, index) => stored[index]?.id === id);
  return isRepeated ? stored.at(-1) : undefined;
}

function firstRevision(
  entries: readonly Entry[],
  expected: ExpectedVersion,
  events: readonly ProposedWireEvent[],
): number {
  if (typeof expected === 'number') return expected + 1;
  if (expected === 'no-stream') return 0;
  return entries.find(({ id }) => id === events[0]?.id)?.revision ?? -1;
}

function matchesExpectedVersion(actual: number | 'no-stream', expected: ExpectedVersion): boolean {
  return (
    expected === 'any' || expected === actual || (expected === 'stream-exists' && actual !== 'no-stream')
  );
}

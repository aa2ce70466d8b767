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
  | { readonly outcome: 'wrong-version'; readonly actual: number | 'no-stream' };

/** Does not fit into a JavaScript number, so that a test fails if a position is converted to one. */
const FIRST_POSITION = 9_007_199_254_740_993n;

/**
 * The log in memory, with all streams: ours, system streams (`$…`) and foreign ones. Each event has its own position,
 * with gaps. Positions, revisions and idempotency follow EventStoreDB. Emits `stored` after each append.
 */
export class StoredLog extends EventEmitter {
  readonly all: Entry[] = [];
  readonly #streams = new Map<string, Entry[]>();
  #nextPosition = FIRST_POSITION;

  constructor() {
    super();
    this.setMaxListeners(0);
  }

  stream(name: string): readonly Entry[] {
    return this.#streams.get(name) ?? [];
  }

  append(stream: string, expected: ExpectedVersion, events: readonly ProposedWireEvent[]): WireAppendOutcome {
    const entries = this.#streams.get(stream) ?? [];
    const repeated = lastOfRepeatedAppend(entries, expected, events);
    if (repeated !== undefined) return { outcome: 'stored', last: repeated };
    const actual = entries.at(-1)?.revision ?? 'no-stream';
    if (!matchesExpectedVersion(actual, expected)) return { outcome: 'wrong-version', actual };
    this.#streams.set(stream, entries);
    const last = this.#store(stream, entries, events);
    this.emit('stored');
    return { outcome: 'stored', last };
  }

  #store(stream: string, entries: Entry[], events: readonly ProposedWireEvent[]): WireEvent {
    for (const event of events) {
      const position = this.#takePosition(BigInt(50 + event.data.length));
      const place = { stream, revision: entries.length, commit: position, prepare: position };
      const stored = { ...event, ...place, createdMs: Date.now() };
      const entry = { ...stored, response: eventResponse(stored) };
      entries.push(entry);
      this.all.push(entry);
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
    const event = (type: string): ProposedWireEvent => ({
      id: crypto.randomUUID(),
      type,
      contentType: 'application/json',
      data: Buffer.from('{"of":"another program"}'),
      metadata: new Uint8Array(),
    });
    this.append('$stats-127.0.0.1:2113', 'any', [event('$statsCollected')]);
    this.append('foreign-stream', 'any', [event('Foreign'), event('MoreForeign')]);
  }
}

/** Returns the last stored event of a repeated append, which the server recognises by the ids alone. */
function lastOfRepeatedAppend(
  entries: readonly Entry[],
  expected: ExpectedVersion,
  events: readonly ProposedWireEvent[],
): WireEvent | undefined {
  const first = firstRevision(entries, expected, events);
  if (first < 0 || !events.every(({ id }, index) => entries[first + index]?.id === id)) return undefined;
  return entries[first + events.length - 1];
}

function firstRevision(
  entries: readonly Entry[],
  expected: ExpectedVersion,
  events: readonly ProposedWireEvent[],
): number {
  if (typeof expected === 'number') return expected + 1;
  if (expected === 'no-stream') return 0;
  return entries.findIndex(({ id }) => id === events[0]?.id);
}

function matchesExpectedVersion(actual: number | 'no-stream', expected: ExpectedVersion): boolean {
  return (
    expected === 'any' || expected === actual || (expected === 'stream-exists' && actual !== 'no-stream')
  );
}

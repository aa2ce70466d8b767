import { EventEmitter } from 'node:events';
import { eventResponse } from './read-messages.ts';
import type { ProposedEvent, StoredEvent } from './stored-event.ts';

/** A stored event with the bytes that answer a read of it: they are made once. */
interface Entry extends StoredEvent {
  readonly response: Buffer;
}

export type ExpectedVersion = number | 'no-stream' | 'any' | 'stream-exists';

export type StoreOutcome =
  | { readonly outcome: 'stored'; readonly last: StoredEvent }
  | { readonly outcome: 'wrong-version'; readonly actual: number | 'no-stream' };

/** The first position does not fit into a JavaScript number, so that whoever makes one of it is found out. */
const FIRST_POSITION = 9_007_199_254_740_993n;

/**
 * What the server keeps: one log of all streams, its own `$…` streams and those of strangers among them. Every event has
 * a position of its own, with gaps; that, revisions and idempotency follow EventStoreDB. Emits `stored` after each
 * append.
 */
export class StoredLog extends EventEmitter {
  readonly all: Entry[] = [];
  readonly #streams = new Map<string, Entry[]>();
  #next = FIRST_POSITION;

  constructor() {
    super();
    this.setMaxListeners(0);
  }

  stream(name: string): readonly Entry[] {
    return this.#streams.get(name) ?? [];
  }

  append(stream: string, expected: ExpectedVersion, events: readonly ProposedEvent[]): StoreOutcome {
    const story = this.#streams.get(stream) ?? [];
    const before = this.#storedBefore(story, expected, events);
    if (before !== undefined) return { outcome: 'stored', last: before };
    const actual = story.at(-1)?.revision ?? 'no-stream';
    if (!isMet(expected, actual)) return { outcome: 'wrong-version', actual };
    this.#streams.set(stream, story);
    const last = this.#store(stream, story, events);
    this.emit('stored');
    return { outcome: 'stored', last };
  }

  /** The last event of a repeated append: by ids alone, as the server does it. */
  #storedBefore(
    story: readonly Entry[],
    expected: ExpectedVersion,
    events: readonly ProposedEvent[],
  ): StoredEvent | undefined {
    const first =
      typeof expected === 'number'
        ? expected + 1
        : expected === 'no-stream'
          ? 0
          : story.findIndex(({ id }) => id === events[0]?.id);
    if (first < 0 || !events.every(({ id }, index) => story[first + index]?.id === id)) return undefined;
    return story[first + events.length - 1];
  }

  #store(stream: string, story: Entry[], events: readonly ProposedEvent[]): StoredEvent {
    for (const event of events) {
      const position = this.#advance(BigInt(50 + event.data.length));
      const place = { stream, revision: story.length, commit: position, prepare: position };
      const stored = { ...event, ...place, createdMs: Date.now() };
      const entry = { ...stored, response: eventResponse(stored) };
      story.push(entry);
      this.all.push(entry);
    }
    return story.at(-1) as StoredEvent;
  }

  #advance(size: bigint): bigint {
    const position = this.#next;
    this.#next += size;
    return position;
  }

  /** Events of strangers and of the server itself, as there are in every cluster that is shared. */
  addStrangers(): void {
    const event = (type: string): ProposedEvent => ({
      id: crypto.randomUUID(),
      type,
      contentType: 'application/json',
      data: Buffer.from('{"of":"no concern"}'),
      metadata: new Uint8Array(),
    });
    this.append('$stats-127.0.0.1:2113', 'any', [event('$statsCollected')]);
    this.append('a-strangers-stream', 'any', [event('Strange'), event('Stranger')]);
  }
}

function isMet(expected: ExpectedVersion, actual: number | 'no-stream'): boolean {
  return (
    expected === 'any' || expected === actual || (expected === 'stream-exists' && actual !== 'no-stream')
  );
}

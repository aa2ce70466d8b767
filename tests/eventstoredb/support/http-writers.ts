import { setTimeout as delay } from 'node:timers/promises';
import { expect } from '@jest/globals';
import type { RecordedEvent } from '../../src/event-store/event-store.ts';
import { generateEvents, type SentEvent } from '../bench/generate-events.ts';
import { type Answer, post } from '../http/client.ts';
import { until } from './log-on-wire.ts';
import { inTime } from './program.ts';

/** Where an event stands, as its writer was told. */
interface Told {
  readonly id: string;
  readonly stream: string;
  readonly revision: number;
  readonly position: string;
}

const WRITERS = 4;
const PAUSE_MS = 5;
const RETRY_MS = 50;
const PATIENCE_MS = 30_000;

/**
 * Clients that record a history each over HTTP, one event after another, and send again, under the same id, whatever
 * was refused for now or not answered.
 */
export class HttpWriters {
  readonly acknowledged: Told[] = [];
  /** Answers that were no acknowledgement. */
  readonly refusals: Answer[] = [];
  readonly #urlOf: (writer: number) => string;
  readonly #enough = new AbortController();
  readonly #writing: Promise<unknown>;

  /** `urlOf` is asked before each attempt: the program may have been started again at another port. */
  constructor(urlOf: (writer: number) => string) {
    this.#urlOf = urlOf;
    this.#writing = Promise.all(Array.from({ length: WRITERS }, (_, writer) => this.#write(writer)));
    this.#writing.catch(() => {});
  }

  /** Until so many more are acknowledged. Throws what one of the writers met that it did not expect. */
  async untilMore(events: number): Promise<void> {
    const before = this.acknowledged.length;
    const more = until(() => this.acknowledged.length >= before + events, PATIENCE_MS);
    await Promise.race([more, this.#writing]);
  }

  /** Lets each finish the event in hand. Throws as `untilMore` does. */
  async stop(): Promise<void> {
    this.#enough.abort();
    await this.#writing;
  }

  async #write(writer: number): Promise<void> {
    for (const event of generateEvents(Number.MAX_SAFE_INTEGER, writer + 1)) {
      if (this.#enough.signal.aborted) return;
      this.acknowledged.push(await this.#record(writer, event));
      await delay(PAUSE_MS);
    }
  }

  async #record(writer: number, event: SentEvent): Promise<Told> {
    for (const giveUpMs = performance.now() + PATIENCE_MS; performance.now() < giveUpMs; ) {
      const answer = await this.#attempt(writer, event);
      if (answer?.status === 200 || answer?.status === 201) return answer.json.events[0];
      if (answer !== undefined) this.refusals.push(answer);
      if (answer !== undefined && answer.status !== 503) throw new Error(`${answer.status} ${answer.text}`);
      await delay(RETRY_MS);
    }
    throw new Error(`${event.id} was not acknowledged within ${PATIENCE_MS} ms.`);
  }

  /** Undefined when the connection broke. */
  async #attempt(writer: number, event: SentEvent): Promise<Answer | undefined> {
    try {
      return await inTime(post(this.#urlOf(writer), event));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === undefined) throw error;
      return undefined;
    }
  }
}

/** The log holds each acknowledged event where its writer was told, and nothing else; revisions have no gap. */
export function expectOnceEach(log: readonly RecordedEvent[], acknowledged: readonly Told[]): void {
  const told = new Map(acknowledged.map((event) => [event.id, event]));
  const next = new Map<string, number>();
  const wrong = log.filter(({ id, stream, revision, position }) => {
    const expected = next.get(stream) ?? 0;
    next.set(stream, revision + 1);
    const as = told.get(id);
    return revision !== expected || as?.revision !== revision || as.position !== position;
  });
  expect({ wrong, ids: new Set(log.map(({ id }) => id)).size, acknowledged: told.size }).toEqual({
    wrong: [],
    ids: log.length,
    acknowledged: log.length,
  });
}

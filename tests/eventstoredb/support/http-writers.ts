import { setTimeout as delay } from 'node:timers/promises';
import { generateEvents, type SentEvent } from '../../bench/generate-events.ts';
import { type Answer, post } from '../../http/support/client.ts';
import type { AcknowledgedEvent } from './check-log.ts';
import { inTime } from './program.ts';
import { until } from './until.ts';

const WRITERS = 4;
const PAUSE_MS = 5;
const RETRY_PAUSE_MS = 50;

/**
 * Clients that each append a history over HTTP, one event after another. They retry, under the same id, whatever was
 * refused with 503 or not answered.
 */
export class HttpWriters {
  readonly acknowledged: AcknowledgedEvent[] = [];
  /** The answers that were not acknowledgements. */
  readonly refusals: Answer[] = [];
  readonly #urlOf: (writer: number) => string;
  readonly #stopping = new AbortController();
  readonly #writing: Promise<unknown>;

  /** Calls `urlOf` before each attempt, as the program may have been restarted on another port. */
  constructor(urlOf: (writer: number) => string) {
    this.#urlOf = urlOf;
    this.#writing = Promise.all(Array.from({ length: WRITERS }, (_, writer) => this.#write(writer)));
    this.#writing.catch(() => {});
  }

  /** Resolves when so many more events are acknowledged. Throws the unexpected error that stopped a writer. */
  async untilMore(events: number): Promise<void> {
    const before = this.acknowledged.length;
    const more = until(() => this.acknowledged.length >= before + events);
    await Promise.race([more, this.#writing]);
  }

  /** Lets each writer finish its current event. Throws as `untilMore` does. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#writing;
  }

  async #write(writer: number): Promise<void> {
    for (const event of generateEvents(Number.MAX_SAFE_INTEGER, writer + 1)) {
      if (this.#stopping.signal.aborted) return;
      this.acknowledged.push(await this.#append(writer, event));
      await delay(PAUSE_MS);
    }
  }

  async #append(writer: number, event: SentEvent): Promise<AcknowledgedEvent> {
    let acknowledged: AcknowledgedEvent | undefined;
    await until(async () => {
      const answer = await this.#attempt(writer, event);
      if (answer?.status === 200 || answer?.status === 201) {
        acknowledged = answer.json.events[0];
        return true;
      }
      if (answer !== undefined) this.refusals.push(answer);
      if (answer !== undefined && answer.status !== 503) throw new Error(`${answer.status} ${answer.text}`);
      await delay(RETRY_PAUSE_MS);
      return false;
    });
    return acknowledged as AcknowledgedEvent;
  }

  /** Returns undefined if the connection broke. */
  async #attempt(writer: number, event: SentEvent): Promise<Answer | undefined> {
    try {
      return await inTime(post(this.#urlOf(writer), event));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === undefined) throw error;
      return undefined;
    }
  }
}

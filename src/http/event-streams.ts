import type { ServerResponse } from 'node:http';
import type { HttpLimits } from './app-context.ts';
import { EventStream } from './event-stream.ts';

/** All streams of the server: so many at once, and none once it is stopping. */
export class EventStreams {
  readonly #limits: HttpLimits;
  readonly #stopping: AbortSignal;
  readonly #open = new Set<EventStream>();

  constructor(limits: HttpLimits, stopping: AbortSignal) {
    this.#limits = limits;
    this.#stopping = stopping;
    stopping.addEventListener('abort', () => {
      for (const stream of this.#open) stream.end();
    });
  }

  get isFull(): boolean {
    return this.#open.size >= this.#limits.eventStreamsMax;
  }

  /** @param freed called when the reader has taken what was sent */
  open(res: ServerResponse, freed: () => void): EventStream {
    const stream = new EventStream(res, this.#limits, freed);
    this.#open.add(stream);
    res.on('close', () => this.#open.delete(stream));
    if (this.#stopping.aborted) stream.end();
    return stream;
  }
}

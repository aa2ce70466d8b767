import type { ServerResponse } from 'node:http';
import type { HttpLimits } from '../protocol/context.ts';
import { beginStream } from '../protocol/response.ts';

/** A block of a stream; without `data` it sets the id and the time, and is no event to its reader. */
export interface SseEvent {
  /** What the reader gives back as `Last-Event-ID`. */
  readonly id?: string;
  readonly event?: string;
  /** One line. */
  readonly data?: string;
  /** How long a reader waits before it comes back. */
  readonly retry?: number;
}

type StreamLimits = Pick<HttpLimits, 'heartbeatMs' | 'stallMs'>;

/** No cache, and no proxy on the way, holds anything back. The connection is of no further use. */
const HEADERS = { 'Cache-Control': 'no-store', 'X-Accel-Buffering': 'no', Connection: 'close' } as const;
const HEARTBEAT = ':\n\n';

/**
 * An answer of server-sent events (HTML, §9.2 Server-sent events). Nothing queues up in it: who has something to say
 * asks whether it is busy, and is told when it is free again, so that a reader who takes nothing holds back one block.
 * One who has taken nothing for too long is cut off.
 */
export class SseStream {
  readonly #res: ServerResponse;
  readonly #stallMs: number;
  readonly #freed: () => void;
  readonly #beating: NodeJS.Timeout;
  /** Since when the block that was sent last waits for its reader. */
  #waitingSinceMs: number | undefined;

  /** @param freed called when the reader has taken what was sent */
  constructor(res: ServerResponse, { heartbeatMs, stallMs }: StreamLimits, freed: () => void) {
    this.#res = res;
    this.#stallMs = stallMs;
    this.#freed = freed;
    this.#beating = setInterval(() => this.#beat(), heartbeatMs);
    res.on('close', () => clearInterval(this.#beating));
    openSseStream(res);
  }

  get isBusy(): boolean {
    return this.#waitingSinceMs !== undefined;
  }

  /** Must not be busy. */
  send(block: SseEvent): void {
    this.#write(blockText(block));
  }

  /** Lets go of a reader, who comes back. One who takes nothing is not waited for. */
  end(): void {
    if (this.isBusy) this.#res.destroy();
    else this.#res.end();
  }

  #beat(): void {
    if (this.#waitingSinceMs === undefined) this.#write(HEARTBEAT);
    else if (performance.now() - this.#waitingSinceMs >= this.#stallMs) this.#res.destroy();
  }

  #write(text: string): void {
    if (this.#res.destroyed || this.#res.writableEnded) return;
    this.#waitingSinceMs = performance.now();
    this.#res.write(text, () => {
      if (this.#res.destroyed) return;
      this.#waitingSinceMs = undefined;
      this.#freed();
    });
  }
}

/** The head alone is an answer to HEAD. */
export function openSseStream(res: ServerResponse): void {
  beginStream(res, 'text/event-stream', HEADERS);
}

function blockText(block: SseEvent): string {
  const lines = Object.entries(block).map(([field, value]) => `${field}: ${value}\n`);
  return `${lines.join('')}\n`;
}

/** All streams of the server: so many at once, and none once it is stopping. */
export class SseConnections {
  readonly #limits: HttpLimits;
  readonly #stopping: AbortSignal;
  readonly #open = new Set<SseStream>();

  constructor(limits: HttpLimits, stopping: AbortSignal) {
    this.#limits = limits;
    this.#stopping = stopping;
    stopping.addEventListener('abort', () => {
      for (const stream of this.#open) stream.end();
    });
  }

  get isFull(): boolean {
    return this.#open.size >= this.#limits.sseConnectionsMax;
  }

  /** @param freed called when the reader has taken what was sent */
  open(res: ServerResponse, freed: () => void): SseStream {
    const stream = new SseStream(res, this.#limits, freed);
    this.#open.add(stream);
    res.on('close', () => this.#open.delete(stream));
    if (this.#stopping.aborted) stream.end();
    return stream;
  }
}

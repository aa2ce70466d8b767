import type { ServerResponse } from 'node:http';
import type { HttpLimits } from '../protocol/context.ts';
import type { Request } from '../protocol/handler.ts';
import { type Problem, RETRY_SOON } from '../protocol/problems.ts';
import { beginStream } from '../protocol/response.ts';

/** A block of the stream. Without `data` it only sets the id or the reconnection time, and no event is dispatched. */
export interface SseEvent {
  /** The client sends it back as `Last-Event-ID` when it reconnects. */
  readonly id?: string;
  readonly event?: string;
  /** A single line. */
  readonly data?: string;
  /** Milliseconds until the client reconnects after the connection is lost. */
  readonly retry?: number;
}

type StreamLimits = Pick<HttpLimits, 'heartbeatMs' | 'stallMs'>;

/** No cache or reverse proxy may delay events, and the connection is not reused. */
const HEADERS = { 'Cache-Control': 'no-store', 'X-Accel-Buffering': 'no', Connection: 'close' } as const;
const HEARTBEAT = ':\n\n';

/**
 * A response with server-sent events (HTML standard, §9.2). It has no queue: the sender must not send while the
 * stream is busy, and is called back when the client has read the last block, so that a slow client holds back one
 * block at most. A client that reads nothing for `stallMs` is disconnected.
 */
export class SseStream {
  readonly #res: ServerResponse;
  readonly #stallMs: number;
  readonly #onIdle: () => void;
  readonly #heartbeat: NodeJS.Timeout;
  /** When the last block was written; undefined once the client has read it. */
  #busySinceMs: number | undefined;

  /** @param onIdle called when the client has read what was sent */
  constructor(res: ServerResponse, { heartbeatMs, stallMs }: StreamLimits, onIdle: () => void) {
    this.#res = res;
    this.#stallMs = stallMs;
    this.#onIdle = onIdle;
    this.#heartbeat = setInterval(() => this.#beat(), heartbeatMs);
    res.on('close', () => clearInterval(this.#heartbeat));
    beginSse(res);
  }

  get isBusy(): boolean {
    return this.#busySinceMs !== undefined;
  }

  /** Must not be called while the stream is busy. */
  send(event: SseEvent): void {
    this.#write(serialize(event));
  }

  /** Ends the stream, after which the client reconnects. A busy stream is cut off. */
  end(): void {
    if (this.isBusy) this.#res.destroy();
    else this.#res.end();
  }

  #beat(): void {
    if (this.#busySinceMs === undefined) this.#write(HEARTBEAT);
    else if (performance.now() - this.#busySinceMs >= this.#stallMs) this.#res.destroy();
  }

  #write(text: string): void {
    if (this.#res.destroyed || this.#res.writableEnded) return;
    this.#busySinceMs = performance.now();
    this.#res.write(text, () => {
      if (this.#res.destroyed) return;
      this.#busySinceMs = undefined;
      this.#onIdle();
    });
  }
}

/** Sends the head of the response, which is the whole response to HEAD. */
export function beginSse(res: ServerResponse): void {
  beginStream(res, 'text/event-stream', HEADERS);
}

function serialize(event: SseEvent): string {
  const lines = Object.entries(event).map(([field, value]) => `${field}: ${value}\n`);
  return `${lines.join('')}\n`;
}

/** The open streams of the server, which are limited in number and end when the server stops. */
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

  get count(): number {
    return this.#open.size;
  }

  /** Returns a problem if the server, or the client, may have no other stream now. */
  refuse({ quota }: Pick<Request, 'quota'>): Problem | undefined {
    const isFull = this.#open.size >= this.#limits.sseConnectionsMax;
    return isFull ? { code: 'too-many-readers', headers: RETRY_SOON } : quota.refuseStream();
  }

  /** @param onIdle called when the client has read what was sent */
  open({ quota }: Pick<Request, 'quota'>, res: ServerResponse, onIdle: () => void): SseStream {
    quota.beginStream();
    const stream = new SseStream(res, this.#limits, onIdle);
    this.#open.add(stream);
    res.on('close', () => this.#open.delete(stream));
    if (this.#stopping.aborted) stream.end();
    return stream;
  }
}

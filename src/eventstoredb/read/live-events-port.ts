import type { MessagePort } from 'node:worker_threads';
import type { Position, RecordedEvent } from '../../event-store/event-store.ts';
import { NewEventNotifier } from '../../event-store/paging.ts';
import {
  AWAITED_PROJECTION_INTERVAL_MS,
  PROJECTION_INTERVAL_MS,
  Throttle,
} from '../../projector/throttle.ts';
import type { LiveEvents, LivePageRequest } from './live-events.ts';

/*
 * Hands the live events of one thread to another. The other thread asks for each page, so nothing piles up between the
 * two, however slow it is.
 */

/** `cancel` makes the answer come at once. */
type Message = { readonly id: number } & (
  | { readonly kind: 'request'; readonly request: LivePageRequest }
  | { readonly kind: 'cancel' }
);

interface Answer {
  readonly id: number;
  readonly events: readonly RecordedEvent[] | undefined;
}

/** Answers the requests of another thread until the port is closed. Does not keep the process alive. */
export function serveLiveEvents(live: LiveEvents, port: MessagePort): void {
  const running = new Map<number, AbortController>();
  const answer = async (id: number, request: LivePageRequest): Promise<void> => {
    const aborter = new AbortController();
    running.set(id, aborter);
    const events = await live.page(request, aborter.signal);
    running.delete(id);
    port.postMessage({ id, events } satisfies Answer);
  };
  port.on('message', (message: Message) => {
    if (message.kind === 'cancel') running.get(message.id)?.abort();
    else void answer(message.id, message.request);
  });
  port.on('close', () => {
    for (const aborter of running.values()) aborter.abort();
  });
  port.unref();
}

/**
 * The live events that another thread serves. Under load, they are asked for at intervals, so that those of an interval
 * share a page. The page after a rest is asked for at once.
 */
export class RemoteLiveEvents implements LiveEvents {
  readonly #port: MessagePort;
  readonly #pending = new Map<number, (answer: Answer) => void>();
  #requests = 0;
  readonly #turns = new NewEventNotifier();
  readonly #pace = new Throttle(() => this.#turns.notify(), PROJECTION_INTERVAL_MS);
  #closed = false;
  /** The last position of a page after which there was nothing. It saves the question whether there is more. */
  #end: Position | undefined;

  constructor(port: MessagePort) {
    this.#port = port;
    port.on('message', (answer: Answer) => this.#pending.get(answer.id)?.(answer));
    port.on('close', () => this.close());
  }

  get closed(): boolean {
    return this.#closed;
  }

  async page(request: LivePageRequest, signal: AbortSignal): Promise<readonly RecordedEvent[] | undefined> {
    const isEnd = !request.isWaiting && request.after !== undefined && request.after === this.#end;
    this.#end = undefined;
    if (request.isWaiting) await this.#nextTurn(signal);
    if (isEnd || this.#closed || signal.aborted) return [];
    const { events } = await this.#ask(request, signal);
    if (events !== undefined && events.length < request.maxCount) this.#end = events.at(-1)?.position;
    return events;
  }

  /** Shortens the present interval. */
  hurry(): void {
    this.#pace.hurry(AWAITED_PROJECTION_INTERVAL_MS);
  }

  async #nextTurn(signal: AbortSignal): Promise<void> {
    const { notifications } = this.#turns;
    this.#pace.request();
    await this.#turns.next(notifications, signal);
  }

  #ask(request: LivePageRequest, signal: AbortSignal): Promise<Answer> {
    this.#requests += 1;
    const id = this.#requests;
    const cancel = () => this.#port.postMessage({ id, kind: 'cancel' } satisfies Message);
    signal.addEventListener('abort', cancel);
    const answered = new Promise<Answer>((resolve) => this.#pending.set(id, resolve));
    this.#port.postMessage({ id, kind: 'request', request } satisfies Message);
    return answered.finally(() => {
      signal.removeEventListener('abort', cancel);
      this.#pending.delete(id);
    });
  }

  close(): void {
    this.#closed = true;
    this.#pace.cancel();
    this.#turns.close();
    this.#port.close();
    for (const [id, settle] of this.#pending) settle({ id, events: [] });
  }
}

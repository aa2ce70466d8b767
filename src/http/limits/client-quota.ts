import type { ServerResponse } from 'node:http';
import type { Problem } from '../protocol/problems.ts';
import { BodyBudget } from './body-budget.ts';

/** What one client may take. `Infinity` stands for no limit. */
export interface ClientLimits {
  readonly requestsPerMinute: number;
  /** Requests that are being answered at the same time, without streams. */
  readonly concurrentRequests: number;
  /** Open streams of server-sent events. */
  readonly streams: number;
  /** Memory of request bodies that are being received or appended. */
  readonly bodyBytes: number;
}

const WINDOW_S = 60;

/**
 * What one client takes, and may still take. Requests are counted in windows of a minute, which begin with the first
 * request: so a client that is refused can be told when to retry, in the fields of
 * draft-ietf-httpapi-ratelimit-headers-10.
 */
export class ClientQuota {
  /** The memory for the bodies of the client. */
  readonly bodies: BodyBudget;
  readonly #limits: ClientLimits;
  readonly #monotonicMs: () => number;
  #windowStartMs = Number.NEGATIVE_INFINITY;
  #requests = 0;
  #concurrent = 0;
  #streams = 0;

  constructor(limits: ClientLimits, bodiesOfAll: BodyBudget, monotonicMs: () => number) {
    this.#limits = limits;
    this.#monotonicMs = monotonicMs;
    this.bodies = new BodyBudget(limits.bodyBytes, TOO_MUCH_AT_ONCE, bodiesOfAll);
  }

  /**
   * Counts a request, and tells the client how many are left. Returns a problem if it is one too many; otherwise it is
   * being answered until `endRequest`.
   */
  beginRequest(res: ServerResponse): Problem | undefined {
    const { requestsPerMinute, concurrentRequests } = this.#limits;
    const resetS = this.#countRequest();
    if (requestsPerMinute < Number.POSITIVE_INFINITY) {
      const remaining = Math.max(0, requestsPerMinute - this.#requests);
      res.setHeader('RateLimit-Policy', `"requests";q=${requestsPerMinute};w=${WINDOW_S}`);
      res.setHeader('RateLimit', `"requests";r=${remaining};t=${resetS}`);
    }
    if (this.#requests > requestsPerMinute) {
      return tooManyRequests(`A client may send ${requestsPerMinute} requests in a minute.`, resetS);
    }
    if (this.#concurrent >= concurrentRequests) {
      return tooManyRequests(`A client may have ${concurrentRequests} requests answered at the same time.`);
    }
    this.#concurrent += 1;
    return undefined;
  }

  endRequest(): void {
    this.#concurrent -= 1;
  }

  /** Takes back that a request was counted in this minute. */
  uncountRequest(): void {
    this.#requests -= 1;
  }

  /** Returns a problem if the client may open no other stream now. */
  refuseStream(): Problem | undefined {
    const { streams } = this.#limits;
    return this.#streams < streams
      ? undefined
      : tooManyRequests(`A client may have ${streams} connections for live updates.`);
  }

  beginStream(): void {
    this.#streams += 1;
  }

  endStream(): void {
    this.#streams -= 1;
  }

  /** Returns the seconds until the window ends. */
  #countRequest(): number {
    const nowMs = this.#monotonicMs();
    if (nowMs - this.#windowStartMs >= WINDOW_S * 1_000) {
      this.#windowStartMs = nowMs;
      this.#requests = 0;
    }
    this.#requests += 1;
    return WINDOW_S - Math.floor((nowMs - this.#windowStartMs) / 1_000);
  }
}

function tooManyRequests(detail: string, retryAfterS = 1): Problem {
  return { code: 'too-many-requests', detail, headers: { 'Retry-After': String(retryAfterS) } };
}

/** The connection is closed, so that the rest of the body is not sent in vain. */
const TOO_MUCH_AT_ONCE: Problem = {
  code: 'too-many-requests',
  detail: 'This client is sending too much at the same time. Nothing of this request was recorded.',
  headers: { 'Retry-After': '1', Connection: 'close' },
};

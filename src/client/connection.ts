import { ProblemError, problemErrorOf } from './problem-error.ts';

export interface ClientOptions {
  /** Of a server that has keys. */
  readonly key?: string;
  /** How often a request is sent in all, if the server cannot be reached or is busy. 6 by default. */
  readonly attempts?: number;
  /** Wait before the second attempt; it doubles with each further one, up to 32 times as long. 200 by default. */
  readonly backoffMs?: number;
}

export interface RequestOptions {
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly signal?: AbortSignal | undefined;
}

const DOUBLINGS_MAX = 5;
/** Statuses that pass: the same request may succeed later. */
const PASSING = new Set([408, 429, 502, 503, 504]);

/** Sends requests to one server, each again while the server cannot be reached or is busy. */
export class Connection {
  readonly #origin: string;
  readonly #authorization: Readonly<Record<string, string>>;
  readonly #attempts: number;
  readonly #backoffMs: number;

  /** @param url of the server, which may have a path */
  constructor(url: string | URL, { key, attempts = 6, backoffMs = 200 }: ClientOptions) {
    this.#origin = String(url).replace(/\/+$/, '');
    this.#authorization = key === undefined ? {} : { Authorization: `Bearer ${key}` };
    this.#attempts = attempts;
    this.#backoffMs = backoffMs;
  }

  /**
   * Must be given requests only that may be sent twice.
   * @throws ProblemError if the server refuses the request, and what `fetch` throws if it cannot be reached
   */
  async send(method: 'GET' | 'POST', path: string, options: RequestOptions = {}): Promise<Response> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        const response = await this.#fetch(method, path, options);
        if (response.ok) return response;
        const error = await problemErrorOf(response);
        if (attempt >= this.#attempts || !PASSING.has(error.status)) throw error;
        await this.wait(attempt, options.signal, retryAfterMs(response));
      } catch (error) {
        const isRefused = error instanceof ProblemError || options.signal?.aborted === true;
        if (attempt >= this.#attempts || isRefused) throw error;
        await this.wait(attempt, options.signal);
      }
    }
  }

  async json<Body>(path: string, signal?: AbortSignal): Promise<Body> {
    const response = await this.send('GET', path, { signal });
    return (await response.json()) as Body;
  }

  /**
   * Waits with exponential backoff. Half of it is random, so that clients that failed together do not retry together.
   * @param atLeastMs what the server asks for
   */
  wait(attempt: number, signal: AbortSignal | undefined, atLeastMs = 0): Promise<void> {
    const backoffMs = this.#backoffMs * 2 ** Math.min(attempt - 1, DOUBLINGS_MAX);
    return sleep(Math.max(atLeastMs, backoffMs * (0.5 + Math.random() / 2)), signal);
  }

  #fetch(method: string, path: string, { headers, body, signal }: RequestOptions): Promise<Response> {
    return fetch(`${this.#origin}${path}`, {
      method,
      headers: { Accept: 'application/json', ...this.#authorization, ...headers },
      ...(body !== undefined && { body }),
      ...(signal && { signal }),
    });
  }
}

function retryAfterMs({ headers }: Response): number {
  return (Number(headers.get('Retry-After')) || 0) * 1_000;
}

function sleep(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const abort = (): void => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', abort);
      resolve();
    }, ms);
    if (signal?.aborted) abort();
    else signal?.addEventListener('abort', abort, { once: true });
  });
}

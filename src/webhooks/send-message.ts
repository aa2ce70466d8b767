import { Agent, type ClientRequest, type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps, Agent as TlsAgent } from 'node:https';
import type { LookupFunction } from 'node:net';
import { allowedAddresses, type HostAddress, type Resolve, resolveHost } from './public-address.ts';
import { type SignedMessage, signedHeaders } from './signature.ts';

export interface Receiver {
  readonly url: string;
  readonly secret: string;
}

export type SendOutcome =
  | { readonly outcome: 'accepted' }
  /** `status` is undefined if there was no response. */
  | {
      readonly outcome: 'failed';
      readonly status: number | undefined;
      readonly retryAfterMs: number | undefined;
      readonly reason: string;
    };

export interface MessageSenderOptions {
  /** True: receivers may be in private networks and on this machine. */
  readonly allowsPrivate: boolean;
  /** Defaults to the resolver of the operating system. */
  readonly resolve?: Resolve;
}

/** Standard Webhooks advises 15 to 30 seconds. */
const TIMEOUT_MS = 15_000;
/** A receiver closes idle connections after a while, in most cases after 5 seconds or more. */
const IDLE_MS = 4_000;
/** What is read of a response so that its connection can be used again. */
const BODY_BYTES_MAX = 64 << 10;

/**
 * Posts messages to receivers over connections that it keeps open. A host name is resolved for each message, its
 * addresses are checked, and the connection is made to one of these and no other. Redirects are not followed, as they
 * would lead around the check. What a receiver says in its response is not read.
 */
export class MessageSender {
  readonly #allowsPrivate: boolean;
  readonly #resolve: Resolve;
  readonly #agents = {
    http: new Agent({ keepAlive: true, timeout: IDLE_MS }),
    https: new TlsAgent({ keepAlive: true, timeout: IDLE_MS }),
  };

  constructor({ allowsPrivate, resolve = resolveHost }: MessageSenderOptions) {
    this.#allowsPrivate = allowsPrivate;
    this.#resolve = resolve;
  }

  /** Never rejects. An aborted attempt is a failed one, although the receiver may have got the message. */
  async send(receiver: Receiver, message: SignedMessage, stop: AbortSignal): Promise<SendOutcome> {
    const attempt = new AbortController();
    const abort = (): void => attempt.abort();
    const timer = setTimeout(abort, TIMEOUT_MS);
    stop.addEventListener('abort', abort);
    try {
      return await this.#attempt(receiver, message, attempt.signal);
    } catch (error) {
      const reason = attempt.signal.aborted ? NO_ANSWER : messageOf(error as Error);
      return { outcome: 'failed', status: undefined, retryAfterMs: undefined, reason };
    } finally {
      clearTimeout(timer);
      stop.removeEventListener('abort', abort);
    }
  }

  async #attempt(
    { url, secret }: Receiver,
    message: SignedMessage,
    signal: AbortSignal,
  ): Promise<SendOutcome> {
    const target = new URL(url);
    const resolving = allowedAddresses(target.hostname, this.#allowsPrivate, this.#resolve);
    const addresses = await Promise.race([resolving, abortOf(signal)]);
    const response = await this.#post(target, addresses, signedHeaders(secret, message), message, signal);
    await discardBody(response);
    return outcomeOf(response);
  }

  #post(
    url: URL,
    addresses: readonly HostAddress[],
    signature: Readonly<Record<string, string>>,
    { payload }: SignedMessage,
    signal: AbortSignal,
  ): Promise<IncomingMessage> {
    const isTls = url.protocol === 'https:';
    const headers = {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(payload),
      'user-agent': 'Chancery',
      ...signature,
    };
    const agent = isTls ? this.#agents.https : this.#agents.http;
    const options = { method: 'POST', headers, signal, lookup: pinned(addresses), agent };
    return new Promise((resolve, reject) => {
      const attempt = (mayRepeat: boolean): void => {
        const sent: ClientRequest = (isTls ? requestHttps : requestHttp)(url, options, resolve);
        // The receiver may close a kept connection at the moment in which the message is written to it.
        sent.on('error', (error) => {
          if (mayRepeat && sent.reusedSocket && !signal.aborted) attempt(false);
          else reject(error);
        });
        sent.end(payload);
      };
      attempt(true);
    });
  }

  close(): void {
    this.#agents.http.destroy();
    this.#agents.https.destroy();
  }
}

/** A connection whose response has ended is used again; any other one is closed. */
async function discardBody(response: IncomingMessage): Promise<void> {
  let bytes = 0;
  try {
    for await (const chunk of response) {
      bytes += (chunk as Buffer).byteLength;
      if (bytes > BODY_BYTES_MAX) return;
    }
  } catch {
    // The status has arrived, and nothing else counts.
  }
}

/** A resolver cannot be interrupted, and may take longer than a message. */
function abortOf(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
  });
}

const NO_ANSWER = `The receiver did not answer within ${TIMEOUT_MS / 1_000} seconds.`;

/** Answers with the addresses that were checked. Node does not call it for a literal address, which is its own. */
function pinned(addresses: readonly HostAddress[]): LookupFunction {
  return (_hostname, { all }, callback) => {
    if (all === true) callback(null, [...addresses]);
    else callback(null, addresses[0]?.address ?? '', addresses[0]?.family);
  };
}

function outcomeOf({ statusCode: status = 0, headers }: IncomingMessage): SendOutcome {
  if (status >= 200 && status < 300) return { outcome: 'accepted' };
  const redirect = status >= 300 && status < 400 ? ', and redirects are not followed' : '';
  const reason = `The receiver answered ${status}${redirect}.`;
  return { outcome: 'failed', status, retryAfterMs: retryAfterMs(headers['retry-after']), reason };
}

/** Only the number of seconds is understood, and not a date (RFC 9110 §10.2.3). */
function retryAfterMs(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,6}$/.test(text) ? Number(text) * 1_000 : undefined;
}

/** An error that stands for several connection attempts has no message of its own. */
function messageOf(error: Error): string {
  return error.message || (error as NodeJS.ErrnoException).code || error.name;
}

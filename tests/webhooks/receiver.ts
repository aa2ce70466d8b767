import { createHmac, timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { until } from '../cli/polling.ts';

export interface ReceivedMessage {
  readonly id: string;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests read members of any payload
  readonly json: any;
}

export type Answering = (message: ReceivedMessage, res: ServerResponse) => void;

const accept: Answering = (_message, res) => res.writeHead(204).end();

/** A receiver of webhooks on a free port of this machine. */
export class Receiver {
  /** Every message, those that were not accepted included. */
  readonly received: ReceivedMessage[] = [];
  /** Accepts every message unless a test replaces it. */
  answer: Answering = accept;
  readonly #server = createServer((req, res) => {
    const chunks: Buffer[] = [];
    req.on('data', (chunk: Buffer) => chunks.push(chunk));
    req.on('end', () => {
      const text = Buffer.concat(chunks).toString();
      const message = {
        id: String(req.headers['webhook-id']),
        headers: req.headers,
        text,
        json: JSON.parse(text),
      };
      this.received.push(message);
      this.answer(message, res);
    });
  });

  async start(port = 0): Promise<this> {
    this.#server.listen(port, '127.0.0.1');
    await once(this.#server, 'listening');
    return this;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/hook`;
  }

  get ids(): readonly string[] {
    return this.received.map(({ id }) => id);
  }

  /** Each as `<type> <title or id of the entry>`. */
  get summaries(): readonly string[] {
    return this.received.map(({ json }) => `${json.type} ${json.data.entry.headline}`);
  }

  untilReceived(count: number): Promise<void> {
    return until(() => this.received.length >= count);
  }

  acceptAll(): void {
    this.answer = accept;
  }

  rejectAll(status: number, headers = {}): void {
    this.answer = (_message, res) => res.writeHead(status, headers).end();
  }

  closeConnections(): void {
    this.#server.closeAllConnections();
  }

  async close(): Promise<void> {
    this.#server.close();
    this.#server.closeAllConnections();
    await once(this.#server, 'close');
  }
}

/** Verifies a signature as https://www.standardwebhooks.com says, without the code that makes it. */
export function isSigned({ headers, text }: ReceivedMessage, secret: string): boolean {
  const key = Buffer.from(secret.replace('whsec_', ''), 'base64');
  const content = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${text}`;
  const expected = createHmac('sha256', key).update(content).digest();
  const [version, signature = ''] = String(headers['webhook-signature']).split(',');
  return version === 'v1' && timingSafeEqual(expected, Buffer.from(signature, 'base64'));
}

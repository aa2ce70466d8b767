import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** A request without host and length, which the connection adds. With a body it is a POST, otherwise a GET. */
export interface BareRequest {
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

const HEAD_END = '\r\n\r\n';
const READ_BYTES = 1 << 16;

/** Returns the bytes of a request, to be sent as often as needed. */
export function serialize({ path, headers = {}, body }: BareRequest): Buffer {
  const sent = { Host: 'localhost', ...headers, ...(body && { 'Content-Length': Buffer.byteLength(body) }) };
  const lines = Object.entries(sent).map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.from(
    `${body === undefined ? 'GET' : 'POST'} ${path} HTTP/1.1\r\n${lines.join('')}\r\n${body ?? ''}`,
  );
}

/**
 * A keep-alive connection that sends one request at a time. It only counts the bytes of a response, so that a load
 * client takes less of the processor than the server. Responses must have a `Content-Length`, or no body.
 */
export class HttpConnection {
  readonly #socket: Socket;
  readonly #keepsBodies: boolean;
  /** Undefined until the end of the head was read. */
  #remaining: number | undefined;
  #head = '';
  #body: Buffer[] = [];
  #settle: { resolve: () => void; reject: (error: Error) => void } | undefined;

  private constructor(url: string, keepsBodies: boolean) {
    const { hostname, port } = new URL(url);
    const buffer = Buffer.alloc(READ_BYTES);
    const callback = (bytes: number): boolean => {
      this.#read(buffer.subarray(0, bytes));
      return true;
    };
    this.#keepsBodies = keepsBodies;
    this.#socket = connect({
      host: hostname,
      port: Number(port),
      noDelay: true,
      onread: { buffer, callback },
    });
    this.#socket.on('error', (error) => this.#settle?.reject(error));
    this.#socket.on('close', () => this.#settle?.reject(new Error('The server closed the connection.')));
  }

  static async open(url: string, { keepsBodies = false } = {}): Promise<HttpConnection> {
    const connection = new HttpConnection(url, keepsBodies);
    await once(connection.#socket, 'connect');
    return connection;
  }

  /** False once the server has closed the connection, as it does after some seconds without a request. */
  get isOpen(): boolean {
    return !this.#socket.destroyed;
  }

  /** Settles when the response is complete. */
  async send(request: Buffer): Promise<void> {
    if (!this.isOpen) throw new Error('The server closed the connection.');
    this.#head = '';
    this.#body = [];
    this.#remaining = undefined;
    await new Promise<void>((resolve, reject) => {
      this.#settle = { resolve, reject };
      this.#socket.write(request);
    });
  }

  /** The status of the last response. */
  get status(): number {
    return Number(this.#head.slice(9, 12));
  }

  /** The head of the last response. */
  get head(): string {
    return this.#head;
  }

  /** The body of the last response, if the connection keeps bodies. */
  get body(): string {
    return Buffer.concat(this.#body).toString();
  }

  close(): void {
    this.#settle = undefined;
    this.#socket.destroy();
  }

  #read(chunk: Buffer): void {
    const body = this.#remaining === undefined ? this.#readHead(chunk) : chunk;
    if (this.#remaining === undefined || body === undefined) return;
    if (this.#keepsBodies) this.#body.push(Buffer.from(body));
    this.#remaining -= body.length;
    if (this.#remaining === 0) this.#settle?.resolve();
  }

  /** Returns the part of the chunk that follows the head; undefined if the head continues. */
  #readHead(chunk: Buffer): Buffer | undefined {
    const end = chunk.indexOf(HEAD_END);
    this.#head += chunk.toString('latin1', 0, end < 0 ? chunk.length : end);
    if (end < 0) return undefined;
    const [, length] = /\r\ncontent-length: (\d+)/i.exec(this.#head) ?? [];
    this.#remaining = Number(length ?? 0);
    return chunk.subarray(end + HEAD_END.length);
  }
}

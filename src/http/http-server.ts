import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from 'node:http';
import { Server as NetServer, type Socket } from 'node:net';
import { answerClientError, refuseConnect, refuseConnection } from './client-errors.ts';
import type { ConnectionLimit } from './limits/connection-limit.ts';
import { sendProblem } from './protocol/problem-response.ts';
import type { Problem } from './protocol/problems.ts';
import { assignRequestId } from './protocol/request-id.ts';

/** The limit covers a request from its first byte to its last: uploading a million events takes minutes. */
const REQUEST_TIMEOUT_MS = 3_600_000;
const IN_FLIGHT_TIMEOUT_MS = 5_000;
/** A client that sends one request after another has sent the next one by then. */
const IDLE_MS = 500;
/** How often it is checked, while the server stops, whether connections are idle. */
const IDLE_CHECK_MS = 50;
/** Requests of one connection that wait. Beyond that, its requests are not read. */
const WAITING_MAX = 32;
/** Longer requests wait for something else than the processor. */
const PAUSE_MS_MAX = 20;

type Exchange = readonly [IncomingMessage, ServerResponse];

/** What is open on one connection. */
interface Connection {
  current: ServerResponse;
  currentSinceMs: number;
  readonly waiting: Exchange[];
}

/**
 * Serves the API on a port. In addition to what `Server` of Node.js does, every refused request gets a problem, the
 * pipelined requests of one connection take half of the time of the server at most, so that they do not hold up other
 * connections, and stopping cuts no request off.
 */
export class HttpServer {
  readonly server: Server;
  readonly #listener: RequestListener;
  readonly #connections = new Map<Socket, Connection>();
  #answeredAtMs = Number.NEGATIVE_INFINITY;
  #isStopping = false;

  /** @param connectionLimit by default, connections are not limited */
  constructor(listener: RequestListener, connectionLimit?: Pick<ConnectionLimit, 'admit'>) {
    this.#listener = listener;
    this.server = createServer({ requestTimeout: REQUEST_TIMEOUT_MS, requireHostHeader: false });
    this.server
      .on('request', (req, res) => this.#receive(req, res))
      .on('checkExpectation', (req, res) => this.#receive(req, res))
      .on('connection', (socket) => {
        if (connectionLimit?.admit(socket) === false) refuseConnection(socket);
      })
      .on('connect', refuseConnect)
      .on('clientError', (error, socket) => {
        answerClientError(error, socket, this.#connections.get(socket as Socket)?.current);
      });
  }

  /**
   * Stops listening, and resolves when all requests have been answered that had begun or that arrive on connections
   * that are in use. Each connection is closed after its next response, or when no connection has had one for a while.
   * Connections whose requests take too long are cut.
   */
  async stop(): Promise<void> {
    this.#isStopping = true;
    for (const { current, waiting } of this.#connections.values()) {
      if (waiting.length === 0) closeAfter(current);
    }
    // The method of http.Server would also close connections on which a request has arrived but was not read yet.
    const closed = new Promise((resolve) => NetServer.prototype.close.call(this.server, resolve));
    // Requests that arrived while the event loop was busy are read between a timer and an immediate.
    const idle = setInterval(() => setImmediate(() => this.#closeIdle()), IDLE_CHECK_MS);
    const cutOff = setTimeout(() => this.server.closeAllConnections(), IN_FLIGHT_TIMEOUT_MS);
    await closed;
    clearInterval(idle);
    clearTimeout(cutOff);
  }

  #closeIdle(): void {
    // For the method, a connection is idle as soon as its response is written, even if the client has not received it.
    const isAnswering = this.#connections.size > 0;
    if (!isAnswering && performance.now() - this.#answeredAtMs >= IDLE_MS) this.server.closeIdleConnections();
  }

  #receive(req: IncomingMessage, res: ServerResponse): void {
    const { socket } = req;
    // The connection was refused, and that answer is already on its way.
    if (socket.writableEnded) return;
    const connection = this.#connections.get(socket);
    if (connection === undefined) {
      this.#connections.set(socket, { current: res, currentSinceMs: performance.now(), waiting: [] });
      this.#answer(req, res);
    } else {
      connection.waiting.push([req, res]);
      if (connection.waiting.length === WAITING_MAX) socket.pause();
    }
  }

  #answer(req: IncomingMessage, res: ServerResponse): void {
    const { socket } = req;
    if (socket.destroyed) {
      this.#connections.delete(socket);
      return;
    }
    if (this.#isStopping && this.#connections.get(socket)?.waiting.length === 0) closeAfter(res);
    res.on('close', () => this.#next(socket));
    const problem = protocolProblem(req);
    if (problem === undefined) this.#listener(req, res);
    else {
      assignRequestId(req, res);
      sendProblem(res, problem);
    }
  }

  #next(socket: Socket): void {
    this.#answeredAtMs = performance.now();
    const connection = this.#connections.get(socket);
    const next = connection?.waiting.shift();
    if (connection === undefined || next === undefined) {
      this.#connections.delete(socket);
      return;
    }
    const [req, res] = next;
    connection.current = res;
    if (connection.waiting.length < WAITING_MAX) socket.resume();
    const pauseMs = this.#isStopping
      ? 0
      : Math.min(performance.now() - connection.currentSinceMs, PAUSE_MS_MAX);
    setTimeout(() => {
      connection.currentSinceMs = performance.now();
      this.#answer(req, res);
    }, pauseMs);
  }
}

function closeAfter(res: ServerResponse): void {
  if (!res.headersSent) res.setHeader('Connection', 'close');
}

const malformed = (detail: string): Problem => ({ code: 'malformed-request', detail });

/**
 * Refuses what Node.js would refuse without a body, and requests that name more than one host: a proxy may have checked
 * another one. Node.js keeps the first of several headers `Host`.
 */
function protocolProblem({
  httpVersion,
  url = '',
  rawHeaders,
  headers: { host, expect },
}: IncomingMessage): Problem | undefined {
  if (host === undefined && httpVersion === '1.1') {
    return malformed('A request of HTTP/1.1 needs the header Host.');
  }
  if (countHosts(rawHeaders) > 1) return malformed('The header Host may be sent once.');
  if (ABSOLUTE_FORM.test(url)) {
    return malformed('The request line needs the path alone, without scheme and host.');
  }
  if (expect === undefined || expect.toLowerCase() === '100-continue') return undefined;
  return { code: 'expectation-failed', detail: 'The only expectation that is met is 100-continue.' };
}

/** RFC 9112 §3.2.2. Only proxies need it. */
const ABSOLUTE_FORM = /^[a-z][a-z0-9+.-]*:/i;

/** @param rawHeaders names and values in turn */
function countHosts(rawHeaders: readonly string[]): number {
  let hosts = 0;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] ?? '';
    if (name.length === 4 && name.toLowerCase() === 'host') hosts += 1;
  }
  return hosts;
}

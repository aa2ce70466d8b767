import { setTimeout as delay } from 'node:timers/promises';
import { type BareRequest, HttpConnection, serialize } from './http-connection.ts';
import { serveRequests } from './peer.ts';

/** Requests to send at a steady rate, whether those before are answered or not. */
export interface SteadyLoad {
  readonly url: string;
  readonly requests: readonly BareRequest[];
  readonly intervalMs: number;
}

/** Returns the milliseconds from the time at which each request was due to its answer, which must be a success. */
async function run({ url, requests, intervalMs }: SteadyLoad): Promise<readonly number[]> {
  const elapsedMs: number[] = [];
  const idle: HttpConnection[] = [];
  const sendAt = async (request: Buffer, dueMs: number): Promise<void> => {
    const connection = await sendOn(idle.pop(), request, url);
    if (connection.status >= 300) throw new Error(`${request.subarray(0, 200)}\n${connection.head}`);
    elapsedMs.push(performance.now() - dueMs);
    idle.push(connection);
  };
  const startMs = performance.now();
  const pending: Promise<void>[] = [];
  for (const [index, request] of requests.map(serialize).entries()) {
    const dueMs = startMs + index * intervalMs;
    await delay(Math.max(dueMs - performance.now(), 0));
    pending.push(sendAt(request, dueMs));
  }
  await Promise.all(pending);
  for (const connection of idle) connection.close();
  return elapsedMs;
}

/** Returns the connection that the answer came on: a new one if the server has closed the idle one in the meantime. */
async function sendOn(
  idle: HttpConnection | undefined,
  request: Buffer,
  url: string,
): Promise<HttpConnection> {
  if (idle?.isOpen === true) {
    const isAnswered = await idle.send(request).then(
      () => true,
      () => false,
    );
    if (isAnswered) return idle;
  }
  const connection = await HttpConnection.open(url);
  await connection.send(request);
  return connection;
}

serveRequests(run);

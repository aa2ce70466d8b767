import { setTimeout as delay } from 'node:timers/promises';
import { HttpConnection, serialize } from './http-connection.ts';
import { serveRequests } from './peer.ts';

/** Events to append at a steady rate, each followed by reads of a timeline that it is on. */
export interface LagLoad {
  readonly url: string;
  readonly events: readonly string[];
  readonly intervalMs: number;
  /** The timeline, with a query that the parameter `after` is added to. */
  readonly timeline: string;
}

export interface LagResult {
  /** Milliseconds from each acknowledgement until a read shows the event. */
  readonly visibleMs: readonly number[];
  /** Milliseconds that the same read takes when it has nothing to wait for. */
  readonly readMs: readonly number[];
}

interface Appended {
  readonly events: readonly { readonly position: string }[];
}

/** The status of a read with `after` if the timeline is far behind. */
const GAVE_UP = 503;
/** It gives up after two seconds. */
const REPEATS_MAX = 30;
const JSON_HEADERS = { 'Content-Type': 'application/json' };

async function run({ url, events, intervalMs, timeline }: LagLoad): Promise<LagResult> {
  const [visibleMs, readMs]: [number[], number[]] = [[], []];
  const idle: HttpConnection[] = [];
  const appendAndRead = async (body: string): Promise<void> => {
    let connection = idle.pop();
    if (connection?.isOpen !== true) connection = await HttpConnection.open(url, { keepsBodies: true });
    await send(connection, serialize({ path: '/events', headers: JSON_HEADERS, body }), 201);
    const [event] = (JSON.parse(connection.body) as Appended).events;
    const page = serialize({ path: `${timeline}&after=${event?.position}` });
    visibleMs.push(await send(connection, page, 200));
    readMs.push(await send(connection, page, 200));
    idle.push(connection);
  };
  const startMs = performance.now();
  const pending: Promise<void>[] = [];
  for (const event of events) {
    pending.push(appendAndRead(event));
    await delay(Math.max(startMs + pending.length * intervalMs - performance.now(), 0));
  }
  await Promise.all(pending);
  for (const connection of idle) connection.close();
  return { visibleMs, readMs };
}

/** Returns the milliseconds until the response. If the server gives up waiting for the timeline, it is asked again. */
async function send(connection: HttpConnection, request: Buffer, status: number): Promise<number> {
  const startMs = performance.now();
  await connection.send(request);
  for (let repeats = 0; connection.status === GAVE_UP && repeats < REPEATS_MAX; repeats += 1) {
    await connection.send(request);
  }
  if (connection.status !== status) throw new Error(`${connection.head}\n${connection.body}`);
  return performance.now() - startMs;
}

serveRequests(run);

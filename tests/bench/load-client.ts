import { createReadStream } from 'node:fs';
import { Agent, type IncomingMessage, request } from 'node:http';
import { answer } from './peer.ts';

/** Requests to send over kept-alive connections, the next on each as soon as the last is answered. */
export interface Load {
  readonly url: string;
  readonly requests: readonly LoadRequest[];
  readonly connections: number;
  /** Any other status fails the measurement. */
  readonly status: number;
}

export interface LoadRequest {
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** With a body it is a POST, else a GET. */
  readonly body?: string;
  /** Instead of a body: sent from disk. */
  readonly file?: string;
}

export interface LoadResult {
  readonly elapsedMs: number;
  /** Of the last answer. */
  readonly lastText: string;
  readonly lastHeaders: Readonly<Record<string, unknown>>;
}

const agents = new Map<number, Agent>();

function agentOf(connections: number): Agent {
  const agent = agents.get(connections) ?? new Agent({ keepAlive: true, maxSockets: connections });
  agents.set(connections, agent);
  return agent;
}

function send(load: Load, sent: LoadRequest, agent: Agent): Promise<IncomingMessage> {
  const method = sent.body === undefined && sent.file === undefined ? 'GET' : 'POST';
  const length = sent.body === undefined ? {} : { 'Content-Length': Buffer.byteLength(sent.body) };
  return new Promise((resolve, reject) => {
    const options = { method, agent, headers: { ...sent.headers, ...length } };
    const outgoing = request(load.url + sent.path, options, resolve).on('error', reject);
    if (sent.file === undefined) outgoing.end(sent.body);
    else createReadStream(sent.file, { highWaterMark: 1 << 18 }).pipe(outgoing);
  });
}

function textOf(incoming: IncomingMessage): Promise<string> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('end', () => resolve(Buffer.concat(chunks).toString()));
    incoming.on('error', reject);
  });
}

async function run(load: Load): Promise<LoadResult> {
  const agent = agentOf(load.connections);
  const waiting = load.requests.values();
  let last = { lastText: '', lastHeaders: {} };
  const work = async (): Promise<void> => {
    for (const sent of waiting) {
      const incoming = await send(load, sent, agent);
      const text = await textOf(incoming);
      if (incoming.statusCode !== load.status)
        throw new Error(`${sent.path}: ${incoming.statusCode} ${text}`);
      last = { lastText: text, lastHeaders: incoming.headers };
    }
  };
  const startedMs = performance.now();
  await Promise.all(Array.from({ length: load.connections }, work));
  return { elapsedMs: performance.now() - startedMs, ...last };
}

answer(run);

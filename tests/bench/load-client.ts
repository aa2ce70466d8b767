import { createReadStream } from 'node:fs';
import { Agent, type IncomingMessage, request } from 'node:http';
import { serveRequests } from './peer.ts';

/** Requests to send over keep-alive connections, each as soon as a connection is free. */
export interface Load {
  readonly url: string;
  readonly requests: readonly LoadRequest[];
  readonly connections: number;
  /** The expected status. Any other fails the measurement. */
  readonly status: number;
}

export interface LoadRequest {
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** A request with a body or a file is a POST, any other a GET. */
  readonly body?: string;
  /** A file to stream as the body. */
  readonly file?: string;
}

export interface LoadResult {
  readonly elapsedMs: number;
  /** Body of the last response. */
  readonly lastText: string;
  readonly lastHeaders: Readonly<Record<string, unknown>>;
}

const agents = new Map<number, Agent>();

function agentOf(connections: number): Agent {
  const agent = agents.get(connections) ?? new Agent({ keepAlive: true, maxSockets: connections });
  agents.set(connections, agent);
  return agent;
}

function send(
  url: string,
  { path, headers, body, file }: LoadRequest,
  agent: Agent,
): Promise<IncomingMessage> {
  const method = body === undefined && file === undefined ? 'GET' : 'POST';
  const length = body === undefined ? {} : { 'Content-Length': Buffer.byteLength(body) };
  return new Promise((resolve, reject) => {
    const options = { method, agent, headers: { ...headers, ...length } };
    const outgoing = request(url + path, options, resolve).on('error', reject);
    if (file === undefined) outgoing.end(body);
    else createReadStream(file, { highWaterMark: 1 << 18 }).pipe(outgoing);
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
  const queue = load.requests.values();
  let last = { lastText: '', lastHeaders: {} };
  const sendOneByOne = async (): Promise<void> => {
    for (const next of queue) {
      const incoming = await send(load.url, next, agent);
      const text = await textOf(incoming);
      if (incoming.statusCode !== load.status) {
        throw new Error(`${next.path}: ${incoming.statusCode} ${text}`);
      }
      last = { lastText: text, lastHeaders: incoming.headers };
    }
  };
  const startMs = performance.now();
  await Promise.all(Array.from({ length: load.connections }, sendOneByOne));
  return { elapsedMs: performance.now() - startMs, ...last };
}

serveRequests(run);

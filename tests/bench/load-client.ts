import { type BareRequest, HttpConnection, serialize } from './http-connection.ts';
import { serveRequests } from './peer.ts';
import { type OwnUsage, usageOf } from './process-usage.ts';

/** Requests to send over keep-alive connections, each as soon as a connection is free. */
export interface Load {
  readonly url: string;
  readonly requests: readonly BareRequest[];
  /** How often the whole list is sent; once by default. */
  readonly times?: number;
  readonly connections: number;
  /** The expected status. Any other fails the measurement. If absent, all are taken. */
  readonly status?: number;
}

/** What the client used. */
export type LoadResult = OwnUsage;

function* repeated(requests: readonly Buffer[], times: number): Generator<Buffer> {
  for (let time = 0; time < times; time += 1) yield* requests;
}

/** Prepares all requests and connections before the measurement starts. */
async function run({ url, requests, times = 1, connections, status }: Load): Promise<LoadResult> {
  const queue = repeated(requests.map(serialize), times);
  const opened = await Promise.all(Array.from({ length: connections }, () => HttpConnection.open(url)));
  const sendOneByOne = async (first: HttpConnection): Promise<void> => {
    let connection = first;
    for (const request of queue) {
      try {
        await connection.send(request);
      } catch {
        // On a busy machine, a pause may be longer than the five seconds after which servers close a connection.
        connection = await HttpConnection.open(url);
        await connection.send(request);
      }
      if (status === undefined || connection.status === status) continue;
      throw new Error(`${request.subarray(0, 200)}\n${connection.head}`);
    }
    connection.close();
  };
  return usageOf(() => Promise.all(opened.map(sendOneByOne)));
}

serveRequests(run);

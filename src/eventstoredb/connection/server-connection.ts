import { EventStoreDBClient } from '@eventstore/db-client';
import type { StreamsClient } from '@eventstore/db-client/generated/streams_grpc_pb.js';
import streams from '@eventstore/db-client/generated/streams_grpc_pb.js';
import { StoreFailedError, StoreUnavailableError } from '../../event-store/event-store.ts';
import { pause } from '../../event-store/retry.ts';
import { streamRequest } from '../read/read-requests.ts';
import {
  type Endpoint,
  hasHint,
  isDeadlineExceeded,
  isServerResponse,
  leaderElsewhere,
  leaderNamedBy,
  toStoreError,
  unreachableLeader,
} from './call-errors.ts';
import { type ConnectionString, parseConnectionString, urlOfHost, urlsOfHosts } from './connection-string.ts';
import { filterIpServerNameWarning } from './node-warnings.ts';
import { type CallArguments, Session } from './session.ts';

/**
 * The part of the client that is used: it parses the connection string, finds the leader, and provides TLS and
 * credentials. Calls go over its generated service instead of its own methods, for two reasons. Those methods cannot be
 * filtered or bounded in time. And all clients of a process share one table of pending appends, so that a late or
 * repeated answer, or a connection that breaks while writes wait, ends the process.
 *
 * Every call requires the leader: a node that no longer leads would serve stale reads and forward appends.
 */
interface Client {
  getGRPCClient(service: typeof StreamsClient, name: string): Promise<StreamsClient>;
  callArguments(
    options: { readonly credentials?: ConnectionString['credentials']; readonly requiresLeader: true },
    callOptions: { readonly deadline: Date | number },
  ): CallArguments;
}

export type ConnectionSignal =
  | { readonly kind: 'connected' }
  | { readonly kind: 'disconnected'; readonly reason: string };

export interface ConnectionOptions {
  readonly connectionString: string;
  /** Bounds both the search for a server and each read. */
  readonly callTimeoutMs: number;
  readonly onSignal: (signal: ConnectionSignal) => void;
}

/** Limits reconnecting to ten attempts per second, however many calls wait. */
const RECONNECT_PAUSE_MS = 100;

/** Bounds a call that is made to find out why no node of a cluster was found. */
const PROBE_MS_MAX = 2_000;

/**
 * Opens sessions on demand, one at a time, and drops those that fail. If a node does not lead its cluster and names the
 * one that does, the next session is with that one.
 */
export class ServerConnection {
  readonly #connectionString: ConnectionString;
  readonly #options: ConnectionOptions;
  #opening: Promise<Session> | undefined;
  #session: Session | undefined;
  #reconnectAtMs = 0;
  /** The leader that a node has named. Undefined: the nodes of the connection string are used. */
  #leader: Endpoint | undefined;
  #isConnected = false;
  /** What was signalled since the last connection. */
  readonly #reasons = new Set<string>();
  readonly #closing = new AbortController();

  /** Throws ConnectionStringError. */
  constructor(options: ConnectionOptions) {
    this.#options = options;
    this.#connectionString = parseConnectionString(options.connectionString);
    filterIpServerNameWarning();
  }

  /** The connection string without credentials. */
  get url(): string {
    return this.#connectionString.url;
  }

  /** The session in use; undefined while there is none. */
  get current(): Session | undefined {
    return this.#session;
  }

  /** Throws StoreUnavailableError if no server is found within the timeout. */
  async session(): Promise<Session> {
    if (this.#closing.signal.aborted) throw new StoreFailedError('The event store is closed.');
    if (this.#session !== undefined) return this.#session;
    this.#opening ??= this.#open().finally(() => {
      this.#opening = undefined;
    });
    return this.#opening;
  }

  async #open(): Promise<Session> {
    const { credentials } = this.#connectionString;
    const url = this.#leader === undefined ? this.url : urlOfHost(this.url, this.#leader);
    await pause(this.#reconnectAtMs - performance.now(), this.#closing.signal);
    try {
      const client = EventStoreDBClient.connectionString(url) as unknown as Client;
      const service = await this.#withinTimeout(client.getGRPCClient(streams.StreamsClient, 'the log'));
      const options = { ...(credentials !== undefined && { credentials }), requiresLeader: true } as const;
      const session = new Session(service, (deadline) => client.callArguments(options, { deadline }));
      if (this.#closing.signal.aborted) {
        session.end();
        throw new StoreFailedError('The event store is closed.');
      }
      this.#session = session;
      return session;
    } catch (error) {
      throw this.#fail(await this.#explain(error));
    }
  }

  /** The search for a leader does not say why no node answers. Asks the nodes one by one, once in an outage. */
  async #explain(error: unknown): Promise<unknown> {
    if (this.#reasons.size > 0 || this.#closing.signal.aborted) return error;
    for (const url of urlsOfHosts(this.url)) {
      const reason = await this.#probe(url);
      if (hasHint(reason)) return reason;
    }
    return error;
  }

  /** Returns the error of a call to a single node; undefined if it answers. */
  async #probe(url: string): Promise<unknown> {
    const client = EventStoreDBClient.connectionString(url) as unknown as Client;
    const service = await client.getGRPCClient(streams.StreamsClient, 'a node');
    const session = new Session(service, (deadline) =>
      client.callArguments({ requiresLeader: true }, { deadline }),
    );
    const request = streamRequest('', { direction: 'backwards', maxCount: 1 });
    const call = session.track(session.service.read(request, ...session.callArguments(PROBE_MS_MAX)));
    const error = await new Promise<unknown>((resolve) => {
      call
        .on('data', () => {})
        .on('error', resolve)
        .on('end', () => resolve(undefined));
    });
    session.end();
    return error;
  }

  /** The client may take a minute to find the leader of a cluster. A channel that it opens too late is closed. */
  async #withinTimeout(opening: Promise<StreamsClient>): Promise<StreamsClient> {
    const { callTimeoutMs } = this.#options;
    let timer: NodeJS.Timeout | undefined;
    const timeout = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        opening.then((service) => service.close()).catch(() => {});
        reject(new StoreUnavailableError(`EventStoreDB was not found within ${callTimeoutMs} ms.`));
      }, callTimeoutMs);
    });
    return Promise.race([opening, timeout]).finally(() => clearTimeout(timer));
  }

  /** Must be called for every answer: only an answer shows that the server is available. */
  markConnected(session: Session): void {
    if (session === this.#session) this.#emit({ kind: 'connected' });
  }

  /** Must be called for every failed call. Returns the error of the port to throw. */
  handleFailure(session: Session, error: unknown): StoreFailedError | StoreUnavailableError {
    if (isServerResponse(error)) return toStoreError(error);
    if (session !== this.#session) return leaderNamedBy(error) ? leaderElsewhere(error) : toStoreError(error);
    if (isDeadlineExceeded(error)) return this.#fail(error);
    this.#session = undefined;
    session.end();
    return this.#turnToLeader(error);
  }

  /** Chooses the node of the next session. A leader that cannot be reached is forgotten. */
  #turnToLeader(error: unknown): StoreFailedError | StoreUnavailableError {
    const former = this.#leader;
    this.#leader = leaderNamedBy(error);
    if (this.#leader === undefined) {
      return this.#fail(former === undefined ? error : unreachableLeader(former, error));
    }
    if (former !== undefined) return this.#fail(error);
    return leaderElsewhere(error);
  }

  #fail(error: unknown): StoreFailedError | StoreUnavailableError {
    const failure = toStoreError(error);
    if (failure instanceof StoreFailedError) return failure;
    this.#reconnectAtMs = performance.now() + RECONNECT_PAUSE_MS;
    this.#emit({ kind: 'disconnected', reason: failure.message });
    return failure;
  }

  /** Signals each change, and of an outage also later reasons that name what to look at in the settings. */
  #emit(signal: ConnectionSignal): void {
    if (signal.kind === 'connected') {
      if (this.#isConnected) return;
      this.#reasons.clear();
    } else {
      const { reason } = signal;
      if (this.#reasons.has(reason) || (this.#reasons.size > 0 && !hasHint(reason))) return;
      this.#reasons.add(reason);
    }
    this.#isConnected = signal.kind === 'connected';
    this.#options.onSignal(signal);
  }

  /** Cancels running calls. Nothing that is left keeps the process alive. */
  close(): void {
    this.#closing.abort();
    this.#session?.end();
    this.#session = undefined;
  }
}

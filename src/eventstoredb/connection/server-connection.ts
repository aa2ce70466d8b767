import { EventStoreDBClient } from '@eventstore/db-client';
import type { StreamsClient } from '@eventstore/db-client/generated/streams_grpc_pb.js';
import streams from '@eventstore/db-client/generated/streams_grpc_pb.js';
import { StoreFailedError, StoreUnavailableError } from '../../event-store/event-store.ts';
import { pause } from '../../event-store/retry.ts';
import { isDeadlineExceeded, isServerResponse, toStoreError } from './call-errors.ts';
import { type ConnectionString, parseConnectionString } from './connection-string.ts';
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

/** Opens sessions on demand, one at a time, and drops those that fail. */
export class ServerConnection {
  readonly #connectionString: ConnectionString;
  readonly #options: ConnectionOptions;
  #opening: Promise<Session> | undefined;
  #session: Session | undefined;
  #reconnectAtMs = 0;
  #lastSignal: ConnectionSignal['kind'] | undefined;
  readonly #closing = new AbortController();

  /** Throws ConnectionStringError. */
  constructor(options: ConnectionOptions) {
    this.#options = options;
    this.#connectionString = parseConnectionString(options.connectionString);
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
    const { url, credentials } = this.#connectionString;
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
      throw this.#fail(error);
    }
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
    if (session !== this.#session || isServerResponse(error)) return toStoreError(error);
    if (!isDeadlineExceeded(error)) {
      this.#session = undefined;
      session.end();
    }
    return this.#fail(error);
  }

  #fail(error: unknown): StoreFailedError | StoreUnavailableError {
    const failure = toStoreError(error);
    if (failure instanceof StoreFailedError) return failure;
    this.#reconnectAtMs = performance.now() + RECONNECT_PAUSE_MS;
    this.#emit({ kind: 'disconnected', reason: failure.message });
    return failure;
  }

  #emit(signal: ConnectionSignal): void {
    if (this.#lastSignal === signal.kind) return;
    this.#lastSignal = signal.kind;
    this.#options.onSignal(signal);
  }

  /** Cancels running calls. Nothing that is left keeps the process alive. */
  close(): void {
    this.#closing.abort();
    this.#session?.end();
    this.#session = undefined;
  }
}

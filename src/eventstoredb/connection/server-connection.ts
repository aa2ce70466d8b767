import { EventStoreDBClient } from '@eventstore/db-client';
import type { StreamsClient } from '@eventstore/db-client/generated/streams_grpc_pb.js';
import service from '@eventstore/db-client/generated/streams_grpc_pb.js';
import { StoreFailedError, StoreUnavailableError } from '../../event-store/event-store.ts';
import { pause } from '../pause.ts';
import { callFailure, isAnswer, isOverdue } from './call-errors.ts';
import { type ConnectionString, parseConnectionString } from './connection-string.ts';

type CallArguments = Parameters<StreamsClient['batchAppend']>;

/**
 * What is used of the client: it reads the connection string, finds the leader, keeps TLS and credentials. The calls
 * themselves go over its generated service, because those that it offers cannot be filtered or bounded in time, and
 * its appends share one table across all clients: an answer that is late or repeated, or a connection that breaks
 * while writes wait, ends the process. Every call requires the leader: a node that leads no longer would read out what
 * it has so far, and pass appends on.
 */
interface Client {
  getGRPCClient(service: typeof StreamsClient, name: string): Promise<StreamsClient>;
  callArguments(
    options: { readonly credentials?: ConnectionString['credentials']; readonly requiresLeader: true },
    callOptions: { readonly deadline: Date | number },
  ): [NonNullable<CallArguments[0]>, NonNullable<CallArguments[1]>];
}

interface Call {
  cancel(): void;
  on(event: 'status', listener: () => void): unknown;
}

/**
 * Not at once: a call that is cancelled while HTTP/2 tells of the end of its connection can send Node into a loop
 * that takes all memory (see grpc-node issues 1464 and 1652).
 */
export function cancelSoon(call: Pick<Call, 'cancel'>): void {
  setImmediate(() => call.cancel());
}

export type ConnectionSignal =
  | { readonly kind: 'connected' }
  | { readonly kind: 'disconnected'; readonly reason: string };

export interface ConnectionOptions {
  readonly connectionString: string;
  /** In which a connection is found, and in which a read is answered. */
  readonly callTimeoutMs: number;
  readonly onSignal: (signal: ConnectionSignal) => void;
}

/** At most ten attempts to connect a second, however many calls wait. */
const REST_MS = 100;

/** One channel to the server, with the calls that run over it. Once lost it is never used again. */
export class Session {
  readonly service: StreamsClient;
  readonly #callArguments: (deadline: Date | number) => ReturnType<Client['callArguments']>;
  readonly #calls = new Set<Call>();

  constructor(
    grpc: StreamsClient,
    callArguments: (deadline: Date | number) => ReturnType<Client['callArguments']>,
  ) {
    this.service = grpc;
    this.#callArguments = callArguments;
  }

  callArguments(timeoutMs: number): ReturnType<Client['callArguments']> {
    return this.#callArguments(Number.isFinite(timeoutMs) ? new Date(Date.now() + timeoutMs) : timeoutMs);
  }

  /** Has the call cancelled when the session ends. */
  track<Tracked extends Call>(call: Tracked): Tracked {
    this.#calls.add(call);
    call.on('status', () => this.#calls.delete(call));
    return call;
  }

  end(): void {
    // Not at once: see `cancelSoon`.
    setImmediate(() => {
      for (const call of this.#calls) call.cancel();
      this.service.close();
    });
  }
}

/** Makes sessions as they are needed, one at a time, and gives up those that break. */
export class ServerConnection {
  readonly #connectionString: ConnectionString;
  readonly #options: ConnectionOptions;
  #opening: Promise<Session> | undefined;
  #session: Session | undefined;
  #restUntilMs = 0;
  /** As it was told last. */
  #told: ConnectionSignal['kind'] | undefined;
  readonly #closing = new AbortController();

  /** Throws ConnectionStringError. */
  constructor(options: ConnectionOptions) {
    this.#options = options;
    this.#connectionString = parseConnectionString(options.connectionString);
  }

  /** Without credentials. */
  get address(): string {
    return this.#connectionString.address;
  }

  /** The session in use; undefined while there is none. */
  get current(): Session | undefined {
    return this.#session;
  }

  /** Throws StoreUnavailableError when no server is found in time. */
  async session(): Promise<Session> {
    if (this.#closing.signal.aborted) throw new StoreFailedError('The event store is closed.');
    if (this.#session !== undefined) return this.#session;
    this.#opening ??= this.#open().finally(() => {
      this.#opening = undefined;
    });
    return this.#opening;
  }

  async #open(): Promise<Session> {
    const { address, credentials } = this.#connectionString;
    await pause(this.#restUntilMs - performance.now(), this.#closing.signal);
    try {
      const client = EventStoreDBClient.connectionString(address) as unknown as Client;
      const grpc = await this.#inTime(client.getGRPCClient(service.StreamsClient, 'the log'));
      const known = { ...(credentials === undefined ? {} : { credentials }), requiresLeader: true } as const;
      const session = new Session(grpc, (deadline) => client.callArguments(known, { deadline }));
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

  /** Finding the leader of a cluster can take the client a minute. What it finds too late is closed. */
  async #inTime(found: Promise<StreamsClient>): Promise<StreamsClient> {
    const { callTimeoutMs } = this.#options;
    let timer: NodeJS.Timeout | undefined;
    const tooLate = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        found.then((grpc) => grpc.close()).catch(() => {});
        reject(new StoreUnavailableError(`EventStoreDB was not found within ${callTimeoutMs} ms.`));
      }, callTimeoutMs);
    });
    return Promise.race([found, tooLate]).finally(() => clearTimeout(timer));
  }

  /** To be told of every answer: that the server is there is known only then. */
  works(session: Session): void {
    if (session === this.#session) this.#tell({ kind: 'connected' });
  }

  /** To be told of every failed call. Gives the error that the port has for it. */
  failed(session: Session, error: unknown): StoreFailedError | StoreUnavailableError {
    if (session !== this.#session || isAnswer(error)) return callFailure(error);
    if (!isOverdue(error)) {
      this.#session = undefined;
      session.end();
    }
    return this.#fail(error);
  }

  #fail(error: unknown): StoreFailedError | StoreUnavailableError {
    const failure = callFailure(error);
    if (failure instanceof StoreFailedError) return failure;
    this.#restUntilMs = performance.now() + REST_MS;
    this.#tell({ kind: 'disconnected', reason: failure.message });
    return failure;
  }

  #tell(signal: ConnectionSignal): void {
    if (this.#told === signal.kind) return;
    this.#told = signal.kind;
    this.#options.onSignal(signal);
  }

  /** Cancels what runs, and leaves nothing that keeps the process alive. */
  close(): void {
    this.#closing.abort();
    this.#session?.end();
    this.#session = undefined;
  }
}

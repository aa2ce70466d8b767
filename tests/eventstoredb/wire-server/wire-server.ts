import { setTimeout as delay } from 'node:timers/promises';
import features from '@eventstore/db-client/generated/serverfeatures_grpc_pb.js';
import supported from '@eventstore/db-client/generated/serverfeatures_pb.js';
import service from '@eventstore/db-client/generated/streams_grpc_pb.js';
import { type handleUnaryCall, Server, ServerCredentials } from '@grpc/grpc-js';
import { answerBatchAppends, answerPlainAppend, type BatchCall, type PlainCall } from './answer-appends.ts';
import { answerDelete, answerTombstone } from './answer-deletes.ts';
import { answerRead, type ReadCall, type ReadTraffic } from './answer-reads.ts';
import { Faults } from './faults.ts';
import { StoredLog } from './stored-log.ts';

export interface WireServerOptions {
  /** If false, clients make one call for each append. */
  readonly batchAppend?: boolean;
  /** The size limit of one append. Real servers before 25.1 have 1 MiB by default. */
  readonly appendBytesMax?: number;
  /** Makes the server require TLS. */
  readonly tls?: { readonly key: string; readonly certificate: string };
  /** Absent: any free port. */
  readonly port?: number;
}

const MESSAGE_BYTES_MAX = 17 << 20;
/** Between stop and start another process may take the port for a short time. */
const BIND_ATTEMPTS_MAX = 200;
const BIND_PAUSE_MS = 50;

/**
 * Implements the gRPC calls of EventStoreDB that the adapter needs, over a log in memory. Tests against it prove how
 * the client and the adapter behave on the wire. They prove nothing about the durability and order of a real server.
 */
export class WireServer {
  readonly log = new StoredLog();
  readonly faults = new Faults();
  readonly traffic: ReadTraffic = { calls: 0, events: 0 };
  readonly #options: WireServerOptions;
  #server: Server | undefined;
  #port: number;
  #openReads = 0;
  #openAppends = 0;
  #plainAppends = 0;

  constructor(options: WireServerOptions = {}) {
    this.#options = options;
    this.#port = options.port ?? 0;
  }

  /** Starts, or restarts with the same log on the same port. */
  async start(): Promise<this> {
    for (let attempt = 1; this.#server === undefined; attempt += 1) {
      const server = this.#services();
      try {
        this.#port = await bind(server, this.#port, this.#options.tls);
        this.#server = server;
      } catch (error) {
        if (attempt === BIND_ATTEMPTS_MAX) throw error;
        await delay(BIND_PAUSE_MS);
      }
    }
    return this;
  }

  /** Breaks every connection and keeps the log. */
  stop(): void {
    this.#server?.forceShutdown();
    this.#server = undefined;
  }

  /** Without TLS, whatever the server requires. */
  get connectionString(): string {
    return `esdb://127.0.0.1:${this.#port}?tls=false`;
  }

  /** The number of reads in progress, including subscriptions. */
  get openReads(): number {
    return this.#openReads;
  }

  /** The number of batch appends that have arrived and that the server may still store or answer. */
  get openAppends(): number {
    return this.#openAppends;
  }

  /** The number of appends that arrived in a call of their own. */
  get plainAppends(): number {
    return this.#plainAppends;
  }

  #services(): Server {
    const { batchAppend = true, appendBytesMax = MESSAGE_BYTES_MAX } = this.#options;
    const track = (handling: Promise<void>): void => {
      this.#openAppends += 1;
      void handling.finally(() => {
        this.#openAppends -= 1;
      });
    };
    const parts = { log: this.log, faults: this.faults, appendBytesMax, track };
    const server = new Server({ 'grpc.max_receive_message_length': MESSAGE_BYTES_MAX });
    const streams = {
      ...service.StreamsService,
      read: { ...service.StreamsService.read, responseSerialize: (response: Buffer) => response },
    };
    server.addService(streams, {
      read: (call: ReadCall) => {
        this.#openReads += 1;
        call.once('close', () => {
          this.#openReads -= 1;
        });
        void answerRead(call, this.log, this.faults, this.traffic);
      },
      append: (call: PlainCall, respond: Parameters<typeof answerPlainAppend>[1]) => {
        this.#plainAppends += 1;
        answerPlainAppend(call, respond, parts);
      },
      delete: (call: Parameters<typeof answerDelete>[0], respond: Parameters<typeof answerDelete>[1]) =>
        answerDelete(call, respond, this.log),
      tombstone: (
        call: Parameters<typeof answerTombstone>[0],
        respond: Parameters<typeof answerTombstone>[1],
      ) => answerTombstone(call, respond, this.log),
      batchAppend: (call: BatchCall) => answerBatchAppends(call, parts),
    });
    server.addService(features.ServerFeaturesService, { getSupportedMethods: supports(batchAppend) });
    return server;
  }
}

function supports(
  batchAppend: boolean,
): handleUnaryCall<unknown, InstanceType<typeof supported.SupportedMethods>> {
  const method = new supported.SupportedMethod()
    .setServiceName('event_store.client.streams.Streams')
    .setMethodName('batchappend');
  const methods = new supported.SupportedMethods()
    .setEventStoreServerVersion('23.10.7')
    .setMethodsList(batchAppend ? [method] : []);
  return (_call, respond) => respond(null, methods);
}

function bind(server: Server, port: number, tls: WireServerOptions['tls']): Promise<number> {
  const credentials =
    tls === undefined
      ? ServerCredentials.createInsecure()
      : ServerCredentials.createSsl(null, [
          { private_key: Buffer.from(tls.key), cert_chain: Buffer.from(tls.certificate) },
        ]);
  return new Promise((resolve, reject) => {
    server.bindAsync(`127.0.0.1:${port}`, credentials, (error, bound) =>
      error === null ? resolve(bound) : reject(error),
    );
  });
}

import features from '@eventstore/db-client/generated/serverfeatures_grpc_pb.js';
import supported from '@eventstore/db-client/generated/serverfeatures_pb.js';
import service from '@eventstore/db-client/generated/streams_grpc_pb.js';
import { type handleUnaryCall, Server, ServerCredentials } from '@grpc/grpc-js';
import { answerAppend, answerBatchAppends, type BatchCall, type PlainCall } from './appending.ts';
import { Faults } from './faults.ts';
import { answerRead, type ReadCall } from './reading.ts';
import { StoredLog } from './stored-log.ts';

export interface WireServerOptions {
  /** Without it, clients fall back to one call for each append. */
  readonly batchAppend?: boolean;
  /** What one append may hold; a real server before 25.1 takes 1 MiB unless it is told otherwise. */
  readonly appendBytesMax?: number;
  /** Absent: any free one. */
  readonly port?: number;
}

const MESSAGE_BYTES_MAX = 17 << 20;
const BIND_ATTEMPTS_MAX = 20;

/**
 * EventStoreDB as its client sees it: the calls that are needed here, at the wire, over a log in memory. It shows how
 * the client and the adapter behave; what a real server promises of durability and order is its own affair.
 */
export class WireServer {
  readonly log = new StoredLog();
  readonly faults = new Faults();
  readonly #options: WireServerOptions;
  #server: Server | undefined;
  #port: number;
  #openReads = 0;
  #plainAppends = 0;

  constructor(options: WireServerOptions = {}) {
    this.#options = options;
    this.#port = options.port ?? 0;
  }

  /** Starts, or starts again: same log, same port. */
  async start(): Promise<this> {
    for (let attempt = 1; this.#server === undefined; attempt += 1) {
      const server = this.#services();
      try {
        this.#port = await bind(server, this.#port);
        this.#server = server;
      } catch (error) {
        if (attempt === BIND_ATTEMPTS_MAX) throw error;
      }
    }
    return this;
  }

  /** Breaks every connection. What is stored stays stored. */
  stop(): void {
    this.#server?.forceShutdown();
    this.#server = undefined;
  }

  get connectionString(): string {
    return `esdb://127.0.0.1:${this.#port}?tls=false`;
  }

  /** Reads that have not ended, subscriptions among them. */
  get openReads(): number {
    return this.#openReads;
  }

  /** Appends that came in a call each. */
  get plainAppends(): number {
    return this.#plainAppends;
  }

  #services(): Server {
    const { batchAppend = true, appendBytesMax = MESSAGE_BYTES_MAX } = this.#options;
    const parts = { log: this.log, faults: this.faults, appendBytesMax };
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
        void answerRead(call, this.log, this.faults);
      },
      append: (call: PlainCall, respond: Parameters<typeof answerAppend>[1]) => {
        this.#plainAppends += 1;
        answerAppend(call, respond, parts);
      },
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

function bind(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.bindAsync(`127.0.0.1:${port}`, ServerCredentials.createInsecure(), (error, bound) =>
      error === null ? resolve(bound) : reject(error),
    );
  });
}

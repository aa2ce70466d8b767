import type { StreamsClient } from '@eventstore/db-client/generated/streams_grpc_pb.js';

type BatchAppendParameters = Parameters<StreamsClient['batchAppend']>;

/** The metadata and the options that every gRPC call is made with. */
export type CallArguments = [
  metadata: NonNullable<BatchAppendParameters[0]>,
  options: NonNullable<BatchAppendParameters[1]>,
];

interface Call {
  cancel(): void;
  on(event: 'status', listener: () => void): unknown;
}

/**
 * Cancels a call in the next turn of the event loop. Cancelling a call while HTTP/2 reports the end of its connection
 * can send Node into a loop that exhausts all memory (grpc-node issues 1464 and 1652).
 */
export function cancelSoon(call: Pick<Call, 'cancel'>): void {
  setImmediate(() => call.cancel());
}

/** One channel to the server and the calls that run over it. A session that was lost is never used again. */
export class Session {
  readonly service: StreamsClient;
  readonly #callArguments: (deadline: Date | number) => CallArguments;
  readonly #calls = new Set<Call>();

  constructor(service: StreamsClient, callArguments: (deadline: Date | number) => CallArguments) {
    this.service = service;
    this.#callArguments = callArguments;
  }

  /** An infinite timeout gives a call without a deadline. */
  callArguments(timeoutMs: number): CallArguments {
    return this.#callArguments(Number.isFinite(timeoutMs) ? new Date(Date.now() + timeoutMs) : timeoutMs);
  }

  /** Makes the end of the session cancel the call, and returns the call. */
  track<Tracked extends Call>(call: Tracked): Tracked {
    this.#calls.add(call);
    call.on('status', () => this.#calls.delete(call));
    return call;
  }

  end(): void {
    // Deferred for the same reason as in `cancelSoon`.
    setImmediate(() => {
      for (const call of this.#calls) call.cancel();
      this.service.close();
    });
  }
}

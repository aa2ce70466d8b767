import type { ServerResponse } from 'node:http';
import type { Problem } from '../protocol/problems.ts';
import type { BodyBudget } from './body-budget.ts';
import type { ClientQuota } from './client-quota.ts';

/** What one request takes of the quota of its client, until its answer has ended or its client has gone. */
export class RequestQuota {
  readonly #res: ServerResponse;
  #client: ClientQuota;
  #takes: 'nothing' | 'request' | 'stream' = 'nothing';
  #isEnded = false;

  constructor(client: ClientQuota, res: ServerResponse) {
    this.#client = client;
    this.#res = res;
    res.on('close', () => {
      this.#release();
      this.#isEnded = true;
    });
  }

  /** The memory for the bodies of the client. */
  get bodies(): BodyBudget {
    return this.#client.bodies;
  }

  /** Counts the request. Returns a problem if it is one too many for the client. */
  begin(): Problem | undefined {
    const problem = this.#client.beginRequest(this.#res);
    if (problem === undefined) this.#takes = 'request';
    return problem;
  }

  /** Counts the request for another client than it seemed to be from. Returns a problem if it is one too many there. */
  handOver(client: ClientQuota): Problem | undefined {
    if (this.#isEnded) return undefined;
    this.#client.uncountRequest();
    this.#release();
    this.#client = client;
    return this.begin();
  }

  /** Returns a problem if the client may open no other stream now. */
  refuseStream(): Problem | undefined {
    return this.#client.refuseStream();
  }

  /** Counts the answer as a stream, and no longer as a request that is being answered. */
  beginStream(): void {
    if (this.#isEnded) return;
    this.#release();
    this.#client.beginStream();
    this.#takes = 'stream';
  }

  #release(): void {
    if (this.#takes === 'request') this.#client.endRequest();
    if (this.#takes === 'stream') this.#client.endStream();
    this.#takes = 'nothing';
  }
}

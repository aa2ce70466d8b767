import { StoreUnavailableError } from '../event-store/event-store.ts';

/** Runs work on the same stream one after another, in the order of the calls. Streams do not wait for each other. */
export class StreamQueue {
  readonly #last = new Map<string, Promise<unknown>>();

  /**
   * Runs `work` when all earlier work on the stream has settled. It runs also after a failure, unless the log is
   * unavailable: then everything in the queue fails, as it would wait in vain.
   */
  run<Result>(stream: string, work: () => Promise<Result>): Promise<Result> {
    const before = this.#last.get(stream);
    const afterFailure = (error: unknown) =>
      error instanceof StoreUnavailableError ? Promise.reject(error) : work();
    const running = before === undefined ? work() : before.then(work, afterFailure);
    this.#last.set(stream, running);
    const remove = () => {
      if (this.#last.get(stream) === running) this.#last.delete(stream);
    };
    running.then(remove, remove);
    return running;
  }
}

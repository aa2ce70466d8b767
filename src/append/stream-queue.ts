import { StoreUnavailableError } from '../event-store/event-store.ts';

/**
 * Lets work on one stream go one after another, in the order of the calls, while streams do not wait for each other.
 * Holds an entry only for streams that are being worked on.
 */
export class StreamQueue {
  readonly #last = new Map<string, Promise<unknown>>();

  /**
   * Starts at once when nobody is at work on the stream. The failure of one turn is no concern of the next, unless it is
   * that the log cannot be reached: then all who wait have waited long enough, and fail alike.
   */
  run<Result>(stream: string, work: () => Promise<Result>): Promise<Result> {
    const before = this.#last.get(stream);
    const afterFailure = (error: unknown) =>
      error instanceof StoreUnavailableError ? Promise.reject(error) : work();
    const turn = before === undefined ? work() : before.then(work, afterFailure);
    this.#last.set(stream, turn);
    const leave = () => {
      if (this.#last.get(stream) === turn) this.#last.delete(stream);
    };
    turn.then(leave, leave);
    return turn;
  }
}

/** Under load, the events of this interval share a page of the log and the commits that project it. */
export const PROJECTION_INTERVAL_MS = 100;
/** The same while a reader waits for an event to be projected. */
export const AWAITED_PROJECTION_INTERVAL_MS = 5;

/** Runs a call when it is requested, but at most once in an interval. The last request is never lost. */
export class Throttle {
  readonly #call: () => void;
  readonly #intervalMs: number;
  #lastMs = Number.NEGATIVE_INFINITY;
  /** The call to come. */
  #timer: NodeJS.Timeout | undefined;

  constructor(call: () => void, intervalMs: number) {
    this.#call = call;
    this.#intervalMs = intervalMs;
  }

  request(): void {
    if (this.#timer === undefined) this.#runAfter(this.#intervalMs);
  }

  /** Shortens the interval of a call that was requested. */
  hurry(intervalMs: number): void {
    if (this.#timer !== undefined) this.#runAfter(intervalMs);
  }

  /** Drops the call to come. */
  cancel(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  /** @param intervalMs least time since the last call */
  #runAfter(intervalMs: number): void {
    this.cancel();
    const delayMs = this.#lastMs + intervalMs - performance.now();
    if (delayMs > 0) this.#timer = setTimeout(() => this.#run(), delayMs);
    else this.#run();
  }

  #run(): void {
    this.#timer = undefined;
    this.#lastMs = performance.now();
    this.#call();
  }
}

/** Under load, the appends of this interval share a page of the log and the commits that project it. */
const SHARED_INTERVAL_MS = 100;
/** The same while somebody waits for an append to be projected. */
const AWAITED_INTERVAL_MS = 5;

/** Paces the wake-ups of the projectors: a single append wakes them at once, many appends wake them together. */
export class WakePacer {
  readonly #wake: () => void;
  #lastMs = Number.NEGATIVE_INFINITY;
  /** The wake-up to come. */
  #timer: NodeJS.Timeout | undefined;

  constructor(wake: () => void) {
    this.#wake = wake;
  }

  /** Call it after the log has grown. */
  appended(): void {
    if (this.#timer === undefined) this.#wakeAfter(SHARED_INTERVAL_MS);
  }

  /** Call it when somebody starts to wait for the projectors. */
  awaited(): void {
    if (this.#timer !== undefined) this.#wakeAfter(AWAITED_INTERVAL_MS);
  }

  /** Drops the wake-up to come. */
  close(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  /** @param intervalMs least time since the last wake-up */
  #wakeAfter(intervalMs: number): void {
    this.close();
    const delayMs = this.#lastMs + intervalMs - performance.now();
    if (delayMs > 0) this.#timer = setTimeout(() => this.#wakeNow(), delayMs);
    else this.#wakeNow();
  }

  #wakeNow(): void {
    this.#timer = undefined;
    this.#lastMs = performance.now();
    this.#wake();
  }
}

const WINDOW_MS = 10_000;

/** Events a second over the last ten seconds, or since the first of them. */
export class EventRate {
  readonly #clock: () => number;
  #told: { readonly atMs: number; readonly events: number }[] = [];

  /** @param clock milliseconds, from any start */
  constructor(clock: () => number) {
    this.#clock = clock;
  }

  add(events: number): void {
    this.#forget();
    const atMs = this.#clock();
    const last = this.#told.at(-1);
    if (last !== undefined && atMs - last.atMs < WINDOW_MS / 100) {
      this.#told[this.#told.length - 1] = { atMs: last.atMs, events: last.events + events };
    } else {
      this.#told.push({ atMs, events });
    }
  }

  perSecond(): number {
    this.#forget();
    const [first] = this.#told;
    if (first === undefined) return 0;
    const events = this.#told.reduce((sum, told) => sum + told.events, 0);
    const elapsedMs = Math.max(this.#clock() - first.atMs, 1_000);
    return Math.round((events / elapsedMs) * 1000);
  }

  #forget(): void {
    const oldest = this.#clock() - WINDOW_MS;
    while (this.#told[0] !== undefined && this.#told[0].atMs < oldest) this.#told.shift();
  }
}

const WINDOW_MS = 10_000;
/** Events added within this time of each other share a sample, which bounds the number of samples. */
const SAMPLE_MS = WINDOW_MS / 100;

/** Measures events per second over the last ten seconds, or since the first event if that is later. */
export class EventRate {
  readonly #monotonicMs: () => number;
  #samples: { readonly atMs: number; readonly events: number }[] = [];

  /** @param monotonicMs returns milliseconds from any start and never runs backwards. */
  constructor(monotonicMs: () => number) {
    this.#monotonicMs = monotonicMs;
  }

  add(events: number): void {
    this.#dropOldSamples();
    const atMs = this.#monotonicMs();
    const last = this.#samples.at(-1);
    if (last !== undefined && atMs - last.atMs < SAMPLE_MS) {
      this.#samples[this.#samples.length - 1] = { atMs: last.atMs, events: last.events + events };
    } else {
      this.#samples.push({ atMs, events });
    }
  }

  perSecond(): number {
    this.#dropOldSamples();
    const [first] = this.#samples;
    if (first === undefined) return 0;
    const events = this.#samples.reduce((sum, sample) => sum + sample.events, 0);
    const elapsedMs = Math.max(this.#monotonicMs() - first.atMs, 1_000);
    return Math.round((events / elapsedMs) * 1000);
  }

  #dropOldSamples(): void {
    const oldestMs = this.#monotonicMs() - WINDOW_MS;
    while (this.#samples[0] !== undefined && this.#samples[0].atMs < oldestMs) this.#samples.shift();
  }
}

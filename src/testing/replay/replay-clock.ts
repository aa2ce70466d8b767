import { instantMs } from './as-of.ts';

/** Default for when the first event of a replay is recorded. */
export const CLOCK_START = '2026-01-01T00:00:00.000Z';
const STEP_MS = 1_000;

/** A clock that advances by one second for each event and stands still in between. */
export class ReplayClock {
  #nowMs: number;
  #nextMs: number;

  /** @throws RangeError if the start is not an instant. */
  constructor(start: string | Date) {
    this.#nextMs = instantMs(start);
    this.#nowMs = this.#nextMs;
  }

  readonly now = (): Date => new Date(this.#nowMs);

  /** Advances to the instant of the next event. */
  tick(): void {
    this.#nowMs = this.#nextMs;
    this.#nextMs += STEP_MS;
  }

  /** Sets the instant of the next event. */
  set(instant: string | Date): void {
    this.#nextMs = instantMs(instant);
  }

  /** Moves the next event to at least a second after `recordedAt`. */
  advancePast(recordedAt: string): void {
    this.#nextMs = Math.max(this.#nextMs, Date.parse(recordedAt) + STEP_MS);
  }
}

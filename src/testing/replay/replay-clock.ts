/** The first event of a replay is recorded then, if nothing else is said. */
export const START = '2026-01-01T00:00:00.000Z';
const STEP_MS = 1_000;

/** A clock that goes on by one second for each event, and stands still in between. */
export class ReplayClock {
  #nowMs: number;
  #nextMs: number;

  /** @throws RangeError when the start is no instant. */
  constructor(start: string | Date) {
    this.#nextMs = instantMs(start);
    this.#nowMs = this.#nextMs;
  }

  readonly now = (): Date => new Date(this.#nowMs);

  /** Comes to the instant of the next event. */
  tick(): void {
    this.#nowMs = this.#nextMs;
    this.#nextMs += STEP_MS;
  }

  /** The next event is recorded then. */
  set(instant: string | Date): void {
    this.#nextMs = instantMs(instant);
  }

  /** The next event comes a second after this instant, if it would not come later anyway. */
  passed(recordedAt: string): void {
    this.#nextMs = Math.max(this.#nextMs, Date.parse(recordedAt) + STEP_MS);
  }
}

/** @throws RangeError */
export function instantMs(instant: string | Date): number {
  const text = instant instanceof Date ? instant.toISOString() : instant;
  const ms = /^\d{4}-\d\d-\d\dT.*(?:Z|[+-]\d\d:\d\d)$/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(ms)) throw new RangeError(`Expected an instant such as ${START}, not ${text}`);
  return ms;
}

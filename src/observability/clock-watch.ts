import type { Signal } from './signal.ts';

/**
 * `in-order`: the clock is past everything that was recorded. `behind-log`: the log has events that were recorded later
 * than the clock says now; new events get the instant of the last one until the clock has caught up.
 * `jumped-ahead`: the clock was put forward, or the machine slept, so that events may be recorded in the future.
 */
export interface ClockStatus {
  readonly state: 'in-order' | 'behind-log' | 'jumped-ahead';
  /** How far the clock is behind the log, or how far it jumped. */
  readonly ms: number;
}

export interface ClockWatchSources {
  readonly clock: () => Date;
  /** Milliseconds of a clock that nobody can set. */
  readonly monotonicMs: () => number;
  readonly signal: (signal: Extract<Signal, { readonly kind: 'clock-warning' }>) => void;
}

/** Clocks of several machines that append to one log differ by less. */
const BEHIND_MS_MAX = 1_000;
const JUMP_MS_MAX = 60_000;

/** Compares the clock with what was recorded and with a monotonic clock, and signals when it has become wrong. */
export class ClockWatch {
  readonly #sources: ClockWatchSources;
  #lastRecordedMs = Number.NEGATIVE_INFINITY;
  /** Difference of the two clocks when they were last compared. */
  #offsetMs: number;
  #jumpedMs = 0;
  #signalled: ClockStatus['state'] = 'in-order';

  constructor(sources: ClockWatchSources) {
    this.#sources = sources;
    this.#offsetMs = this.#readOffsetMs();
  }

  /** Must be called with the last event of the log at the start, and with the last one of each append. */
  observe({ recordedAt }: { readonly recordedAt: string }): void {
    this.#lastRecordedMs = Math.max(this.#lastRecordedMs, Date.parse(recordedAt));
    this.check();
  }

  /** Returns the present state, and signals it if it is another one than at the last call. */
  check(): ClockStatus {
    const status = this.#status();
    if (status.state !== this.#signalled && status.state !== 'in-order') {
      this.#sources.signal({ kind: 'clock-warning', ...status });
    }
    this.#signalled = status.state;
    return status;
  }

  #status(): ClockStatus {
    const offsetMs = this.#readOffsetMs();
    const changedMs = Math.round(offsetMs - this.#offsetMs);
    this.#offsetMs = offsetMs;
    if (Math.abs(changedMs) > JUMP_MS_MAX) this.#jumpedMs = Math.max(changedMs + this.#jumpedMs, 0);
    const behindMs = this.#lastRecordedMs - this.#sources.clock().getTime();
    if (behindMs > BEHIND_MS_MAX) return { state: 'behind-log', ms: behindMs };
    if (this.#jumpedMs > JUMP_MS_MAX) return { state: 'jumped-ahead', ms: this.#jumpedMs };
    return { state: 'in-order', ms: 0 };
  }

  #readOffsetMs(): number {
    const { clock, monotonicMs } = this.#sources;
    return clock().getTime() - monotonicMs();
  }
}

/** Lets one loop wait until there is work. A notification while it does not wait ends the next wait at once. */
export class WorkSignal {
  #isNotified = false;
  #end: (() => void) | undefined;

  notify(): void {
    this.#isNotified = true;
    this.#end?.();
  }

  /** Resolves after a notification, at the latest after the time, or when the signal is aborted. Never rejects. */
  async wait(stop: AbortSignal, timeoutMs?: number): Promise<void> {
    if (!this.#isNotified && !stop.aborted) await this.#notification(stop, timeoutMs);
    this.#isNotified = false;
  }

  #notification(stop: AbortSignal, timeoutMs?: number): Promise<void> {
    return new Promise((resolve) => {
      const end = (): void => {
        clearTimeout(timer);
        stop.removeEventListener('abort', end);
        this.#end = undefined;
        resolve();
      };
      const timer =
        timeoutMs === undefined ? undefined : setTimeout(end, Math.min(timeoutMs, TIMEOUT_MS_MAX));
      stop.addEventListener('abort', end);
      this.#end = end;
    });
  }
}

/** A longer timer of Node ends at once. */
const TIMEOUT_MS_MAX = 2 ** 31 - 1;

import { hash } from 'node:crypto';

/** Wrong secrets that an address may send in a window. Somebody who repeats the same one guesses nothing. */
const WRONG_SECRETS_MAX = 20;
const WINDOW_MS = 60_000;
const ADDRESSES_MAX = 10_000;

interface Window {
  readonly endsMs: number;
  /** Hashes of the wrong secrets. */
  readonly wrong: Set<string>;
}

/** Limits how many secrets an address can guess. */
export class Attempts {
  readonly #nowMs: () => number;
  readonly #windows = new Map<string, Window>();

  /** @param nowMs a monotonic clock */
  constructor(nowMs: () => number = () => performance.now()) {
    this.#nowMs = nowMs;
  }

  /** Returns after how many seconds the address may send secrets again; undefined if it may send one now. */
  blockedForS(address: string): number | undefined {
    const window = this.#windowOf(address);
    if (window === undefined || window.wrong.size < WRONG_SECRETS_MAX) return undefined;
    return Math.ceil((window.endsMs - this.#nowMs()) / 1_000);
  }

  addWrong(address: string, secret: string): void {
    const known = this.#windowOf(address);
    const window = known ?? { endsMs: this.#nowMs() + WINDOW_MS, wrong: new Set() };
    window.wrong.add(hash('sha256', secret, 'base64'));
    if (known !== undefined) return;
    if (this.#windows.size >= ADDRESSES_MAX) this.#removeOldest();
    this.#windows.set(address, window);
  }

  #windowOf(address: string): Window | undefined {
    const window = this.#windows.get(address);
    if (window === undefined || this.#nowMs() < window.endsMs) return window;
    this.#windows.delete(address);
    return undefined;
  }

  /** Windows are in the order of their beginning. */
  #removeOldest(): void {
    for (const address of this.#windows.keys()) {
      this.#windows.delete(address);
      return;
    }
  }
}

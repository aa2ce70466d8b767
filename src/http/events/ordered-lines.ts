import type { ServerResponse } from 'node:http';

interface Slot {
  text: string | undefined;
}

/**
 * Writes lines in the order in which their making began, each as soon as it and all before it are made. At most
 * `pendingMax` are in the making or wait for a slow reader: `room` is where the maker waits.
 */
export class OrderedLines {
  readonly #res: ServerResponse;
  readonly #pendingMax: number;
  readonly #slots: Slot[] = [];
  #isFlushDue = false;
  #isBlocked = false;
  #wake: (() => void) | undefined;

  constructor(res: ServerResponse, pendingMax: number) {
    this.#res = res;
    this.#pendingMax = pendingMax;
    res.on('drain', () => {
      this.#isBlocked = false;
      this.#flush();
    });
    res.on('close', () => this.#wake?.());
  }

  /** The reader is gone: nothing that is pushed will be seen. */
  get isClosed(): boolean {
    return this.#res.destroyed;
  }

  /** Resolves when one more line may be made, or when the reader is gone. */
  room(): Promise<void> | undefined {
    return this.#until(() => this.#slots.length < this.#pendingMax);
  }

  /** Resolves when all lines are written, or when the reader is gone. */
  drained(): Promise<void> | undefined {
    return this.#until(() => this.#slots.length === 0);
  }

  /** Takes the place of the next line. The promise must not be rejected. */
  push(line: Promise<string>): void {
    const slot: Slot = { text: undefined };
    this.#slots.push(slot);
    void line.then((text) => {
      slot.text = text;
      this.#flushSoon();
    });
  }

  /** Undefined when there is nothing to wait for. One waiter at a time. */
  #until(isReached: () => boolean): Promise<void> | undefined {
    if (this.isClosed || isReached()) return undefined;
    return new Promise((resolve) => {
      this.#wake = () => {
        if (!this.isClosed && !isReached()) return;
        this.#wake = undefined;
        resolve();
      };
    });
  }

  /** Lines that are made together (one commit of the log) go out in one write. */
  #flushSoon(): void {
    if (this.#isFlushDue) return;
    this.#isFlushDue = true;
    setImmediate(() => {
      this.#isFlushDue = false;
      this.#flush();
    });
  }

  #flush(): void {
    if (this.#isBlocked || this.isClosed) return;
    const unmade = this.#slots.findIndex(({ text }) => text === undefined);
    const made = this.#slots.splice(0, unmade < 0 ? this.#slots.length : unmade);
    if (made.length > 0) this.#isBlocked = !this.#res.write(made.map(({ text }) => `${text}\n`).join(''));
    this.#wake?.();
  }
}

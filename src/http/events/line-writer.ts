import type { ServerResponse } from 'node:http';

/** Text that is collected before it is written, even if more follows in the same turn of the event loop. */
const PENDING_CHARS_MAX = 16_384;
/** Text that is held back at most: the outcomes of some 9,000 lines. */
const HELD_CHARS_MAX = 1 << 20;

/**
 * Writes lines to a response. Lines that become ready in one turn of the event loop, such as those of one commit of the
 * log, go out in one write.
 */
export class LineWriter {
  readonly #res: ServerResponse;
  readonly #holdsBack: () => boolean;
  #pending = '';

  /** @param holdsBack true while nothing should be sent yet. Too much to hold is sent all the same */
  constructor(res: ServerResponse, holdsBack = (): boolean => false) {
    this.#res = res;
    this.#holdsBack = holdsBack;
  }

  /**
   * Resolves when the next line may be written: at once, unless the client reads slowly. Resolves if it disconnects.
   */
  async write(line: string): Promise<void> {
    if (this.#pending === '') setImmediate(() => this.#flush());
    this.#pending += `${line}\n`;
    if (this.#pending.length >= PENDING_CHARS_MAX) this.#flush();
    if (this.#res.writableNeedDrain) await this.#drained();
  }

  end(): void {
    this.#send();
    this.#res.end();
  }

  #flush(): void {
    if (this.#pending.length >= HELD_CHARS_MAX || !this.#holdsBack()) this.#send();
  }

  #send(): void {
    if (this.#pending === '' || this.#res.destroyed) return;
    this.#res.write(this.#pending);
    this.#pending = '';
  }

  #drained(): Promise<void> {
    const res = this.#res;
    return new Promise((resolve) => {
      const settle = (): void => {
        res.off('drain', settle).off('close', settle);
        resolve();
      };
      res.on('drain', settle).on('close', settle);
    });
  }
}

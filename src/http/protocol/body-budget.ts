/** What a received chunk takes in addition to its bytes. Without it, a body sent byte by byte would cost far more. */
const CHUNK_OVERHEAD_BYTES = 256;

/** The memory that request bodies may take on all connections together. */
export class BodyBudget {
  readonly #bytesMax: number;
  #bytes = 0;

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  /** The memory that is held now. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Begins to hold a body, or a part of one. */
  open(): HeldBytes {
    return new HeldBytes((bytes) => {
      if (bytes > 0 && this.#bytes + bytes > this.#bytesMax) return false;
      this.#bytes += bytes;
      return true;
    });
  }
}

/** The part of the budget that one body takes. */
export class HeldBytes {
  readonly #change: (bytes: number) => boolean;
  #bytes = 0;
  #isRefused = false;

  constructor(change: (bytes: number) => boolean) {
    this.#change = change;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** True if the budget did not suffice for a chunk. */
  get isRefused(): boolean {
    return this.#isRefused;
  }

  /** Returns false if the budget is used up. The whole body must be discarded then. */
  add(chunkBytes: number): boolean {
    const bytes = chunkBytes + CHUNK_OVERHEAD_BYTES;
    this.#isRefused ||= !this.#change(bytes);
    if (this.#isRefused) this.release();
    else this.#bytes += bytes;
    return !this.#isRefused;
  }

  /** Must be called when the body is not needed any more. */
  release(): void {
    this.#change(-this.#bytes);
    this.#bytes = 0;
  }
}

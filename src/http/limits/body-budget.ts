import type { Problem } from '../protocol/problems.ts';

/** What a received chunk takes in addition to its bytes. Without it, a body sent byte by byte would cost far more. */
const CHUNK_OVERHEAD_BYTES = 256;

/** The memory that request bodies may take: on all connections together, or those of one client. */
export class BodyBudget {
  readonly #bytesMax: number;
  readonly #refusal: Problem;
  readonly #whole: BodyBudget | undefined;
  #bytes = 0;

  /**
   * @param refusal the answer to a request for whose body the budget does not suffice
   * @param whole the budget that this one is a part of
   */
  constructor(bytesMax: number, refusal: Problem, whole?: BodyBudget) {
    this.#bytesMax = bytesMax;
    this.#refusal = refusal;
    this.#whole = whole;
  }

  /** The memory that is held now. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Begins to hold a body, or a part of one. */
  open(): HeldBytes {
    return new HeldBytes((bytes) => this.#change(bytes));
  }

  #change(bytes: number): Problem | undefined {
    if (bytes > 0 && this.#bytes + bytes > this.#bytesMax) return this.#refusal;
    const refusal = this.#whole === undefined ? undefined : this.#whole.#change(bytes);
    if (refusal === undefined) this.#bytes += bytes;
    return refusal;
  }
}

/** The part of the budget that one body takes. */
export class HeldBytes {
  readonly #change: (bytes: number) => Problem | undefined;
  #bytes = 0;
  #refusal: Problem | undefined;

  /** @param change takes bytes from the budget, or gives them back; returns a problem if they cannot be taken */
  constructor(change: (bytes: number) => Problem | undefined) {
    this.#change = change;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Why the budget did not suffice for a chunk; undefined if it did for all of them. */
  get refusal(): Problem | undefined {
    return this.#refusal;
  }

  /** Returns false if the budget is used up. The whole body must be discarded then. */
  add(chunkBytes: number): boolean {
    const bytes = chunkBytes + CHUNK_OVERHEAD_BYTES;
    this.#refusal ??= this.#change(bytes);
    if (this.#refusal !== undefined) this.release();
    else this.#bytes += bytes;
    return this.#refusal === undefined;
  }

  /** Must be called when the body is not needed any more. */
  release(): void {
    this.#change(-this.#bytes);
    this.#bytes = 0;
  }
}

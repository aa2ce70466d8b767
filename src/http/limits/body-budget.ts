import type { Problem } from '../protocol/problems.ts';

/** What a received chunk takes in addition to its bytes. Without it, a body sent byte by byte would cost far more. */
const CHUNK_OVERHEAD_BYTES = 256;
/** The chunks of large bodies are at least this long, as a rule. */
const CHUNK_BYTES = 16_384;
/** Bodies that wait. Node.js has some 80 KiB of each of them in buffers, which are not counted. */
const WAITING_MAX = 256;
/** Bodies up to this size have a share of their own, so that large ones that arrive slowly do not hold them up. */
const SMALL_BODY_BYTES = 65_536;
/** The part of a budget that other bodies may take. */
const SHARE_OF_OTHERS = 7 / 8;

/** Tries again to get memory. Returns false if the budget still does not suffice. */
type Retry = () => boolean;

/** The memory that request bodies may take: on all connections together, or those of one client. */
export class BodyBudget {
  readonly #bytesMax: number;
  readonly #refusal: Problem;
  readonly #whole: BodyBudget | undefined;
  readonly #waiting = new Set<Retry>();
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
    return new HeldBytes(
      (bytes, isSmall) => this.#take(bytes, isSmall),
      (bytes) => this.#giveBack(bytes),
    );
  }

  /**
   * Calls a function whenever memory has become free, until it returns true.
   *
   * @returns a function that ends the wait; undefined if there is never so much memory, or too many are waiting
   */
  wait(bodyBytes: number, retry: Retry): (() => void) | undefined {
    if (memoryOf(bodyBytes) > this.#limitFor(bodyBytes <= SMALL_BODY_BYTES)) return undefined;
    if (this.#whole !== undefined) return this.#whole.wait(bodyBytes, retry);
    if (this.#waiting.size >= WAITING_MAX) return undefined;
    this.#waiting.add(retry);
    return () => this.#waiting.delete(retry);
  }

  #limitFor(isSmall: boolean): number {
    return isSmall ? this.#bytesMax : this.#bytesMax * SHARE_OF_OTHERS;
  }

  #take(bytes: number, isSmall: boolean): Problem | undefined {
    if (this.#bytes + bytes > this.#limitFor(isSmall)) return this.#refusal;
    const refusal = this.#whole === undefined ? undefined : this.#whole.#take(bytes, isSmall);
    if (refusal === undefined) this.#bytes += bytes;
    return refusal;
  }

  #giveBack(bytes: number): void {
    this.#bytes -= bytes;
    if (this.#whole !== undefined) this.#whole.#giveBack(bytes);
    else for (const retry of this.#waiting) if (retry()) this.#waiting.delete(retry);
  }
}

function memoryOf(bodyBytes: number): number {
  return bodyBytes + CHUNK_OVERHEAD_BYTES * Math.ceil(bodyBytes / CHUNK_BYTES);
}

type Take = (bytes: number, isSmall: boolean) => Problem | undefined;

/** The part of the budget that one body takes. */
export class HeldBytes {
  readonly #take: Take;
  readonly #giveBack: (bytes: number) => void;
  #bytes = 0;
  /** What is left of the memory that was reserved. */
  #reservedBytes = 0;
  #refusal: Problem | undefined;

  /** @param take takes bytes from the budget; returns a problem if it does not suffice */
  constructor(take: Take, giveBack: (bytes: number) => void) {
    this.#take = take;
    this.#giveBack = giveBack;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Why the budget did not suffice for a chunk; undefined if it did for all of them. */
  get refusal(): Problem | undefined {
    return this.#refusal;
  }

  /** Takes the memory for a body before its first chunk. Returns a problem if the budget does not suffice now. */
  reserve(bodyBytes: number): Problem | undefined {
    const bytes = memoryOf(bodyBytes);
    const problem = this.#take(bytes, bodyBytes <= SMALL_BODY_BYTES);
    if (problem === undefined) {
      this.#bytes += bytes;
      this.#reservedBytes += bytes;
    }
    return problem;
  }

  /** Returns false if the budget is used up. The whole body must be discarded then. */
  add(chunkBytes: number): boolean {
    const bytes = chunkBytes + CHUNK_OVERHEAD_BYTES;
    const missing = Math.max(0, bytes - this.#reservedBytes);
    this.#reservedBytes = Math.max(0, this.#reservedBytes - bytes);
    if (missing > 0) this.#refusal ??= this.#take(missing, false);
    if (this.#refusal !== undefined) this.release();
    else this.#bytes += missing;
    return this.#refusal === undefined;
  }

  /** Must be called when the body is not needed any more. */
  release(): void {
    const bytes = this.#bytes;
    this.#bytes = 0;
    this.#reservedBytes = 0;
    if (bytes > 0) this.#giveBack(bytes);
  }
}

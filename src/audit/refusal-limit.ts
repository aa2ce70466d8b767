/** Entries of one address in a period. */
const ADDRESS_ENTRIES_MAX = 20;
/** Entries of all addresses in a period. */
const ENTRIES_MAX = 500;
/** Addresses that are counted separately in a period. The refusals of all others are counted together. */
const ADDRESSES_MAX = 1_000;

/** How many refusals of an address have no entry. */
export interface RefusalCount {
  /** Null for all addresses that are counted together. */
  readonly address: string | null;
  readonly count: number;
}

/** Keeps a flood of refusals from filling the disk: in each period, the first ones get entries, others are counted. */
export class RefusalLimit {
  readonly #refusals = new Map<string | null, number>();
  readonly #counts = new Map<string | null, number>();
  #entries = 0;

  /** Returns true if the refusal gets an entry of its own. Otherwise it is counted. */
  accepts(address: string | null): boolean {
    const isKnown = this.#refusals.has(address) || this.#refusals.size < ADDRESSES_MAX;
    const counted = isKnown ? address : null;
    const before = this.#refusals.get(counted) ?? 0;
    this.#refusals.set(counted, before + 1);
    if (before < ADDRESS_ENTRIES_MAX && this.#entries < ENTRIES_MAX) {
      this.#entries += 1;
      return true;
    }
    this.#counts.set(counted, (this.#counts.get(counted) ?? 0) + 1);
    return false;
  }

  /** Begins a new period, and returns what was counted in the one before. */
  nextPeriod(): readonly RefusalCount[] {
    const counts = [...this.#counts].map(([address, count]) => ({ address, count }));
    this.#refusals.clear();
    this.#counts.clear();
    this.#entries = 0;
    return counts;
  }
}

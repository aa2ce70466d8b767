/** Whether the process is in contact with its log. One that is kept in the process itself is always there. */
export interface LogContact {
  readonly isThere: boolean;
  /** When it is away: since then; undefined when it was not found since the start. */
  readonly lostAt: Date | undefined;
}

export const ALWAYS_THERE: LogContact = { isThere: true, lostAt: undefined };

/** Of a log elsewhere: not there until it is found. */
export class TrackedLogContact implements LogContact {
  readonly #clock: () => Date;
  #isThere = false;
  #lostAt: Date | undefined;

  constructor(clock: () => Date) {
    this.#clock = clock;
  }

  get isThere(): boolean {
    return this.#isThere;
  }

  get lostAt(): Date | undefined {
    return this.#lostAt;
  }

  found(): void {
    this.#isThere = true;
    this.#lostAt = undefined;
  }

  lost(): void {
    if (this.#isThere) this.#lostAt = this.#clock();
    this.#isThere = false;
  }
}

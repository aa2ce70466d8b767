/** Whether the process is in contact with its log. One that is kept in the process itself is always there. */
export interface LogConnectivity {
  readonly isConnected: boolean;
  /** When it is away: since then; undefined when it was not found since the start. */
  readonly unavailableSince: Date | undefined;
}

export const ALWAYS_CONNECTED: LogConnectivity = { isConnected: true, unavailableSince: undefined };

/** Of a log elsewhere: not there until it is found. */
export class TrackedConnectivity implements LogConnectivity {
  readonly #clock: () => Date;
  #isThere = false;
  #lostAt: Date | undefined;

  constructor(clock: () => Date) {
    this.#clock = clock;
  }

  get isConnected(): boolean {
    return this.#isThere;
  }

  get unavailableSince(): Date | undefined {
    return this.#lostAt;
  }

  connected(): void {
    this.#isThere = true;
    this.#lostAt = undefined;
  }

  disconnected(): void {
    if (this.#isThere) this.#lostAt = this.#clock();
    this.#isThere = false;
  }
}

/** Whether the process can reach its log. */
export interface LogConnectivity {
  readonly isConnected: boolean;
  /** When the log became unavailable; undefined while it is connected, and if it never was. */
  readonly unavailableSince: Date | undefined;
  /** Why the log is unavailable, with what to look at in the settings; undefined if that is not known. */
  readonly reason?: string | undefined;
}

/** The connectivity of a log that is kept in the process. */
export const ALWAYS_CONNECTED: LogConnectivity = {
  isConnected: true,
  unavailableSince: undefined,
};

/** The connectivity of a remote log, unavailable until it is first connected. */
export class TrackedConnectivity implements LogConnectivity {
  readonly #clock: () => Date;
  #isConnected = false;
  #unavailableSince: Date | undefined;
  #reason: string | undefined;

  constructor(clock: () => Date) {
    this.#clock = clock;
  }

  get isConnected(): boolean {
    return this.#isConnected;
  }

  get unavailableSince(): Date | undefined {
    return this.#unavailableSince;
  }

  get reason(): string | undefined {
    return this.#reason;
  }

  connected(): void {
    this.#isConnected = true;
    this.#unavailableSince = undefined;
    this.#reason = undefined;
  }

  disconnected(reason: string): void {
    this.#reason = reason;
    if (this.#isConnected) this.#unavailableSince = this.#clock();
    this.#isConnected = false;
  }
}

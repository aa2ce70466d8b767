/** Whether the process can reach its log. */
export interface LogConnectivity {
  readonly isConnected: boolean;
  /** When the log became unavailable; undefined while it is connected, and if it never was. */
  readonly unavailableSince: Date | undefined;
}

/** The connectivity of a log that is kept in the process. */
export const ALWAYS_CONNECTED: LogConnectivity = { isConnected: true, unavailableSince: undefined };

/** The connectivity of a remote log, unavailable until it is first connected. */
export class TrackedConnectivity implements LogConnectivity {
  readonly #clock: () => Date;
  #isConnected = false;
  #unavailableSince: Date | undefined;

  constructor(clock: () => Date) {
    this.#clock = clock;
  }

  get isConnected(): boolean {
    return this.#isConnected;
  }

  get unavailableSince(): Date | undefined {
    return this.#unavailableSince;
  }

  connected(): void {
    this.#isConnected = true;
    this.#unavailableSince = undefined;
  }

  disconnected(): void {
    if (this.#isConnected) this.#unavailableSince = this.#clock();
    this.#isConnected = false;
  }
}

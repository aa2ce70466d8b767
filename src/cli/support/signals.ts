const EXIT_CODES = { SIGINT: 130, SIGTERM: 143 } as const;
export type StopSignal = keyof typeof EXIT_CODES;

/** What a shell reports for a process that a signal ended: 128 and the signal's number. */
export function exitCodeOf(signal: StopSignal): number {
  return EXIT_CODES[signal];
}

export interface ShutdownSignals {
  /** Aborted by the first SIGINT or SIGTERM. A second one ends the process at once. */
  readonly aborted: AbortSignal;
  /** Which it was; undefined while there was none. */
  received(): StopSignal | undefined;
}

/** Takes the process's SIGINT and SIGTERM over, so that a command can stop in order. */
export function handleShutdownSignals(): ShutdownSignals {
  const controller = new AbortController();
  let received: StopSignal | undefined;
  const stop = (signal: StopSignal): void => {
    if (received) process.exit(exitCodeOf(signal));
    received = signal;
    controller.abort();
  };
  process.on('SIGINT', stop).on('SIGTERM', stop);
  return { aborted: controller.signal, received: () => received };
}

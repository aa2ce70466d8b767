const EXIT_CODES = { SIGINT: 130, SIGTERM: 143 } as const;
export type StopSignal = keyof typeof EXIT_CODES;

/**
 * A signal that follows another within this time is not a second request. For one Ctrl-C, the terminal signals every
 * process of the group, and npm forwards its own signal as well.
 */
const SAME_REQUEST_MS = 1_000;

/** Returns the exit code that a shell reports for a process ended by the signal: 128 plus its number. */
export function exitCodeOf(signal: StopSignal): number {
  return EXIT_CODES[signal];
}

export interface ShutdownSignals {
  /** Aborted by the first SIGINT or SIGTERM. */
  readonly aborted: AbortSignal;
  /** Returns the first signal. Undefined before it. */
  received(): StopSignal | undefined;
}

/** Handles SIGINT and SIGTERM, so that a command can stop cleanly. A second request ends the process at once. */
export function handleShutdownSignals(): ShutdownSignals {
  const controller = new AbortController();
  let first: { readonly signal: StopSignal; readonly atMs: number } | undefined;
  const stop = (signal: StopSignal): void => {
    if (first === undefined) {
      first = { signal, atMs: performance.now() };
      controller.abort();
    } else if (performance.now() - first.atMs >= SAME_REQUEST_MS) process.exit(exitCodeOf(signal));
  };
  process.on('SIGINT', stop).on('SIGTERM', stop);
  return { aborted: controller.signal, received: () => first?.signal };
}

/** Follows the progress of a verification. */
export interface VerifyObserver {
  /** @param events how many the step goes through; undefined if that is not known */
  readonly stepStarted: (step: 'file' | 'events' | 'timelines', events: number | undefined) => void;
  /** May throw, which stops the verification. */
  readonly advanced: (events: number) => void;
}

export interface VerifyReport {
  /** Number of events in the log. */
  readonly events: number;
  /** Number of view files that were compared with a replay. */
  readonly views: number;
  /** Number of entries in the audit log. */
  readonly entries: number;
  /** What is wrong and where, one line each. Empty if nothing was found. */
  readonly findings: readonly string[];
}

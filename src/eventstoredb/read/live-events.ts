import type { Position, RecordedEvent } from '../../event-store/event-store.ts';

export interface LivePageRequest {
  readonly after: Position | undefined;
  readonly maxCount: number;
  /** Whether to wait at the end of the log until there is an event after the position. */
  readonly isWaiting: boolean;
}

/**
 * The newest events of the log, which the server delivers as they are recorded. They are kept in memory within bounds,
 * for consumers that are at the end of the log or close to it.
 */
export interface LiveEvents {
  /** Set when the process stops following the log. */
  readonly closed: boolean;
  /**
   * Returns the next events after a position, or none if the consumer has every event that this process knows of.
   * Undefined: the events after the position are not kept and must be read from the log. Does not wait if the signal is
   * aborted.
   */
  page(request: LivePageRequest, signal: AbortSignal): Promise<readonly RecordedEvent[] | undefined>;
}

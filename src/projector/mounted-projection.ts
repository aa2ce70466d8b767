import type { Position } from '../event-store/event-store.ts';
import type { TimelineReader } from './timeline-store.ts';

/**
 * `building`: the rows of the definition's version are being built. Those of an earlier version, if there are any,
 * are served meanwhile and do not change.
 * `catching-up`: the rows are served and updated, but do not contain the end of the log yet.
 * `stopped`: the projector cannot project the next event, or cannot write. It retries, less and less often.
 */
export type ProjectionState = 'building' | 'catching-up' | 'live' | 'stopped';

/** Why a projector stopped. */
export interface ProjectionStop {
  /** The event that it cannot project; undefined if the cause is not an event. */
  readonly eventId: string | undefined;
  readonly reason: string;
}

/** A projection that is kept up to date, as its readers see it. */
export interface MountedProjection {
  /** Name of the definition, such as `country`. */
  readonly name: string;
  /** Version of the definition. */
  readonly version: number;
  /** Undefined until the first rows are served. */
  readonly reader: TimelineReader | undefined;
  readonly state: ProjectionState;
  readonly stop: ProjectionStop | undefined;
  /** Milliseconds until a stopped projector retries; 0 while it does. Undefined if no retry is planned. */
  readonly retryInMs: number | undefined;
  /** False if the projector's heartbeat is overdue, whatever the state and the lag. */
  readonly isAlive: boolean;
  /** Events projected per second, measured over the last seconds. */
  readonly eventsPerSecond: number;
  /** The rows contain the log up to here. While it does not change, neither do the rows. */
  readonly position: Position | undefined;
  /** Settles with true as soon as the rows contain the event at the position, or with false after the timeout. */
  waitFor(position: Position, timeoutMs: number): Promise<boolean>;
  /** Calls the listener whenever the rows have advanced or others have replaced them. */
  onChange(listener: () => void): void;
}

/** A rebuild makes the rows of projections again from the whole log while the existing rows are served. */
export interface Rebuild {
  /** Those whose rows it makes: projections with the same entries share a file. */
  readonly projections: readonly string[];
  /**
   * `waiting`: it runs when other rebuilds have ended. `activated`: the new rows are served. `failed` and `cancelled`:
   * the old rows are still served, and the new ones were deleted.
   */
  readonly state: 'waiting' | 'running' | 'activated' | 'failed' | 'cancelled';
  /** RFC 3339. While the rebuild waits: when it was requested. */
  readonly startedAt: string;
  readonly endedAt: string | undefined;
  /** Events projected so far. */
  readonly events: number;
  /** Events of the log when the rebuild was requested; undefined if the log cannot count them. */
  readonly total: number | undefined;
  readonly eventsPerSecond: number;
  /** Why the rebuild failed. */
  readonly stop: ProjectionStop | undefined;
}

/** Rebuilds by the names of their projections. Each projection has at most one at a time. */
export interface Rebuilds {
  /** Returns false if a rebuild is already waiting or running. Throws a RangeError if there is no such projection. */
  start(projection: string): boolean;
  /** Returns the latest rebuild since the start of the process. */
  last(projection: string): Rebuild | undefined;
  /** Returns false if no rebuild is waiting or running. */
  cancel(projection: string): boolean;
}

import type { Position } from '../event-store/event-store.ts';
import type { TimelineReader } from './timeline-store.ts';

/**
 * `building`: the rows of the definition's version are being made; those of an earlier version, if there are any,
 * serve meanwhile and do not move. `stopped`: the projector cannot go on, and tries again from time to time.
 */
export type ProjectionState = 'building' | 'catching-up' | 'live' | 'stopped';

/** Why a projector cannot go on. */
export interface ProjectionStop {
  /** The event that it cannot take, where it is one. */
  readonly eventId: string | undefined;
  readonly reason: string;
}

/** A projection that is being kept up to date, as its readers see it. */
export interface MountedProjection {
  /** Name of the projection, e.g. `country`. */
  readonly name: string;
  /** Of the definition. */
  readonly version: number;
  /** Undefined while its first rows are being made. */
  readonly reader: TimelineReader | undefined;
  readonly state: ProjectionState;
  readonly stop: ProjectionStop | undefined;
  /** False when nothing was heard of the projector for longer than it is ever silent, whatever its state and its lag. */
  readonly isAlive: boolean;
  /** Events projected a second, of late. */
  readonly eventsPerSecond: number;
  /** Up to here the rows are known to hold the log; while it stays, they stay as they are read. */
  readonly position: Position | undefined;
  /** True as soon as the rows hold the event at the position; false when the time is over before. */
  waitFor(position: Position, timeoutMs: number): Promise<boolean>;
  /** Calls whenever the rows have come further, or others have taken their place. */
  follow(moved: () => void): void;
}

/** A rebuild: the rows of a projection made anew from the whole log, beside those that serve. */
export interface Rebuild {
  readonly projection: string;
  readonly version: number;
  /** `waiting`: others have their turn first. `activated`: the new rows serve. `failed` and `cancelled`: the old ones serve on, and nothing is left of it. */
  readonly state: 'waiting' | 'running' | 'activated' | 'failed' | 'cancelled';
  /** RFC 3339; while it waits, since when. */
  readonly startedAt: string;
  readonly endedAt: string | undefined;
  /** Events projected so far. */
  readonly events: number;
  /** Events of the log when the rebuild began; undefined where the log cannot tell. */
  readonly total: number | undefined;
  readonly eventsPerSecond: number;
  /** Of a failed one. */
  readonly stop: ProjectionStop | undefined;
}

/** Rebuilds by the name of their projection; one at a time for each. */
export interface Rebuilds {
  /** False when one is under way already. Throws a RangeError when there is no such projection. */
  start(projection: string): boolean;
  /** The last one since the start of the process. */
  last(projection: string): Rebuild | undefined;
  /** False when none is under way. */
  cancel(projection: string): boolean;
}

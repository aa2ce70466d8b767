import type { Position } from '../event-store/event-store.ts';
import type { TimelineReader } from './timeline-store.ts';

/** A projection that is being kept up to date, as its readers see it. */
export interface MountedTimeline {
  /** Name of the projection, e.g. `country`. */
  readonly name: string;
  readonly reader: TimelineReader;
  /** `stopped`: the projector has failed and the rows will not move any more. */
  readonly state: 'catching-up' | 'live' | 'stopped';
  /** Up to here the rows are known to hold the log; while it stays, they stay as they are read. */
  readonly position: Position | undefined;
  /** True as soon as the rows hold the event at the position; false when the time is over before. */
  waitFor(position: Position, timeoutMs: number): Promise<boolean>;
}

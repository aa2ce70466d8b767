import type { FieldChange } from '../../domain/record/field-changes.ts';
import type { EntryKey } from '../../projector/timeline-store.ts';

/** What an event changed in one entry of a timeline. */
export interface CausedChange {
  readonly change: 'arrived' | 'changed' | 'left';
  /** The event that made the change; `event` is its id. */
  readonly by: {
    readonly event: string;
    readonly type: string;
    readonly position: string;
    /** RFC 3339. */
    readonly recordedAt: string;
    readonly actor: string;
  };
  /** The reason or the basis that the event states. */
  readonly reason?: string;
  /** Sort key of the entry in its timeline. */
  readonly key: EntryKey;
  /** The entry after the change, as JSON; of one that left, before it. */
  readonly entry: string;
  /** What changed in the entry; empty unless it is `changed`. */
  readonly fields: readonly FieldChange[];
}

/** A state of a timeline, after an event that changed it. */
export interface Moment {
  readonly instant: string;
  readonly position: string;
  /** Names the state in URLs. */
  readonly token: string;
}

/** States of a timeline among which a reader can move, and what the one that is shown changed. */
export interface Moments {
  /** At least two, in the order of the log. */
  readonly stops: readonly Moment[];
  /** Index of the stop that is shown. */
  readonly shown: number;
  /** The state before the last change up to the one that is shown; undefined for the one before the first event. */
  readonly previous: Moment | undefined;
  /** True if the timeline has changed before the first stop. */
  readonly hasEarlier: boolean;
  /** True if it has changed after the last one. */
  readonly hasLater: boolean;
  /** The last change up to the stop that is shown. Undefined in the present, and while the log is unavailable. */
  readonly changes: readonly CausedChange[] | undefined;
  /** True if more changed than is listed. */
  readonly hasMoreChanges: boolean;
}

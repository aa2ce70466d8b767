import type { FieldError } from '../domain/fields/field-error.ts';
import type { RecordVersion } from '../domain/record/record-version.ts';
import type { Warning } from '../domain/record/rules.ts';
import type { RecordedEvent, Revision } from '../event-store/event-store.ts';
import type { PendingEvent } from './append-request.ts';
import type { DanglingReferenceWarning } from './dangling-references.ts';
import type { EventStamp } from './read-record.ts';

/** Decides whether an append may follow the current revision of its stream, and the event at that revision. */
export type Precondition = (actual: Revision | 'no-stream', last: EventStamp | undefined) => boolean;

/** Who sends the events may not add one of them. Nothing was read or added. */
export interface ForbiddenAppend {
  readonly outcome: 'forbidden';
  /** The permission that the event needs. */
  readonly permission: string;
  /** To the event: empty, or `/index` in an array. */
  readonly pointer: string;
  readonly detail: string;
}

/** Decides whether their sender may add events to a stream. Returns undefined if it may. */
export type Permit = (stream: string, events: readonly PendingEvent[]) => ForbiddenAppend | undefined;

export type RecordWarning = Warning | DanglingReferenceWarning;

export type RecordOutcome =
  | {
      readonly outcome: 'recorded';
      readonly events: readonly RecordedEvent[];
      readonly warnings: readonly RecordWarning[];
    }
  /** Everything was recorded before; `events` are the ones recorded then. */
  | {
      readonly outcome: 'repeated';
      readonly events: readonly RecordedEvent[];
      readonly warnings: readonly RecordWarning[];
    }
  | { readonly outcome: 'invalid'; readonly errors: readonly FieldError[] }
  /** It targets a record or an event that does not exist. */
  | { readonly outcome: 'not-found'; readonly errors: readonly FieldError[] }
  /** It conflicts with the record, like a second retraction. */
  | { readonly outcome: 'conflict'; readonly errors: readonly FieldError[] }
  /** The precondition failed. */
  | { readonly outcome: 'wrong-revision'; readonly stream: string; readonly actual: Revision | 'no-stream' }
  | { readonly outcome: 'id-taken'; readonly id: string }
  /** The content of the event with this id was removed by law. It is not recorded again. */
  | { readonly outcome: 'content-redacted'; readonly id: string }
  | ForbiddenAppend
  /** Other writers kept appending to the stream; the caller may retry. */
  | { readonly outcome: 'contended'; readonly stream: string }
  /** The log already has events recorded after the `recordedAt` of an imported one. */
  | { readonly outcome: 'recorded-at-out-of-order'; readonly last: string };

/** An event as an append would store it. One that is in the log already has its position and time of recording. */
export type PreviewedEvent = Omit<RecordedEvent, 'position' | 'recordedAt' | 'salt'> &
  Partial<Pick<RecordedEvent, 'position' | 'recordedAt'>>;

/** The result of a dry run. */
export interface AppendPreview {
  readonly outcome: 'accepted';
  readonly events: readonly PreviewedEvent[];
  /** The versions that the events would make. They have no position and no time of recording yet. */
  readonly versions: readonly RecordVersion[];
  readonly warnings: readonly RecordWarning[];
  /** True if everything was recorded before, so that nothing would be appended. */
  readonly isRepeat: boolean;
}

export type PreviewOutcome =
  | AppendPreview
  | Extract<
      RecordOutcome,
      {
        outcome:
          | 'invalid'
          | 'not-found'
          | 'conflict'
          | 'wrong-revision'
          | 'id-taken'
          | 'content-redacted'
          | 'forbidden';
      }
    >;

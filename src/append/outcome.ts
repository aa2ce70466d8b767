import type { FieldError } from '../domain/fields/field-error.ts';
import type { RecordVersion } from '../domain/record/record.ts';
import type { Warning } from '../domain/record/rules.ts';
import type { RecordedEvent, Revision } from '../event-store/event-store.ts';
import type { DanglingReferenceWarning } from './dangling-references.ts';

/** Whether an append may go onto a stream that ends with this revision. */
export type Precondition = (actual: Revision | 'no-stream') => boolean;

/** Something that was accepted and deserves a second look. */
export type RecordWarning = Warning | DanglingReferenceWarning;

export type RecordOutcome =
  | {
      readonly outcome: 'recorded';
      readonly events: readonly RecordedEvent[];
      readonly warnings: readonly RecordWarning[];
    }
  /** All of it was recorded before; `events` are those of the first time. */
  | {
      readonly outcome: 'repeated';
      readonly events: readonly RecordedEvent[];
      readonly warnings: readonly RecordWarning[];
    }
  | { readonly outcome: 'invalid'; readonly errors: readonly FieldError[] }
  /** It speaks of a record or an event that is not there. */
  | { readonly outcome: 'not-found'; readonly errors: readonly FieldError[] }
  /** It contradicts what is there, as a second retraction does. */
  | { readonly outcome: 'conflict'; readonly errors: readonly FieldError[] }
  /** The precondition does not hold. */
  | { readonly outcome: 'wrong-revision'; readonly stream: string; readonly actual: Revision | 'no-stream' }
  | { readonly outcome: 'id-taken'; readonly id: string }
  /** Others kept appending to the stream in between; to be tried again. */
  | { readonly outcome: 'contended'; readonly stream: string }
  /** Of a restored event: the log goes on after its `recordedAt` already. */
  | { readonly outcome: 'recorded-at-out-of-order'; readonly last: string };

/** What would become of events that are recorded now. */
export interface AppendPreview {
  readonly outcome: 'accepted';
  /** How each that says what happened will read, after those before it. They have no position and no time yet. */
  readonly versions: readonly RecordVersion[];
  readonly warnings: readonly RecordWarning[];
  /** All of it was recorded before; nothing would be added. */
  readonly isRepeat: boolean;
}

export type PreviewOutcome =
  | AppendPreview
  | Extract<RecordOutcome, { outcome: 'invalid' | 'not-found' | 'conflict' | 'wrong-revision' | 'id-taken' }>;

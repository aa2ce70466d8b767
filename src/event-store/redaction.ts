import type { AppendOutcome, NewEvent, Revision } from './event-store.ts';

/*
 * Removal of content by law, from a log that can be rewritten. Logs on a server cannot: they are copied instead.
 */

/** What is left of an event, in place of its content and its salt. */
export interface RedactedContent {
  readonly id: string;
  readonly content: string;
  readonly salt: string;
  /** The commitment to the content as it was recorded. */
  readonly commitment: string;
}

export interface LogRedaction {
  readonly stream: string;
  /** The revision of the stream for which the contents were determined. */
  readonly expected: Revision;
  /** The event that says what was removed. */
  readonly event: NewEvent;
  /** Events of the stream. */
  readonly contents: readonly RedactedContent[];
}

export interface RedactableLog {
  /**
   * Appends the event and replaces the contents, both or neither, and settles when that is on disk. From then on, no
   * read returns what was replaced. Throws what an append throws.
   */
  redact(redaction: LogRedaction): Promise<AppendOutcome>;
  /**
   * Erases from the files of the log what is in no event any more. Returns false if a reader of an older state prevents
   * that: try again.
   */
  erase(): Promise<boolean>;
}

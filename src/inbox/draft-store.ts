import type { Draft, NewDraft } from './draft.ts';

export type AddedDraft = 'added' | 'known' | 'full';

/** The place of a draft in the list: from the newest to the oldest, and within an instant in the order of the feed. */
export interface DraftPlace {
  /** When it was published, or added if that is earlier or if it has no date. */
  readonly instant: string;
  readonly number: number;
}

export interface ListedDraft {
  readonly draft: Draft;
  readonly place: DraftPlace;
}

/** The port of the inbox. Every call is one transaction, which is on disk when the call returns. */
export interface DraftStore {
  /**
   * Adds the drafts that were never added before, dismissed ones included, up to `INBOX_LIMITS.draftsMax`.
   *
   * @returns what became of each
   */
  add(drafts: readonly NewDraft[], addedAt: string): readonly AddedDraft[];
  /** @param after the last draft of the page before */
  page(draftsMax: number, after?: DraftPlace): readonly ListedDraft[];
  find(id: string): Draft | undefined;
  /** Notes that an event was recorded from a draft. Ignores a draft that is not in the inbox. */
  markRecorded(id: string, event: string): void;
  /** Removes a draft, but remembers that it was there. Returns false if it is not in the inbox. */
  dismiss(id: string): boolean;
  /** Dismisses the drafts that these events were recorded from, and empties the file of what was dismissed before. */
  erase(events: readonly string[]): void;
  close(): void;
}

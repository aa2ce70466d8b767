export interface InboxLimits {
  /** Drafts that wait or were recorded. */
  readonly draftsMax: number;
  /** Dismissed drafts that are remembered, so that the same feed does not bring them back. */
  readonly dismissedMax: number;
}

export const INBOX_LIMITS: InboxLimits = { draftsMax: 10_000, dismissedMax: 100_000 };

/** What an item of a feed says. It is no event: a person decides whether it becomes one. */
export interface NewDraft {
  /** The same whenever the same item of the same feed is read. */
  readonly id: string;
  readonly title: string;
  /** An http or https URL. */
  readonly link: string | null;
  /** RFC 3339, in UTC; null if the feed gives no date, or one without a known time zone. */
  readonly publishedAt: string | null;
  /** The day of publication, in the time zone that the feed gives it in. */
  readonly publishedOn: string | null;
  /** The title of the feed. */
  readonly outlet: string | null;
  /** Plain text, in one line. */
  readonly excerpt: string;
  /** A language tag (BCP 47). */
  readonly language: string | null;
}

/** An item of a feed in the inbox. */
export interface Draft extends NewDraft {
  readonly addedAt: string;
  /** The ids of the events that were recorded from it. */
  readonly events: readonly string[];
}

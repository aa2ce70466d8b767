import type { HeadlineQuote } from '../../domain/record/summary.ts';
import type { TimelineQuery, TimelineSummary } from '../../projector/timeline-store.ts';
import type { Occurred } from '../text/format-date.ts';
import type { PageUrl } from '../text/url.ts';
import type { TimeBuckets } from './time-buckets.ts';

/** An entry of a timeline, as far as pages look into it. */
export interface Entry {
  readonly id: string;
  readonly stream: string;
  readonly type: string;
  readonly occurred: Occurred;
  readonly countries: readonly string[];
  readonly topics: readonly string[];
  readonly speechActs?: readonly string[];
  readonly sources: number;
  readonly status: 'current' | 'corrected' | 'retracted';
  readonly versions: number;
  readonly position: string;
}

/** An event, in the timeline of a country, a topic or two countries. */
export interface EventEntry extends Entry {
  readonly headline: string;
  readonly headlineQuote?: HeadlineQuote;
  /** Of the country; of two countries each as `CN:speaker`. */
  readonly roles?: readonly string[];
  readonly speechActs: readonly string[];
  readonly attribution: readonly (readonly string[])[];
  readonly links: Readonly<Record<string, readonly string[]>>;
}

/** One thing that was said. */
export interface StatementEntry extends Entry {
  readonly statement: string;
  readonly speaker: { readonly name: string; readonly country?: string };
  readonly speechAct: string;
  readonly text: { readonly language: string; readonly value: string };
  readonly quoted: 'verbatim' | 'paraphrase';
  readonly question?: { readonly outlet?: string; readonly text: string };
  readonly about: readonly string[];
  readonly roles: Readonly<Record<string, readonly string[]>>;
  readonly attribution: readonly { readonly name: string }[];
}

/** A moment of the record: position and instant of its last event. */
export interface Shown {
  readonly position: string;
  readonly instant: string;
}

/** A page of a timeline, as it was asked for and read. */
export interface TimelineView {
  readonly address: PageUrl;
  /** Scheme, host and port under which the page was asked for. */
  readonly origin: string;
  readonly filter: Omit<TimelineQuery, 'asOf' | 'after'>;
  /** Undefined while nothing is recorded. */
  readonly shown: Shown | undefined;
  /** The moment was asked for, and others have been recorded since. */
  readonly isPast: boolean;
  /** RFC 3339: what was recorded later is not known, as the log is away; undefined while it is there. */
  readonly unknownSince: string | undefined;
  /** All entries, whatever the filter; undefined when there are none. */
  readonly summary: TimelineSummary | undefined;
  /** Entries of this page, as JSON. */
  readonly entries: readonly string[];
  readonly isFirst: boolean;
  /** Cursor of the next page. */
  readonly next: string | undefined;
  /** False: there is more than one page could show, and no next one. */
  readonly isWhole: boolean;
  /** How the entries that the filter lets through are spread; undefined: too many to be counted. */
  readonly spread: TimeBuckets | undefined;
}

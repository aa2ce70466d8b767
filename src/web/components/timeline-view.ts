import type { ChainActor } from '../../domain/claims/attribution-chain.ts';
import type { VersionRedaction } from '../../domain/record/record-version.ts';
import type { Figures, HeadlineQuote, Occurrence, Terms } from '../../domain/record/summary.ts';
import type { LogPoint, TimelineQuery, TimelineSummary } from '../../projector/timeline-store.ts';
import type { TimeBins } from '../chart/time-bins.ts';
import type { PageUrl } from '../text/url.ts';
import type { FormError } from './form-error.ts';
import type { Moments } from './timeline-changes.ts';
import type { FormatLink } from './view-links.ts';

/** The members of a timeline entry that all pages use. */
export interface Entry {
  readonly id: string;
  readonly stream: string;
  readonly type: string;
  readonly occurred: Occurrence;
  readonly countries: readonly string[];
  readonly topics: readonly string[];
  readonly speechActs?: readonly string[];
  readonly sources: number;
  readonly status: 'current' | 'corrected' | 'retracted';
  readonly versions: number;
  readonly redactions?: readonly VersionRedaction[];
  readonly position: string;
  /** RFC 3339. */
  readonly recordedAt: string;
}

/** An event in the timeline of a country, topic or relation. */
export interface EventEntry extends Entry, Figures, Terms {
  readonly headline: string;
  readonly headlineQuote?: HeadlineQuote;
  /** Roles of the country. On the timeline of a relation each is prefixed: `CN:speaker`. */
  readonly roles?: readonly string[];
  readonly speechActs: readonly string[];
  readonly attribution: readonly (readonly string[])[];
  readonly links: Readonly<Record<string, readonly string[]>>;
}

interface NamedParty {
  readonly name: string;
  readonly country?: string;
}

/** A statement in the timeline of statements. */
export interface StatementEntry extends Entry {
  readonly statement: string;
  readonly speaker: NamedParty & { readonly anonymity?: string };
  /** Those who relayed it, if the speaker did not say it at the event itself. */
  readonly relayedBy?: readonly NamedParty[];
  readonly speechAct: string;
  readonly text: readonly { readonly language: string; readonly value: string; readonly kind?: string }[];
  readonly quoted: 'verbatim' | 'paraphrase';
  readonly questions: readonly {
    readonly asker?: string;
    readonly outlet?: string;
    readonly language?: string;
    readonly text: string;
  }[];
  readonly about: readonly string[];
  readonly roles: Readonly<Record<string, readonly string[]>>;
  /** From the speaker over those who relayed it to an outlet. */
  readonly attribution: readonly Omit<ChainActor, 'url'>[];
}

/** Why a page of the present may lack events, and since when (RFC 3339). */
export interface Staleness {
  readonly since: string;
  readonly cause: 'log-unavailable' | 'projection-stopped';
  /** What the operator has to look at. */
  readonly reason: string | undefined;
}

/** One page of a timeline, with what was requested. */
export interface TimelineView {
  readonly url: PageUrl;
  /** Scheme, host and port of absolute URLs. */
  readonly origin: string;
  /** True if the page is for a frame of another site: without forms, scripts and links to further pages. */
  readonly isEmbedded: boolean;
  /** True if some other site may show the timeline in a frame. */
  readonly isEmbeddable: boolean;
  /** Links to the same in other formats. */
  readonly formats: readonly FormatLink[];
  readonly filter: Omit<TimelineQuery, 'asOf' | 'after'>;
  /** What is wrong with the query; then the page has no entries. */
  readonly errors: readonly FormError[];
  /** The state that the page shows, and the token that names it in URLs; undefined while the log is empty. */
  readonly asOf: (Pick<LogPoint, 'position' | 'instant'> & { readonly token: string }) | undefined;
  /** True if the request named an earlier state. */
  readonly isPast: boolean;
  /** Undefined if the timeline has been in one state only. */
  readonly moments: Moments | undefined;
  /** Undefined while the page is kept up to date. */
  readonly staleness: Staleness | undefined;
  /** Summary of all entries, regardless of the filter; undefined when there are none. */
  readonly summary: TimelineSummary | undefined;
  /** Number of entries that match the filter; a lower bound if it is not exact. */
  readonly total: number;
  readonly isTotalExact: boolean;
  /** The entries of this page, as JSON. */
  readonly entries: readonly string[];
  readonly isFirst: boolean;
  /** Cursor of the next page. */
  readonly next: string | undefined;
  /** False if there are more entries than the page may show and it has no next page. */
  readonly isComplete: boolean;
  /** Counts of the filtered entries over time; undefined when there are too many to count. */
  readonly histogram: TimeBins | undefined;
}

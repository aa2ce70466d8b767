import type { MountedProjection } from '../../../projector/mounted-projection.ts';
import type {
  IndexQuery,
  LogPoint,
  Ordinal,
  TimelineReader,
  TimelineSummary,
} from '../../../projector/timeline-store.ts';
import type { IndexView } from '../../../web/pages/index-page.ts';
import type { Html } from '../../../web/shell/html.ts';
import type { Column } from '../../formats/column.ts';
import { CITATION_FORMATS } from '../../protocol/citation-response.ts';
import type { FormatName } from '../../protocol/formats.ts';
import { type CountParameter, countParameter, type QueryParameter } from '../../protocol/parameters.ts';
import type { QueryParameters } from '../../protocol/query.ts';
import type { TimelineResource } from '../representation.ts';
import { countTimelines } from './timeline-counts.ts';

/** For lists whose items take no look-ups of their own. */
export const SUMMARIES_LIMIT = countParameter('limit', 1_000, 300, 'Items of a page.');
/** The formats of the lists that have pages. */
export const LIST_FORMATS: readonly FormatName[] = [
  'json',
  'html',
  'csv',
  'ndjson',
  'datapackage',
  'atom',
  'jsonfeed',
  ...CITATION_FORMATS,
];

/** How the timelines of a projection are listed. */
export interface TimelineListRoute {
  readonly projection: MountedProjection;
  /** Name of the list in the JSON response, such as `countries`. */
  readonly member: string;
  /** What the list is called in exports. */
  readonly title: string;
  /** The columns of its items in a table. */
  // biome-ignore lint/suspicious/noExplicitAny: the route that makes the items also describes them
  readonly columns: readonly Column<any>[];
  /** Names of query parameters that this list has in addition to those of every list. */
  readonly extraParameters?: readonly QueryParameter[];
  /** Query parameters that ask for more members of a page. An export does not have them. */
  readonly pageParameters?: readonly QueryParameter[];
  /** Renders the list for people; absent if it has no page. */
  // biome-ignore lint/suspicious/noExplicitAny: the route that makes the items and extras also renders them
  readonly page?: (view: IndexView<any> & any) => Html;
  /** Whether the page has a form, which a query that is not understood opens again. */
  readonly hasForm?: true;
  /** How its feed shows a timeline that is new in the list; absent if it has no feed. */
  readonly newItem?: NewListItem;
  /** Another projection that the items are read from, which must have come as far. */
  readonly requires?: MountedProjection;
  /** Items of a page. */
  readonly limit: CountParameter;
  /** Parses `extraParameters`, and returns what reads the items. */
  readonly reader: (query: QueryParameters) => TimelineListReader;
}

export interface NewListItem {
  /** What an item is called, such as `Country`. */
  readonly noun: string;
  /** Path of the timeline. */
  readonly url: (key: string) => string;
  readonly title: (key: string, asOf: Ordinal) => string;
  /** As in `TimelineResource`. */
  readonly entryKind: TimelineResource['entryKind'];
}

export interface TimelineListReader {
  /** The order of the items, such as `signed desc`, in which cursors continue. Absent: by their keys. */
  readonly order?: string;
  /**
   * Reads what takes long, before anything else and in the state that is shown. Other requests are answered in between.
   */
  readonly prepare?: (projection: MountedProjection, asOf: LogPoint) => Promise<void>;
  /** Tells whether the list has a timeline that has entries; by default it has all. */
  readonly includes?: (reader: TimelineReader, key: string, asOf: Ordinal) => boolean;
  readonly readPage: ReadTimelineList;
  /** Returns the number of items on all pages; undefined if it takes too long to count them. */
  readonly count: (reader: TimelineReader, asOf: Ordinal) => number | undefined;
  /** Returns further members of the answer: those that the request asks for, or all that a page for people shows. */
  readonly extras?: (reader: TimelineReader, asOf: Ordinal, isForPeople: boolean) => object;
}

/** Reads up to `range.limit` items. A page with fewer items is not necessarily the last one. */
export type ReadTimelineList = (reader: TimelineReader, range: IndexQuery) => TimelineListPage;

export interface TimelineListPage {
  readonly items: readonly object[];
  /** Key of the timeline after which the next page begins; undefined on the last page. */
  readonly end: string | undefined;
  /** Members of the JSON response in addition to the list. */
  readonly extraFields?: object;
}

/** A list with one item per timeline, made from its summary. */
export function summaryList(
  itemOf: (summary: TimelineSummary, asOf: Ordinal) => object,
): Pick<TimelineListRoute, 'limit' | 'reader'> {
  const readPage: ReadTimelineList = (reader, range) => {
    const found = reader.index({ ...range, limit: range.limit + 1 });
    const shown = found.slice(0, range.limit);
    const items = shown.map((summary) => itemOf(summary, range.asOf));
    return { items, end: found.length > range.limit ? shown.at(-1)?.key : undefined };
  };
  return { limit: SUMMARIES_LIMIT, reader: () => ({ readPage, count: countTimelines }) };
}

import type { EntryFilter } from '../../projector/entry-filter.ts';
import type { MountedProjection } from '../../projector/mounted-projection.ts';
import type { LogPoint, TimelinePage, TimelineReader } from '../../projector/timeline-store.ts';
import type { FormError } from '../../web/components/form-error.ts';
import type { Moments } from '../../web/components/timeline-changes.ts';
import type { Staleness, TimelineView } from '../../web/components/timeline-view.ts';
import type { FormatLink } from '../../web/components/view-links.ts';
import { type Html, html } from '../../web/shell/html.ts';
import { EMBED_PATH, PageUrl } from '../../web/text/url.ts';
import { formatLinks } from '../formats/format-links.ts';
import { EXPORT_FORMATS } from '../formats/writers.ts';
import { audiencesOf } from '../protocol/audiences.ts';
import type { FormatName } from '../protocol/formats.ts';
import type { Request } from '../protocol/handler.ts';
import type { Problem } from '../protocol/problems.ts';
import { type ShownState, shownStateJson } from '../protocol/state-token.ts';
import { histogramOf, NO_ENTRIES, summaryAt, totalOf } from './entry-counts.ts';
import { formatParameters } from './format-parameters.ts';
import type { PageRequest } from './query.ts';

/** How the timelines of a projection are shown. */
export interface TimelineResource {
  readonly projection: MountedProjection;
  /** Names of the query parameters. */
  readonly parameters: readonly string[];
  readonly formats: readonly FormatName[];
  /** What the timeline is called in exports. */
  readonly title: (key: string, asOf: LogPoint | undefined) => string;
  /** What an entry shows: an event, a statement, or an event as projections into states store it. */
  readonly entryKind: 'event' | 'statement' | 'record';
  /** The allowed values of the parameter `roles`; absent if they are the roles of a country. */
  readonly roles?: (key: string) => readonly string[];
  /** JSON member that names what the timeline is about, such as `"country":{"code":"PK","name":"Pakistan"}`. */
  readonly subject: (
    key: string,
    page: TimelinePage,
    asOf: LogPoint | undefined,
    filter: EntryFilter,
  ) => string;
  /** If set, the timeline is shown as one object, made from up to this many entries, instead of a page of entries. */
  readonly entriesMax?: number;
  /** Renders the timeline for people; absent if it has no page. */
  readonly page?: (key: string, view: TimelineView, asOf: LogPoint | undefined) => Html;
  /** Another projection that must have come as far, as the page is read from it, or the JSON as well. */
  readonly requires?: { readonly projection: MountedProjection; readonly by: 'page' | 'all' };
  /** Returns the problem of a timeline without events; undefined if it is shown as an empty timeline. */
  readonly absent: (key: string) => Problem | undefined;
}

/** The formats of the timelines that have pages. */
export const TIMELINE_FORMATS: readonly FormatName[] = ['json', 'html', ...EXPORT_FORMATS];

/** What a page of a timeline is rendered from. */
export interface TimelinePageData {
  readonly key: string;
  readonly reader: TimelineReader;
  readonly request: PageRequest;
  /** The state that is shown; undefined while the log is empty. */
  readonly asOf: (LogPoint & ShownState) | undefined;
  readonly page: TimelinePage;
  /** Cursor of the next page; undefined on the last page. */
  readonly nextCursor: string | undefined;
  /** What is wrong with the query of a request that was refused. */
  readonly errors: readonly FormError[];
  readonly staleness: Staleness | undefined;
  readonly moments: Moments | undefined;
  /** True if some other site may show the timeline in a frame. */
  readonly isEmbeddable: boolean;
}

export function timelineJson(
  { subject, entriesMax }: TimelineResource,
  { key, reader, request, asOf, page, nextCursor }: TimelinePageData,
): Buffer {
  const head = `{${subject(key, page, asOf, request.filter)},"asOf":${shownStateJson(asOf)}`;
  if (entriesMax !== undefined) return Buffer.from(`${head}}`);
  const { total, isTotalExact } = asOf === undefined ? NO_ENTRIES : totalOf(reader, key, request, page, asOf);
  const counted = `"total":${total},"isTotalExact":${isTotalExact}`;
  const next = JSON.stringify(nextCursor ?? null);
  return Buffer.from(`${head},${counted},"entries":[${page.entries.join(',')}],"next":${next}}`);
}

export function timelineHtml(
  resource: TimelineResource,
  {
    key,
    reader,
    request,
    asOf,
    page,
    nextCursor,
    errors,
    staleness,
    isEmbeddable,
    moments,
  }: TimelinePageData,
  format: 'html' | 'embed',
  req: Request<unknown>,
): Buffer {
  const { page: render, entriesMax } = resource;
  const isEmbedded = format === 'embed';
  const hasHistogram = entriesMax === undefined && asOf !== undefined && !isEmbedded && errors.length === 0;
  const histogram = hasHistogram ? histogramOf(reader, key, request.filter, asOf) : NO_HISTOGRAM;
  const view: TimelineView = {
    url: new PageUrl(isEmbedded ? req.originalUrl.slice(EMBED_PATH.length) : req.originalUrl),
    origin: req.origin,
    filter: request.filter,
    errors,
    asOf,
    isPast: request.asOf !== undefined,
    staleness,
    moments,
    summary: asOf && summaryAt(reader, key, asOf),
    entries: page.entries,
    isFirst: request.cursor === undefined,
    next: nextCursor,
    isComplete: entriesMax === undefined || page.next === undefined,
    ...(asOf === undefined ? NO_ENTRIES : totalOf(reader, key, request, page, asOf)),
    isEmbedded,
    isEmbeddable,
    formats: isEmbedded ? [] : timelineLinks(resource, request, asOf, req),
    histogram,
  };
  return (render?.(key, view, asOf) ?? html``).encode(audiencesOf(req.principal));
}

/**
 * Links to the same view in the other formats. Those to be cited are in the state that the page shows. The order is
 * named, as that of a page is another one by default.
 */
function timelineLinks(
  { formats, parameters }: TimelineResource,
  { filter: { order } }: PageRequest,
  asOf: ShownState | undefined,
  { path, originalUrl }: Request<unknown>,
): readonly FormatLink[] {
  const url = new PageUrl(originalUrl);
  const ordered = url.with({ order, cursor: url.get('cursor'), after: url.get('after') });
  return formatLinks({ path, originalUrl: ordered }, formats, asOf?.token, (format) =>
    formatParameters(parameters, format),
  );
}

const NO_HISTOGRAM = { unit: 'day', kinds: [], bins: [], imprecise: 0 } as const;

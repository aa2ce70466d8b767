import type { MountedProjection } from '../../projector/mounted-projection.ts';
import type { LogPoint, TimelinePage, TimelineReader } from '../../projector/timeline-store.ts';
import type { Staleness, TimelineView } from '../../web/components/timeline-view.ts';
import { type Html, html } from '../../web/shell/html.ts';
import { PageUrl } from '../../web/text/url.ts';
import type { Request } from '../protocol/handler.ts';
import { originOf } from '../protocol/html-response.ts';
import type { Problem } from '../protocol/problems.ts';
import { type ShownState, shownStateJson } from '../protocol/state-token.ts';
import { cachedHistogram } from './histogram-cache.ts';
import type { PageRequest } from './query.ts';

/** How the timelines of a projection are shown. */
export interface TimelineResource {
  readonly projection: MountedProjection;
  /** Names of the query parameters. */
  readonly parameters: readonly string[];
  /** The allowed values of the parameter `roles`; absent if they are the roles of a country. */
  readonly roles?: (key: string) => readonly string[];
  /** JSON member that names what the timeline is about, such as `"country":{"code":"PK","name":"Pakistan"}`. */
  readonly subject: (key: string, page: TimelinePage, asOf: LogPoint | undefined) => string;
  /** If set, the timeline is shown as one object, made from up to this many entries, instead of a page of entries. */
  readonly entriesMax?: number;
  /** Renders the timeline for people; absent if it has no page, so that all clients get JSON. */
  readonly page?: (key: string, view: TimelineView, asOf: LogPoint | undefined) => Html;
  /** Another projection that must have come as far, as the page is read from it, or the JSON as well. */
  readonly requires?: { readonly projection: MountedProjection; readonly by: 'page' | 'all' };
  /** Returns the problem of a timeline without events; undefined if it is shown as an empty timeline. */
  readonly absent: (key: string) => Problem | undefined;
}

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
  readonly staleness: Staleness | undefined;
}

export function timelineJson(
  { subject, entriesMax }: TimelineResource,
  { key, asOf, page, nextCursor }: TimelinePageData,
): Buffer {
  const head = `{${subject(key, page, asOf)},"asOf":${shownStateJson(asOf)}`;
  const entries = `,"entries":[${page.entries.join(',')}],"next":${JSON.stringify(nextCursor ?? null)}`;
  return Buffer.from(`${head}${entriesMax === undefined ? entries : ''}}`);
}

export function timelineHtml(
  { page: render, entriesMax }: TimelineResource,
  { key, reader, request, asOf, page, nextCursor, staleness }: TimelinePageData,
  req: Request<unknown>,
): Buffer {
  const hasHistogram = entriesMax === undefined && asOf !== undefined;
  const view: TimelineView = {
    url: new PageUrl(req.originalUrl),
    origin: originOf(req),
    filter: request.filter,
    asOf,
    isPast: request.asOf !== undefined,
    staleness,
    summary: asOf && reader.summary(key, asOf.ordinal),
    entries: page.entries,
    isFirst: request.cursor === undefined,
    next: nextCursor,
    isComplete: entriesMax === undefined || page.next === undefined,
    histogram: hasHistogram ? cachedHistogram(reader, key, request.filter, asOf) : NO_HISTOGRAM,
  };
  return (render?.(key, view, asOf) ?? html``).encode();
}

const NO_HISTOGRAM = { unit: 'day', buckets: [] } as const;

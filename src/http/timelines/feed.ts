import type { ChangeKey, LogPoint, Ordinal, TimelineReader } from '../../projector/timeline-store.ts';
import { PageUrl } from '../../web/text/url.ts';
import { type Feed, type FeedWriter, feedItems } from '../formats/feed.ts';
import { nameUuid } from '../formats/name-uuid.ts';
import { answerByPrecondition } from '../protocol/conditional-response.ts';
import { feedUrlWithToken } from '../protocol/feed-token.ts';
import { contentTypeOf, urlInFormat } from '../protocol/formats.ts';
import type { Request, Response } from '../protocol/handler.ts';
import { nextLink } from '../protocol/paging.ts';
import { queryStringOf } from '../protocol/query.ts';
import { sendFile } from '../protocol/response.ts';
import type { ShownState } from '../protocol/state-token.ts';
import { encodeTimelineCursor, type TimelineCursor } from './cursor.ts';
import { ENTRY_KINDS, exportHeaders, pageUrlOf } from './export.ts';
import type { PageRequest } from './query.ts';
import type { TimelineResource } from './representation.ts';

/** Changes that are scanned for one page, which takes some milliseconds. If few match, a page is short. */
const CHANGES_MAX = 5_000;

/** A page of a feed that can be read now. */
interface FeedRead {
  readonly key: string;
  readonly reader: TimelineReader;
  readonly request: PageRequest;
  /** The state whose latest changes are shown; undefined while the log is empty. */
  readonly asOf: (LogPoint & ShownState) | undefined;
}

/** Sends the latest changes of a timeline that match the filter, corrections and retractions among them. */
export function sendFeed(
  resource: TimelineResource,
  write: FeedWriter,
  read: FeedRead,
  req: Request<unknown>,
  res: Response,
): void {
  const headers = exportHeaders(req, read.asOf);
  if (answerByPrecondition(req, res, headers)) return;
  const { feed, cursor } = readFeed(resource, read, req);
  const link = nextLink(feedUrl(req), cursor);
  sendFile(res, contentTypeOf(req.format), Buffer.from(write(feed)), { ...headers, ...link });
}

/** A feed names itself by its suffix, since readers of feeds send no `Accept` of their own. */
export function feedUrl({ path, originalUrl, format, feedToken }: Request<unknown>): string {
  return feedUrlWithToken(urlInFormat(path, queryStringOf(originalUrl), format), feedToken);
}

function readFeed(
  resource: TimelineResource,
  { key, reader, request, asOf }: FeedRead,
  req: Request<unknown>,
): { readonly feed: Feed; readonly cursor: string | undefined } {
  const origin = req.origin;
  const { changes, next } = readLatest(key, reader, request, asOf);
  const cursor = next && asOf && feedCursor(resource, key, next, asOf);
  const url = new PageUrl(feedUrl(req));
  const page = pageUrlOf(req).with({ limit: undefined });
  const feed = {
    id: nameUuid(`feed ${reader.checkpoint()?.lineage} ${page}`),
    title: resource.title(key, asOf),
    pageUrl: `${origin}${page}`,
    selfUrl: `${origin}${feedUrl(req)}`,
    firstUrl: `${origin}${url.with({})}`,
    nextUrl: cursor && `${origin}${url.with({ cursor })}`,
    updated: changes[0]?.logPoint.instant ?? asOf?.instant ?? new Date(0).toISOString(),
    items: feedItems(changes, ENTRY_KINDS[resource.entryKind].parse, origin),
  };
  return { feed, cursor };
}

function readLatest(
  key: string,
  reader: TimelineReader,
  { filter, cursor }: PageRequest,
  asOf: LogPoint | undefined,
): ReturnType<TimelineReader['latest']> {
  if (asOf === undefined) return { changes: [], next: undefined };
  const before = cursor && changeKeyOf(cursor);
  const range = { upTo: asOf.ordinal, changesMax: CHANGES_MAX, ...(before && { before }) };
  return reader.latest(key, { ...filter, ...range });
}

function feedCursor(
  { projection }: TimelineResource,
  timeline: string,
  { ordinal, entry }: ChangeKey,
  { token }: ShownState,
): string {
  const key = { earliest: 0, latest: 0, rank: ordinal, entry };
  return encodeTimelineCursor({ projection: projection.name, timeline, order: 'recorded', key }, token);
}

function changeKeyOf({ key: { rank, entry } }: TimelineCursor): ChangeKey {
  return { ordinal: rank as Ordinal, entry };
}

import {
  type LogPoint,
  type NewTimeline,
  type Ordinal,
  type TimelineReader,
  UNFILTERED,
} from '../../../projector/timeline-store.ts';
import { PageUrl } from '../../../web/text/url.ts';
import { type ExportEntry, entryText, markedTitle } from '../../formats/entry-text.ts';
import type { Feed, FeedItem, FeedWriter } from '../../formats/feed.ts';
import { nameUuid } from '../../formats/name-uuid.ts';
import { answerByPrecondition } from '../../protocol/conditional-response.ts';
import { contentTypeOf } from '../../protocol/formats.ts';
import type { Request, Response } from '../../protocol/handler.ts';
import { encodeCursor, nextLink } from '../../protocol/paging.ts';
import { sendFile } from '../../protocol/response.ts';
import type { ShownState } from '../../protocol/state-token.ts';
import { ENTRY_KINDS, exportHeaders, pageUrlOf } from '../export.ts';
import { feedUrl } from '../feed.ts';
import type { ListRequest } from './list-request.ts';
import type { NewListItem, TimelineListRoute } from './list-route.ts';

/** Items of a page, even if the request allows more. */
const FEED_ITEMS_MAX = 50;
/** Timelines that are looked at for a page. If the list leaves most of them out, the page is short. */
const SCANNED_MAX = 500;

/** A page of the feed of a list that can be read now. */
interface ListFeedRead {
  readonly request: ListRequest;
  readonly reader: TimelineReader;
  /** The state of the list; undefined while the log is empty. */
  readonly asOf: (LogPoint & ShownState) | undefined;
}

/** Sends the timelines that are new in the list, from the newest on, each with the entry that it began with. */
export function sendListFeed(
  route: TimelineListRoute,
  write: FeedWriter,
  read: ListFeedRead,
  req: Request<unknown>,
  res: Response,
): void {
  const { title, newItem } = route;
  if (newItem === undefined) throw new Error(`The list ${title} has no feed`);
  const headers = exportHeaders(req, read.asOf);
  if (answerByPrecondition(req, res, headers)) return;
  const { shown, next } = newestTimelines(read);
  const cursor =
    next && encodeCursor(['index', route.projection.name, next.key, read.asOf?.token ?? '', next.ordinal]);
  const items = shown.map((timeline) => feedItem(timeline, newItem, read, req.origin));
  const feed = feedOf({ title, noun: newItem.noun, items, cursor }, read, req);
  sendFile(res, contentTypeOf(req.format), Buffer.from(write(feed)), {
    ...headers,
    ...nextLink(feedUrl(req), cursor),
  });
}

function newestTimelines({ request, reader, asOf }: ListFeedRead) {
  if (asOf === undefined) return { shown: [], next: undefined };
  const { ordinal } = asOf;
  const { after, includes = () => true } = request;
  const limit = Math.min(request.limit, FEED_ITEMS_MAX);
  const found = reader.newest({ limit: SCANNED_MAX + 1, asOf: ordinal, ...(after && { before: after }) });
  const shown: NewTimeline[] = [];
  let scanned = 0;
  for (const timeline of found.slice(0, SCANNED_MAX)) {
    if (shown.length === limit) break;
    const { key } = timeline;
    if (includes(reader, key, ordinal) && reader.summary(key, ordinal) !== undefined) shown.push(timeline);
    scanned += 1;
  }
  return { shown, next: scanned < found.length ? found[scanned - 1] : undefined };
}

interface FeedParts {
  readonly title: string;
  readonly noun: string;
  readonly items: readonly FeedItem[];
  readonly cursor: string | undefined;
}

function feedOf({ title, noun, items, cursor }: FeedParts, read: ListFeedRead, req: Request<unknown>): Feed {
  const { reader, asOf } = read;
  const { origin } = req;
  const url = new PageUrl(feedUrl(req));
  const page = pageUrlOf(req).with({ limit: undefined });
  return {
    id: nameUuid(`feed ${reader.checkpoint()?.lineage} ${page}`),
    title: `${title}: each new ${noun.toLowerCase()}`,
    pageUrl: `${origin}${page}`,
    selfUrl: `${origin}${feedUrl(req)}`,
    firstUrl: `${origin}${url.with({})}`,
    nextUrl: cursor && `${origin}${url.with({ cursor })}`,
    updated: items[0]?.updated ?? asOf?.instant ?? new Date(0).toISOString(),
    items,
  };
}

function feedItem(
  { key, ordinal }: NewTimeline,
  { noun, url, title, entryKind }: NewListItem,
  { reader, asOf }: ListFeedRead,
  origin: string,
): FeedItem {
  const path = url(key);
  const began = firstEntry(reader, key, ordinal);
  const entry = ENTRY_KINDS[entryKind].parse(began.entry) as ExportEntry;
  const { instant } = began.logPoint;
  return {
    id: nameUuid(`timeline ${path}`),
    url: `${origin}${path}`,
    title: `New ${noun.toLowerCase()}: ${title(key, asOf?.ordinal ?? ordinal)}`,
    content: `${markedTitle(entry)}\n${entryText(entry)}`,
    published: instant,
    updated: instant,
    tags: [noun],
    extension: { key, entry: entry.id, position: began.logPoint.position },
  };
}

function firstEntry(reader: TimelineReader, key: string, upTo: Ordinal) {
  const { changes } = reader.latest(key, { ...UNFILTERED, limit: 1, changesMax: 1, upTo });
  const [first] = changes;
  if (first === undefined) throw new Error(`The timeline ${key} has no entry of the event ${upTo}`);
  return first;
}

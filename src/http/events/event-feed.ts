import { readRecordEvents } from '../../append/read-record.ts';
import { findCurationType } from '../../domain/event-types/registry.ts';
import { type CurationEvent, decodeEvent } from '../../domain/events/event.ts';
import { evolveRecord } from '../../domain/record/record.ts';
import { emptyRecord } from '../../domain/record/record-version.ts';
import { headline, topicsOf } from '../../domain/record/summary.ts';
import type { RecordedEvent } from '../../event-store/event-store.ts';
import { curationReason, curationTitle } from '../../web/pages/event-page.ts';
import { listedEvents } from '../../web/pages/record-page.ts';
import { formatOccurred } from '../../web/text/format-date.ts';
import { eventUrl, PageUrl } from '../../web/text/url.ts';
import { topicLabel, typeLabel } from '../../web/text/vocabulary.ts';
import type { FeedItem } from '../formats/feed.ts';
import { nameUuid } from '../formats/name-uuid.ts';
import { FEED_WRITERS } from '../formats/writers.ts';
import { answerByPrecondition, contentTag, revalidated } from '../protocol/conditional-response.ts';
import type { AppContext } from '../protocol/context.ts';
import { contentTypeOf } from '../protocol/formats.ts';
import type { Request, Response } from '../protocol/handler.ts';
import { nextLink } from '../protocol/paging.ts';
import { sendProblem } from '../protocol/problem-response.ts';
import { invalidQuery, unknownStream } from '../protocol/problems.ts';
import { QueryParameters } from '../protocol/query.ts';
import { sendFile } from '../protocol/response.ts';
import { pageUrlOf } from '../timelines/export.ts';
import { feedUrl } from '../timelines/feed.ts';
import { readLogPage } from './events.ts';

/** What is in a page of a feed of events. */
interface EventFeed {
  readonly title: string;
  /** From the newest to the oldest. */
  readonly items: readonly FeedItem[];
  /** Cursor of the next page; undefined on the last one. */
  readonly next: string | undefined;
}

/** Sends the latest events of the log, each as it was recorded. */
export async function sendLogFeed(context: AppContext, req: Request, res: Response): Promise<void> {
  const query = new QueryParameters(req.originalUrl, ['limit', 'cursor']);
  const page = await readLogPage(context, query, 'desc');
  if ('problem' in page) return sendProblem(res, page.problem);
  const { events, next } = page;
  const records = new Map<string, readonly RecordedEvent[]>();
  for (const { stream } of events) {
    if (!records.has(stream)) records.set(stream, await readUnaltered(context, stream));
  }
  const items = events.map((event) => eventItem(event, records.get(event.stream) ?? [event], req.origin));
  await sendEventFeed(context, { title: 'Events', items, next }, req, res);
}

/** Sends the events of a record, the latest first. It is not paged, as the length of a record is limited. */
export async function sendRecordFeed(
  context: AppContext,
  req: Request<{ stream: string }>,
  res: Response,
): Promise<void> {
  const { errors } = new QueryParameters(req.originalUrl, []);
  if (errors.length > 0) return sendProblem(res, invalidQuery(errors));
  const { stream } = req.params;
  const record = await readUnaltered(context, stream);
  if (record.length === 0) return sendProblem(res, unknownStream());
  const items = record.toReversed().map((event) => eventItem(event, record, req.origin));
  await sendEventFeed(context, { title: `Record ${stream}`, items, next: undefined }, req, res);
}

async function readUnaltered({ store, tree }: AppContext, stream: string): Promise<readonly RecordedEvent[]> {
  const record = await readRecordEvents(store, stream);
  tree.requireUnaltered(record);
  return record;
}

async function sendEventFeed(
  context: AppContext,
  { title, items, next }: EventFeed,
  req: Request<unknown>,
  res: Response,
): Promise<void> {
  const { origin } = req;
  const url = new PageUrl(feedUrl(req));
  const page = pageUrlOf(req);
  const feed = {
    id: nameUuid(`feed ${await context.lineage()} ${page.path}`),
    title,
    pageUrl: `${origin}${page.path}`,
    selfUrl: `${origin}${feedUrl(req)}`,
    firstUrl: `${origin}${url.with({})}`,
    nextUrl: next && `${origin}${url.with({ cursor: next })}`,
    updated: items[0]?.updated ?? new Date(0).toISOString(),
    items,
  };
  const body = Buffer.from(FEED_WRITERS[req.format]?.(feed) ?? '');
  const headers = revalidated(contentTag(body));
  if (answerByPrecondition(req, res, headers)) return;
  sendFile(res, contentTypeOf(req.format), body, { ...headers, ...nextLink(feedUrl(req), next) });
}

/** Shows an event as its record was when it was recorded, so that the item never changes. */
function eventItem(recorded: RecordedEvent, record: readonly RecordedEvent[], origin: string): FeedItem {
  const events = record.filter(({ revision }) => revision <= recorded.revision).map(decodeEvent);
  const state = events.reduce(evolveRecord, emptyRecord(recorded.stream));
  const event = decodeEvent(recorded);
  const [{ version, target } = {}] = listedEvents([event], state);
  const subject = version ?? target;
  const title =
    subject === undefined ? curationTitle(event) : `${typeLabel(event.type)}: ${headline(subject)}`;
  const isCuration = findCurationType(event.type) !== undefined;
  const facts = [
    `${typeLabel(event.type)}, ${formatOccurred({ edtf: event.occurred })}`,
    ...(isCuration ? [curationReason(event as CurationEvent)] : []),
    `Record: ${event.stream}`,
    `Sources: ${event.sources.map(({ outlet }) => outlet).join('; ')}`,
  ];
  return {
    id: `urn:uuid:${event.id}`,
    url: `${origin}${eventUrl(event.id)}`,
    title,
    content: facts.join('\n'),
    author: event.actor,
    published: event.recordedAt,
    updated: event.recordedAt,
    tags: subject === undefined ? [] : topicsOf(subject).map(topicLabel),
    extension: { type: event.type, stream: event.stream, position: event.position, occurred: event.occurred },
  };
}

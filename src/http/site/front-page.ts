import { readRecordEvents } from '../../append/read-record.ts';
import { decodeEvent } from '../../domain/events/event.ts';
import { evolveRecord } from '../../domain/record/record.ts';
import { emptyRecord } from '../../domain/record/record-version.ts';
import {
  type EventReader,
  type RecordedEvent,
  StoreUnavailableError,
} from '../../event-store/event-store.ts';
import type { TimelineReader, TimelineSummary } from '../../projector/timeline-store.ts';
import { frontPage } from '../../web/pages/front-page.ts';
import { type ListedEvent, listedEvents } from '../../web/pages/record-page.ts';
import { LOG_FORMAT_PERMISSIONS } from '../events/descriptions.ts';
import { formatLinks } from '../formats/format-links.ts';
import { sendConditionalPage } from '../protocol/conditional-response.ts';
import type { AppContext } from '../protocol/context.ts';
import type { Request, Response } from '../protocol/handler.ts';
import { requireReader } from '../timelines/require-reader.ts';

const LATEST_COUNT = 6;
/** The formats of all events that the page links to. */
const LOG_FORMATS = ['json', 'csv', 'ndjson', 'atom', 'jsonfeed'] as const;
/** More than there are countries. If there are more topics than this, the page says so. */
const TIMELINES_MAX = 1_000;

/** `GET /` as a page: an overview of the timelines, with the latest events. */
export async function showFrontPage(context: AppContext, req: Request, res: Response): Promise<void> {
  const { store, projections } = context;
  const country = requireReader(context, projections.country, res);
  const topic = country && requireReader(context, projections.topic, res);
  if (country === undefined || topic === undefined) return;
  const latest = await readLatest(store);
  const topics = summariesOf(topic);
  const page = frontPage({
    events: country.checkpoint()?.ordinal ?? 0,
    countries: summariesOf(country),
    topics: topics.slice(0, TIMELINES_MAX),
    hasMoreTopics: topics.length > TIMELINES_MAX,
    latest,
    formats: formatLinks(
      { path: '/events', originalUrl: '/events' },
      LOG_FORMATS,
      undefined,
      () => [],
      LOG_FORMAT_PERMISSIONS,
    ),
    url: `${req.origin}/`,
  });
  sendConditionalPage(req, res, page);
}

/** Returns undefined while the log is unavailable; the rest of the page comes from the timelines. */
async function readLatest(store: EventReader): Promise<readonly ListedEvent[] | undefined> {
  try {
    const latest = await store.readAll({ direction: 'backwards', maxCount: LATEST_COUNT });
    return (await Promise.all(latest.map((event) => readListedEvent(store, event)))).flat();
  } catch (error) {
    if (error instanceof StoreUnavailableError) return undefined;
    throw error;
  }
}

/** Reads the record of the event, as later events of it may have corrected or retracted the event. */
async function readListedEvent(store: EventReader, event: RecordedEvent): Promise<readonly ListedEvent[]> {
  const record = await readRecordEvents(store, event.stream);
  const state = record.map(decodeEvent).reduce(evolveRecord, emptyRecord(event.stream));
  return listedEvents([decodeEvent(event)], state);
}

function summariesOf(reader: TimelineReader): readonly TimelineSummary[] {
  const asOf = reader.checkpoint()?.ordinal;
  return asOf === undefined ? [] : reader.index({ limit: TIMELINES_MAX + 1, asOf });
}

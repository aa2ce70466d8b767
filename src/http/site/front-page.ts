import type { Request, Response } from 'express';
import { readRecordEvents } from '../../append/read-record.ts';
import { decodeEvent } from '../../domain/events/event.ts';
import { emptyRecord, evolveRecord } from '../../domain/record/record.ts';
import {
  type EventReader,
  type RecordedEvent,
  StoreUnavailableError,
} from '../../event-store/event-store.ts';
import type { TimelineReader, TimelineSummary } from '../../projector/timeline-store.ts';
import { frontPage } from '../../web/pages/front-page.ts';
import { type ReadEvent, readEvents } from '../../web/pages/record-page.ts';
import { buildId } from '../../web/shell/assets.ts';
import { sendConditionalPage } from '../protocol/conditional-page.ts';
import type { AppContext } from '../protocol/context.ts';
import { requireReader } from '../timelines/require-reader.ts';

const LATEST_COUNT = 6;
/** More than there are countries; of more topics the first are counted. */
const TIMELINES_MAX = 1_000;

/** `GET /` as a page: what is in here. It is as new as the timelines are; its entity tag names how far they have come. */
export async function showFrontPage(context: AppContext, req: Request, res: Response): Promise<void> {
  const { store, projections: timelines } = context;
  const country = requireReader(context, timelines.country, res);
  const topic = country && requireReader(context, timelines.topic, res);
  if (country === undefined || topic === undefined) return;
  const latest = await readLatest(store);
  const projected = [country, topic].map((reader) => reader.checkpoint()?.ordinal ?? 0);
  const etag = `"${[latest === undefined ? 'away' : (latest[0]?.event.position ?? 'empty'), ...projected, buildId()].join('.')}"`;
  sendConditionalPage(req, res, etag, () => {
    const topics = summariesOf(topic);
    return frontPage({
      events: country.checkpoint()?.ordinal ?? 0,
      countries: summariesOf(country),
      topics: topics.slice(0, TIMELINES_MAX),
      hasMoreTopics: topics.length > TIMELINES_MAX,
      latest,
    });
  });
}

/** Undefined while the log is away: the rest of the page is read from the timelines. */
async function readLatest(store: EventReader): Promise<readonly ReadEvent[] | undefined> {
  try {
    const latest = await store.readAll({ direction: 'backwards', maxCount: LATEST_COUNT });
    return (await Promise.all(latest.map((event) => readEvent(store, event)))).flat();
  } catch (error) {
    if (error instanceof StoreUnavailableError) return undefined;
    throw error;
  }
}

/** How an event reads now. */
async function readEvent(store: EventReader, event: RecordedEvent): Promise<readonly ReadEvent[]> {
  const record = await readRecordEvents(store, event.stream);
  const state = record.map(decodeEvent).reduce(evolveRecord, emptyRecord(event.stream));
  return readEvents([decodeEvent(event)], state);
}

function summariesOf(reader: TimelineReader): readonly TimelineSummary[] {
  const asOf = reader.checkpoint()?.ordinal;
  return asOf === undefined ? [] : reader.index({ limit: TIMELINES_MAX + 1, asOf });
}

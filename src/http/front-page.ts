import type { Request, Response } from 'express';
import { decodeEvent } from '../domain/event.ts';
import { emptyRecord, evolveRecord } from '../domain/record.ts';
import type { EventReader, RecordedEvent } from '../event-store/event-store.ts';
import type { MountedTimeline } from '../projector/mounted-timeline.ts';
import type { TimelineSummary } from '../projector/timeline-store.ts';
import { readRecordEvents } from '../recording/record-reading.ts';
import { pageEdition } from '../web/assets.ts';
import { frontPage } from '../web/front-page.ts';
import { type ReadEvent, readEvents } from '../web/record-page.ts';
import type { AppContext } from './app-context.ts';
import { sendConditionalPage } from './conditional-page.ts';

const LATEST_COUNT = 6;
/** More than there are countries; of more topics the first are counted. */
const TIMELINES_MAX = 1_000;

/** `GET /` as a page: what is in here. It is as new as the timelines are; its entity tag names how far they have come. */
export async function showFrontPage(
  { store, timelines }: AppContext,
  req: Request,
  res: Response,
): Promise<void> {
  const latest = await store.readAll({ direction: 'backwards', maxCount: LATEST_COUNT });
  const read = await Promise.all(latest.map((event) => readEvent(store, event)));
  const [countries, topics] = [summariesOf(timelines.country), summariesOf(timelines.topic)];
  const projected = [timelines.country, timelines.topic].map(
    ({ reader }) => reader?.checkpoint()?.ordinal ?? 0,
  );
  const etag = `"${[latest[0]?.position ?? 'empty', ...projected, pageEdition()].join('.')}"`;
  sendConditionalPage(req, res, etag, () =>
    frontPage({
      events: timelines.country.reader?.checkpoint()?.ordinal ?? 0,
      countries,
      topics: topics.slice(0, TIMELINES_MAX),
      hasMoreTopics: topics.length > TIMELINES_MAX,
      latest: read.flat(),
    }),
  );
}

/** How an event reads now. */
async function readEvent(store: EventReader, event: RecordedEvent): Promise<readonly ReadEvent[]> {
  const record = await readRecordEvents(store, event.stream);
  const state = record.map(decodeEvent).reduce(evolveRecord, emptyRecord(event.stream));
  return readEvents([decodeEvent(event)], state);
}

function summariesOf({ reader }: MountedTimeline): readonly TimelineSummary[] {
  const asOf = reader?.checkpoint()?.ordinal;
  return asOf === undefined ? [] : (reader?.index({ limit: TIMELINES_MAX + 1, asOf }) ?? []);
}

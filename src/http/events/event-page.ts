import { readRecordEvents } from '../../append/read-record.ts';
import { decodeEvent } from '../../domain/events/event.ts';
import { historyOf } from '../../domain/record/history.ts';
import { evolveRecord } from '../../domain/record/record.ts';
import { emptyRecord } from '../../domain/record/record-version.ts';
import { eventPage } from '../../web/pages/event-page.ts';
import { listedEvents, recordPage } from '../../web/pages/record-page.ts';
import { sendConditionalPage } from '../protocol/conditional-response.ts';
import type { AppContext } from '../protocol/context.ts';
import type { Request, Response } from '../protocol/handler.ts';
import { sendProblem } from '../protocol/problem-response.ts';
import { invalidQuery, unknownEvent, unknownStream } from '../protocol/problems.ts';
import { QueryParameters } from '../protocol/query.ts';
import { inboundLinksOf } from './inbound-links.ts';

/** `GET /events/{id}` as a page. */
export async function showEventPage(
  context: AppContext,
  req: Request<{ id: string }>,
  res: Response,
): Promise<void> {
  const { errors } = new QueryParameters(req.originalUrl, []);
  if (errors.length > 0) return sendProblem(res, invalidQuery(errors));
  const { store } = context;
  const found = await store.readEvent(req.params.id.toLowerCase());
  if (found === undefined) return sendProblem(res, unknownEvent());
  const stored = await readRecordEvents(store, found.stream);
  context.tree.requireUnaltered([found, ...stored]);
  const record = stored.map(decodeEvent);
  const inbound = inboundLinksOf(context, found.stream, record);
  const { state, versions } = historyOf(found.id, found.stream, record, inbound);
  const version = state.versions.get(found.id);
  const view = { event: decodeEvent(found), version, history: versions, recordEvents: record.length };
  sendConditionalPage(req, res, eventPage(view));
}

/** `GET /streams/{stream}` as a page. It is not paged, as the length of a record is limited. */
export async function showRecordPage(
  context: AppContext,
  req: Request<{ stream: string }>,
  res: Response,
): Promise<void> {
  const { stream } = req.params;
  const stored = await readRecordEvents(context.store, stream);
  context.tree.requireUnaltered(stored);
  const record = stored.map(decodeEvent);
  if (record.length === 0) return sendProblem(res, unknownStream());
  const inbound = inboundLinksOf(context, stream, record);
  const state = record.reduce(evolveRecord, { ...emptyRecord(stream), inbound });
  sendConditionalPage(req, res, recordPage(stream, listedEvents(record, state)));
}

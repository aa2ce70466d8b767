import { z } from 'zod';
import { readRecordEvents } from '../../append/read-record.ts';
import { decodeEvent, envelopeJson } from '../../domain/events/event.ts';
import { historyOf } from '../../domain/record/history.ts';
import { linksOf } from '../../domain/record/summary.ts';
import type { RecordedEvent } from '../../event-store/event-store.ts';
import { answerByPrecondition, revalidated } from '../protocol/conditional-response.ts';
import type { AppContext } from '../protocol/context.ts';
import type { Request, Response } from '../protocol/handler.ts';
import { decodeCursor, encodeCursor, nextLink } from '../protocol/paging.ts';
import { revisionTag } from '../protocol/preconditions.ts';
import { sendProblem } from '../protocol/problem-response.ts';
import { CURSOR_EXPECTED, invalidQuery, unknownEvent } from '../protocol/problems.ts';
import { QueryParameters } from '../protocol/query.ts';
import { sendJson } from '../protocol/response.ts';
import { type InboundLinks, inboundLinksOf } from './inbound-links.ts';

const LIST_PARAMETERS = ['order', 'limit', 'cursor'];
const LIMIT_MAX = 1_000;
const LIMIT_DEFAULT = 100;
/** Position of the last event of the page. */
const logCursor = z.tuple([z.literal('events'), z.string()]);

/** `GET /events`: the events in log order. */
export async function listEvents({ store, tree }: AppContext, req: Request, res: Response): Promise<void> {
  const query = new QueryParameters(req.originalUrl, LIST_PARAMETERS);
  const order = query.choice('order', ['asc', 'desc'], 'asc');
  const limit = query.count('limit', LIMIT_MAX, LIMIT_DEFAULT);
  const after = query.parsed(
    'cursor',
    (text) => store.parsePosition(decodeCursor(text, logCursor)?.[1] ?? ''),
    CURSOR_EXPECTED,
  );
  if (query.errors.length > 0) {
    sendProblem(res, invalidQuery(query.errors));
    return;
  }
  const direction = order === 'asc' ? 'forwards' : 'backwards';
  const range = { direction, maxCount: limit + 1, ...(after !== undefined && { after }) } as const;
  const found = await store.readAll(range);
  const shown = found.slice(0, limit);
  tree.requireUnaltered(shown);
  const last = found.length > limit ? shown.at(-1) : undefined;
  const cursor = last && encodeCursor(['events', last.position]);
  const events = shown.map(envelopeJson).join(',');
  sendJson(res, 200, `{"events":[${events}],"next":${JSON.stringify(cursor ?? null)}}`, {
    'Cache-Control': 'no-cache',
    ...nextLink(req.originalUrl, cursor),
  });
}

/** `GET /events/{id}`: one event, its current version, the events that changed it, and all its versions. */
export async function showEvent(
  context: AppContext,
  req: Request<{ id: string }>,
  res: Response,
): Promise<void> {
  const { errors } = new QueryParameters(req.originalUrl, []);
  if (errors.length > 0) return sendProblem(res, invalidQuery(errors));
  const { store } = context;
  const event = await store.readEvent(req.params.id.toLowerCase());
  if (event === undefined) return sendProblem(res, unknownEvent());
  const record = await readRecordEvents(store, event.stream);
  context.tree.requireUnaltered([event, ...record]);
  const revision = record.at(-1)?.revision ?? event.revision;
  const inbound = inboundLinksOf(context, event.stream, record);
  const headers = revalidated(revisionTag(revision, inbound.changes));
  if (answerByPrecondition(req, res, headers, { actual: revision })) return;
  sendJson(res, 200, eventJson(event, record, inbound), headers);
}

/** The event and its corrections are sent byte for byte as every read sends them; the rest is computed. */
function eventJson(
  event: RecordedEvent,
  record: readonly RecordedEvent[],
  { byTarget }: InboundLinks,
): string {
  const events = record.map(decodeEvent);
  const { state, versions, concerning } = historyOf(event.id, event.stream, events, byTarget);
  const version = state.versions.get(event.id);
  const current = JSON.stringify({
    status: version?.status ?? 'current',
    versions: version?.versions ?? 1,
    sources: version?.sources,
    links: version === undefined ? {} : linksOf(version),
    history: version === undefined ? undefined : versions,
  });
  const corrections = record.filter(({ id }) => concerning.has(id)).map(envelopeJson);
  return `{"event":${envelopeJson(event)},${current.slice(1, -1)},"corrections":[${corrections.join(',')}]}`;
}

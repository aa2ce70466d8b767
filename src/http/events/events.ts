import { envelopeJson } from '../../domain/events/event.ts';
import { linksOf } from '../../domain/record/summary.ts';
import type { RecordedEvent } from '../../event-store/event-store.ts';
import { answerByPrecondition, revalidated } from '../protocol/conditional-response.ts';
import type { AppContext } from '../protocol/context.ts';
import type { Request, Response } from '../protocol/handler.ts';
import { nextLink } from '../protocol/paging.ts';
import { countParameter, cursorParameter, namesOf, orderParameter } from '../protocol/parameters.ts';
import { streamTag } from '../protocol/preconditions.ts';
import { sendProblem } from '../protocol/problem-response.ts';
import { CURSOR_EXPECTED, invalidQuery, type Problem, unknownEvent } from '../protocol/problems.ts';
import { QueryParameters } from '../protocol/query.ts';
import { sendJson } from '../protocol/response.ts';
import { cursorAfter, cursorProblem, parseLogCursor } from './log-cursor.ts';
import { type ReadEvent, readEventHistory } from './read-event-history.ts';

export const eventsLimitParameter = countParameter('limit', 1_000, 100, 'Events of a page.');
/** Of the log and of a record. */
export const EVENT_LIST_PARAMETERS = [orderParameter, eventsLimitParameter, cursorParameter];

/** A page of the log. */
interface LogPage {
  readonly events: readonly RecordedEvent[];
  /** Cursor of the next page; undefined on the last one. */
  readonly next: string | undefined;
}

/** Reads the page that `limit` and `cursor` ask for. */
export async function readLogPage(
  { store, tree }: AppContext,
  query: QueryParameters,
  order: 'asc' | 'desc',
): Promise<LogPage | { readonly problem: Problem }> {
  const limit = eventsLimitParameter.read(query);
  const cursor = query.parsed('cursor', (text) => parseLogCursor(text, store), CURSOR_EXPECTED);
  if (query.errors.length > 0) return { problem: invalidQuery(query.errors) };
  const problem = cursor && (await cursorProblem(cursor, store, 'cursor'));
  if (problem !== undefined) return { problem };
  const after = cursor?.position;
  const direction = order === 'asc' ? 'forwards' : 'backwards';
  const range = { direction, maxCount: limit + 1, ...(after !== undefined && { after }) } as const;
  const found = await store.readAll(range);
  const events = found.slice(0, limit);
  tree.requireUnaltered(events);
  const last = found.length > limit ? events.at(-1) : undefined;
  return { events, next: last && cursorAfter(last) };
}

/** `GET /events`: a page of the events in log order, with the cursor after its last one. */
export async function listEvents(context: AppContext, req: Request, res: Response): Promise<void> {
  const query = new QueryParameters(req.originalUrl, namesOf(EVENT_LIST_PARAMETERS));
  const page = await readLogPage(context, query, orderParameter.read(query));
  if ('problem' in page) return sendProblem(res, page.problem);
  const { events: shown, next } = page;
  const events = shown.map(envelopeJson).join(',');
  const end = shown.at(-1);
  const given = query.text('cursor') ?? null;
  const cursors = { next: next ?? null, cursor: end === undefined ? given : cursorAfter(end) };
  sendJson(res, 200, `{"events":[${events}],${JSON.stringify(cursors).slice(1)}`, {
    Vary: 'Accept',
    'Cache-Control': 'no-cache',
    ...nextLink(req.originalUrl, next),
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
  const found = await readEventHistory(context, req.params.id);
  if (found === undefined) return sendProblem(res, unknownEvent());
  const last = found.record.at(-1) ?? found.event;
  const body = eventJson(found);
  const headers = revalidated(streamTag(last.revision, (await context.lineage()) ?? '', last, body));
  if (answerByPrecondition(req, res, headers, { actual: last.revision })) return;
  sendJson(res, 200, body, headers);
}

/** The event and its corrections are sent byte for byte as every read sends them; the rest is computed. */
function eventJson({ event, record, history }: ReadEvent): string {
  const { state, versions, concerning } = history;
  const version = state.versions.get(event.id);
  const current = JSON.stringify({
    status: version?.status ?? 'current',
    versions: version?.versions ?? 1,
    sources: version?.sources,
    links: version === undefined ? {} : linksOf(version),
    redactions: version?.redactions,
    history: version === undefined ? undefined : versions,
  });
  const corrections = record.filter(({ id }) => concerning.has(id)).map(envelopeJson);
  return `{"event":${envelopeJson(event)},${current.slice(1, -1)},"corrections":[${corrections.join(',')}]}`;
}

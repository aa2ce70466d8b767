import { z } from 'zod';
import { readRecordEvents } from '../../append/read-record.ts';
import { envelopeJson } from '../../domain/events/event.ts';
import { linksOfRecord } from '../../domain/record/summary.ts';
import type { RecordedEvent } from '../../event-store/event-store.ts';
import { answerByPrecondition, revalidated } from '../protocol/conditional-response.ts';
import type { AppContext } from '../protocol/context.ts';
import type { Request, Response } from '../protocol/handler.ts';
import { decodeCursor, encodeCursor, nextLink } from '../protocol/paging.ts';
import { revisionTag } from '../protocol/preconditions.ts';
import { sendProblem } from '../protocol/problem-response.ts';
import { CURSOR_EXPECTED, invalidQuery, unknownStream } from '../protocol/problems.ts';
import { QueryParameters } from '../protocol/query.ts';
import { sendJson } from '../protocol/response.ts';
import { inboundLinksOf } from './inbound-links.ts';

const PARAMETERS = ['order', 'limit', 'cursor'];
const LIMIT_MAX = 1_000;
const LIMIT_DEFAULT = 100;
/** Revision of the first event of the page. */
const streamCursor = z.tuple([z.literal('stream'), z.int().nonnegative()]);

interface PageQuery {
  readonly order: 'asc' | 'desc';
  readonly limit: number;
  /** Revision of the first event; undefined for the first page. */
  readonly from: number | undefined;
}

/**
 * `GET /streams/{stream}`: the events of one record, and the links to it from elsewhere. An append can give the entity
 * tag, which names the revision of the stream, as its precondition.
 */
export async function showStream(
  context: AppContext,
  req: Request<{ stream: string }>,
  res: Response,
): Promise<void> {
  const query = new QueryParameters(req.originalUrl, PARAMETERS);
  const page: PageQuery = {
    order: query.choice('order', ['asc', 'desc'], 'asc'),
    limit: query.count('limit', LIMIT_MAX, LIMIT_DEFAULT),
    from: query.parsed('cursor', (text) => decodeCursor(text, streamCursor)?.[1], CURSOR_EXPECTED),
  };
  if (query.errors.length > 0) return sendProblem(res, invalidQuery(query.errors));
  const { stream } = req.params;
  const record = await readRecordEvents(context.store, stream);
  context.tree.requireUnaltered(record);
  const revision = record.at(-1)?.revision;
  if (revision === undefined) return sendProblem(res, unknownStream());
  const inbound = inboundLinksOf(context, stream, record);
  const headers = revalidated(revisionTag(revision, inbound.changes));
  if (answerByPrecondition(req, res, headers, { actual: revision })) return;
  const { events, cursor } = pageOf(record, page);
  const links = JSON.stringify(linksOfRecord(inbound.byTarget));
  const head = `"stream":${JSON.stringify(stream)},"revision":${revision},"links":${links}`;
  const rest = `"events":[${events.map(envelopeJson).join(',')}],"next":${JSON.stringify(cursor ?? null)}`;
  sendJson(res, 200, `{${head},${rest}}`, { ...headers, ...nextLink(req.originalUrl, cursor) });
}

/** Revisions count the events from 0. */
function pageOf(
  record: readonly RecordedEvent[],
  { order, limit, from }: PageQuery,
): { readonly events: readonly RecordedEvent[]; readonly cursor: string | undefined } {
  const isForwards = order === 'asc';
  const last = record.length - 1;
  const start = Math.min(from ?? (isForwards ? 0 : last), last);
  const end = isForwards ? start + limit : start - limit;
  const events = isForwards
    ? record.slice(start, end)
    : record.slice(Math.max(end + 1, 0), start + 1).reverse();
  const cursor = end >= 0 && end <= last ? encodeCursor(['stream', end]) : undefined;
  return { events, cursor };
}

import type { Request, Response } from 'express';
import { z } from 'zod';
import { readRecordEvents } from '../../append/read-record.ts';
import { envelopeJson } from '../../domain/events/event.ts';
import { emptyRecord } from '../../domain/record/record-version.ts';
import { linksOfRecord } from '../../domain/record/summary.ts';
import type { EventReader, RecordedEvent, Revision } from '../../event-store/event-store.ts';
import { answerByPrecondition, revalidated } from '../protocol/conditional-response.ts';
import type { AppContext } from '../protocol/context.ts';
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
  const { store } = context;
  const { stream } = req.params;
  const [head] = await store.readStream(stream, { direction: 'backwards', maxCount: 1 });
  if (head === undefined) return sendProblem(res, unknownStream());
  const record = await readRecordEvents(store, stream);
  const inbound = inboundLinksOf(context, [stream, ...record.map(({ id }) => id)]);
  const headers = revalidated(revisionTag(head.revision, inbound.changes));
  if (answerByPrecondition(req, res, headers, { actual: head.revision })) return;
  const { events, cursor } = await readPage(store, head, page);
  const { revision } = head;
  const fields = `"events":[${events.map(envelopeJson).join(',')}],"next":${JSON.stringify(cursor ?? null)}`;
  const links = JSON.stringify(linksOfRecord({ ...emptyRecord(stream), inbound: inbound.byTarget }));
  sendJson(
    res,
    200,
    `{"stream":${JSON.stringify(stream)},"revision":${revision},"links":${links},${fields}}`,
    {
      ...headers,
      ...nextLink(req.originalUrl, cursor),
    },
  );
}

/** Reads no further than `head`, the event that the entity tag names, even if events are appended meanwhile. */
async function readPage(
  store: EventReader,
  head: RecordedEvent,
  { order, limit, from }: PageQuery,
): Promise<{ readonly events: readonly RecordedEvent[]; readonly cursor: string | undefined }> {
  const isForwards = order === 'asc';
  const start = Math.min(from ?? (isForwards ? 0 : head.revision), head.revision);
  const maxCount = Math.min(limit, isForwards ? head.revision - start + 1 : start + 1);
  const direction = isForwards ? 'forwards' : 'backwards';
  const events = await store.readStream(head.stream, { direction, from: start as Revision, maxCount });
  const next = isForwards ? start + maxCount : start - maxCount;
  const cursor = next >= 0 && next <= head.revision ? encodeCursor(['stream', next]) : undefined;
  return { events, cursor };
}

import type { Request, Response } from 'express';
import { z } from 'zod';
import { envelopeJson } from '../../domain/events/event.ts';
import type { EventReader, RecordedEvent, Revision } from '../../event-store/event-store.ts';
import type { AppContext } from '../protocol/context.ts';
import { decodeCursor, encodeCursor, nextLink } from '../protocol/paging.ts';
import { evaluateReadPreconditions, revisionTag } from '../protocol/preconditions.ts';
import { sendProblem } from '../protocol/problems.ts';
import { QueryParameters } from '../protocol/query.ts';
import { sendJson, sendNotModified } from '../protocol/response.ts';

const PARAMETERS = ['order', 'limit', 'cursor'];
const LIMIT_MAX = 1_000;
const LIMIT_DEFAULT = 100;
/** Revision of the first event of the page. */
const streamCursor = z.tuple([z.literal('stream'), z.int().nonnegative()]);

interface PageQuery {
  readonly order: 'asc' | 'desc';
  readonly limit: number;
  readonly from: number | undefined;
}

/** `GET /streams/{stream}`: the whole story of one record. Its entity tag is the revision that an append can name. */
export async function showStream(
  { store }: AppContext,
  req: Request<{ stream: string }>,
  res: Response,
): Promise<void> {
  const query = new QueryParameters(req.originalUrl, PARAMETERS);
  const page: PageQuery = {
    order: query.choice('order', ['asc', 'desc'], 'asc'),
    limit: query.count('limit', LIMIT_MAX, LIMIT_DEFAULT),
    from: query.parsed(
      'cursor',
      (text) => decodeCursor(text, streamCursor)?.[1],
      'Expected the cursor that a page of this list gave.',
    ),
  };
  if (query.errors.length > 0) {
    sendProblem(res, { code: 'invalid-query', members: { errors: query.errors } });
    return;
  }
  const { stream } = req.params;
  const [head] = await store.readStream(stream, { direction: 'backwards', maxCount: 1 });
  if (head === undefined) {
    sendProblem(res, { code: 'unknown-record', detail: 'No stream has this name.' });
    return;
  }
  const headers = { ETag: revisionTag(head.revision), 'Cache-Control': 'no-cache' };
  const judged = evaluateReadPreconditions(req.headers, headers.ETag);
  if (judged === 'not-modified') sendNotModified(res, headers);
  else if (judged === 'failed')
    sendProblem(res, { code: 'precondition-failed', members: { actual: head.revision } });
  else await sendPage(store, req, res, head, page, headers);
}

/** Up to the head that the entity tag speaks of, whatever is appended in between. */
async function sendPage(
  store: EventReader,
  req: Request,
  res: Response,
  head: RecordedEvent,
  { order, limit, from }: PageQuery,
  headers: { readonly ETag: string },
): Promise<void> {
  const start = Math.min(from ?? (order === 'asc' ? 0 : head.revision), head.revision);
  const maxCount = Math.min(limit, order === 'asc' ? head.revision - start + 1 : start + 1);
  const direction = order === 'asc' ? 'forwards' : 'backwards';
  const events = await store.readStream(head.stream, { direction, from: start as Revision, maxCount });
  const next = order === 'asc' ? start + maxCount : start - maxCount;
  const cursor = next >= 0 && next <= head.revision ? encodeCursor(['stream', next]) : undefined;
  const { stream, revision } = head;
  const story = `"events":[${events.map(envelopeJson).join(',')}],"next":${JSON.stringify(cursor ?? null)}`;
  sendJson(res, 200, `{"stream":${JSON.stringify(stream)},"revision":${revision},${story}}`, {
    ...headers,
    ...nextLink(req.originalUrl, cursor),
  });
}

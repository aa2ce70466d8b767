import { z } from 'zod';
import { readRecordEvents } from '../../append/read-record.ts';
import { envelopeJson } from '../../domain/events/event.ts';
import { linksOfRecord } from '../../domain/record/summary.ts';
import type { RecordedEvent } from '../../event-store/event-store.ts';
import { answerByPrecondition, revalidated } from '../protocol/conditional-response.ts';
import type { AppContext } from '../protocol/context.ts';
import type { Request, Response } from '../protocol/handler.ts';
import { decodeCursor, encodeCursor, nextLink } from '../protocol/paging.ts';
import { namesOf, orderParameter } from '../protocol/parameters.ts';
import { streamTag } from '../protocol/preconditions.ts';
import { sendProblem } from '../protocol/problem-response.ts';
import { anotherHistory, CURSOR_EXPECTED, invalidQuery, unknownStream } from '../protocol/problems.ts';
import { QueryParameters } from '../protocol/query.ts';
import { sendJson } from '../protocol/response.ts';
import { eventFingerprint } from '../protocol/state-token.ts';
import { EVENT_LIST_PARAMETERS, eventsLimitParameter } from './events.ts';
import { inboundLinksOf } from './inbound-links.ts';

/** Revision and fingerprint of the last event of the page. */
const streamCursor = z.tuple([z.literal('stream'), z.int().nonnegative(), z.string()]);

interface PageQuery {
  readonly order: 'asc' | 'desc';
  readonly limit: number;
  /** The last event of the page before; undefined for the first page. */
  readonly after: { readonly revision: number; readonly fingerprint: string } | undefined;
}

/**
 * `GET /streams/{stream}`: the events of one record, and the links to it from elsewhere. An append can give the entity
 * tag, which names the last event of the stream, as its precondition.
 */
export async function showStream(
  context: AppContext,
  req: Request<{ stream: string }>,
  res: Response,
): Promise<void> {
  const query = new QueryParameters(req.originalUrl, namesOf(EVENT_LIST_PARAMETERS));
  const page: PageQuery = {
    order: orderParameter.read(query),
    limit: eventsLimitParameter.read(query),
    after: query.parsed('cursor', parseCursor, CURSOR_EXPECTED),
  };
  if (query.errors.length > 0) return sendProblem(res, invalidQuery(query.errors));
  const { stream } = req.params;
  const record = await readRecordEvents(context.store, stream);
  context.tree.requireUnaltered(record);
  const [last, lineage] = [record.at(-1), await context.lineage()];
  if (last === undefined || lineage === undefined) return sendProblem(res, unknownStream());
  if (!contains(record, page.after)) return sendProblem(res, anotherHistory('cursor'));
  const { events, cursor } = pageOf(record, page);
  const links = JSON.stringify(linksOfRecord(inboundLinksOf(context, stream, record)));
  const head = `"stream":${JSON.stringify(stream)},"revision":${last.revision},"links":${links}`;
  const rest = `"events":[${events.map(envelopeJson).join(',')}],"next":${JSON.stringify(cursor ?? null)}`;
  const body = `{${head},${rest}}`;
  const headers = revalidated(streamTag(last.revision, lineage, last, body));
  if (answerByPrecondition(req, res, headers, { actual: last.revision })) return;
  sendJson(res, 200, body, { ...headers, ...nextLink(req.originalUrl, cursor) });
}

function parseCursor(text: string): PageQuery['after'] {
  const [, revision, fingerprint] = decodeCursor(text, streamCursor) ?? [];
  return revision === undefined || fingerprint === undefined ? undefined : { revision, fingerprint };
}

/** False if the page before ended with an event that this record does not have. */
function contains(record: readonly RecordedEvent[], after: PageQuery['after']): boolean {
  if (after === undefined) return true;
  const event = record.find(({ revision }) => revision === after.revision);
  return event !== undefined && eventFingerprint(event) === after.fingerprint;
}

/** Revisions count the events from 0. */
function pageOf(
  record: readonly RecordedEvent[],
  { order, limit, after }: PageQuery,
): { readonly events: readonly RecordedEvent[]; readonly cursor: string | undefined } {
  const ordered = order === 'asc' ? record : record.toReversed();
  const start =
    after === undefined ? 0 : ordered.findIndex(({ revision }) => revision === after.revision) + 1;
  const events = ordered.slice(start, start + limit);
  const last = start + limit < ordered.length ? events.at(-1) : undefined;
  return { events, cursor: last && encodeCursor(['stream', last.revision, eventFingerprint(last)]) };
}

import pMap from 'p-map';
import { hasPermission } from '../../access/permissions.ts';
import { readRecordEvents } from '../../append/read-record.ts';
import { decodeEvent } from '../../domain/events/event.ts';
import { evolveRecord } from '../../domain/record/record.ts';
import { emptyRecord, type RecordVersion } from '../../domain/record/record-version.ts';
import type { RecordedEvent } from '../../event-store/event-store.ts';
import { eventPage, type RecordLinks } from '../../web/pages/event-page.ts';
import { listedEvents, recordPage } from '../../web/pages/record-page.ts';
import { presentClaims } from '../claims/read-claims.ts';
import { formatLinks } from '../formats/format-links.ts';
import { CITATION_FORMATS } from '../protocol/citation-response.ts';
import { sendConditionalPage } from '../protocol/conditional-response.ts';
import type { AppContext } from '../protocol/context.ts';
import type { FormatName } from '../protocol/formats.ts';
import type { Request, Response } from '../protocol/handler.ts';
import { sendProblem } from '../protocol/problem-response.ts';
import { invalidQuery, unknownEvent, unknownStream } from '../protocol/problems.ts';
import { QueryParameters } from '../protocol/query.ts';
import { recordState } from './event-citation.ts';
import { inboundLinksOf } from './inbound-links.ts';
import { readEventHistory } from './read-event-history.ts';

export const EVENT_FORMATS: readonly FormatName[] = [
  'json',
  'html',
  'jsonld',
  'cloudevent',
  ...CITATION_FORMATS,
];
export const RECORD_FORMATS: readonly FormatName[] = [
  'json',
  'html',
  'atom',
  'jsonfeed',
  ...CITATION_FORMATS,
];

/** Events that are read from the log at the same time. */
const READS_MAX = 8;

function recordLinks(
  req: Request<unknown>,
  available: readonly FormatName[],
  record: readonly RecordedEvent[],
): RecordLinks {
  const formats = formatLinks(req, available, undefined, () => []);
  return { formats, origin: req.origin, asOf: recordState(record) };
}

/** `GET /events/{id}` as a page. */
export async function showEventPage(
  context: AppContext,
  req: Request<{ id: string }>,
  res: Response,
): Promise<void> {
  const { errors } = new QueryParameters(req.originalUrl, []);
  if (errors.length > 0) return sendProblem(res, invalidQuery(errors));
  const found = await readEventHistory(context, req.params.id);
  if (found === undefined) return sendProblem(res, unknownEvent());
  const { event, record, history } = found;
  const version = history.state.versions.get(event.id);
  const claims = version && (await presentClaims(context, { stream: event.stream, event: event.id }));
  const view = {
    event: decodeEvent(event),
    version,
    history: history.versions,
    linkStreams: await linkStreamsOf(context, req, version),
    claims,
    recordEvents: record.length,
  };
  const links = recordLinks(req, EVENT_FORMATS, record);
  sendConditionalPage(req, res, eventPage({ ...view, ...links }));
}

/**
 * A link to an event may be withdrawn by those who may change the record that it comes from, so nothing is read for
 * those who may change none.
 */
async function linkStreamsOf(
  { store, tree }: AppContext,
  { principal }: Pick<Request<unknown>, 'principal'>,
  version: RecordVersion | undefined,
): Promise<ReadonlyMap<string, string>> {
  if (version === undefined || !hasPermission(principal.role, 'curate')) return new Map();
  const read = await pMap(version.inbound, ({ linkedBy }) => store.readEvent(linkedBy), {
    concurrency: READS_MAX,
  });
  const made = read.filter((event) => event !== undefined);
  tree.requireUnaltered(made);
  return new Map(made.map(({ id, stream }) => [id, stream]));
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
  const claims = await presentClaims(context, { stream, event: undefined });
  sendConditionalPage(
    req,
    res,
    recordPage(stream, listedEvents(record, state), claims, recordLinks(req, RECORD_FORMATS, stored)),
  );
}

import type { Request, Response } from 'express';
import { z } from 'zod';
import { parseJsonStrictly } from '../../append/json/strict-json.ts';
import { readRecordEvents } from '../../append/read-record.ts';
import type { RecordOutcome, RecordWarning } from '../../append/recorder.ts';
import { decodeEvent, envelopeJson } from '../../domain/events/event.ts';
import { historyOf } from '../../domain/record/history.ts';
import { linksOf } from '../../domain/record/summary.ts';
import type { RecordedEvent } from '../../event-store/event-store.ts';
import { bodyKindOf, readBody } from '../protocol/body.ts';
import type { AppContext } from '../protocol/context.ts';
import { decodeCursor, encodeCursor, nextLink } from '../protocol/paging.ts';
import { appendCondition, evaluateReadPreconditions, revisionTag } from '../protocol/preconditions.ts';
import {
  invalidQuery,
  problemOfJsonError,
  problemOfRefusal,
  RECORDED_STATUS,
  sendProblem,
} from '../protocol/problems.ts';
import { QueryParameters } from '../protocol/query.ts';
import { sendJson, sendNotModified } from '../protocol/response.ts';
import { recordLines } from './bulk.ts';

/** `POST /events`: one event, an array for one stream, or NDJSON. */
export async function recordEvents(context: AppContext, req: Request, res: Response): Promise<void> {
  const kind = bodyKindOf(req);
  if (kind.outcome === 'unsupported') {
    sendProblem(res, { code: 'unsupported-media-type', detail: kind.detail });
    return;
  }
  const condition = appendCondition(req.headers);
  if (condition.outcome === 'malformed') {
    const detail = `${condition.field} is "*" or a list of entity tags such as "7", with the quotes.`;
    sendProblem(res, { code: 'invalid-precondition', detail });
  } else if (kind.kind === 'json') {
    await recordJson(context, req, res, condition.outcome === 'given' ? condition.holds : undefined);
  } else if (condition.outcome === 'given') {
    sendProblem(res, { code: 'invalid-precondition', detail: 'The lines of NDJSON are not for one stream.' });
  } else {
    await recordLines(context, req, res);
  }
}

type Holds = Extract<ReturnType<typeof appendCondition>, { outcome: 'given' }>['holds'];

async function recordJson(
  context: AppContext,
  req: Request,
  res: Response,
  precondition?: Holds,
): Promise<void> {
  const { recorder, actor, limits } = context;
  const read = await readBody(req, limits.bodyBytesMax);
  if (read.outcome === 'aborted') return;
  if (read.outcome === 'too-large') {
    sendProblem(res, { code: 'too-large', detail: `At most ${limits.bodyBytesMax} bytes are taken.` });
    return;
  }
  const json = parseJsonStrictly(read.body);
  if (json.outcome === 'refused') {
    sendProblem(res, problemOfJsonError(json.error));
    return;
  }
  const outcome = await recorder.record(json.value, { actor, precondition });
  sendRecorded(res, outcome, Array.isArray(json.value));
}

function sendRecorded(res: Response, outcome: RecordOutcome, isArray: boolean): void {
  if (outcome.outcome !== 'recorded' && outcome.outcome !== 'repeated') {
    sendProblem(res, problemOfRefusal(outcome));
    return;
  }
  const last = outcome.events.at(-1);
  if (last === undefined) throw new Error('an append without events');
  const location = isArray ? `/streams/${encodeURIComponent(last.stream)}` : `/events/${last.id}`;
  const headers = { Location: location, ETag: revisionTag(last.revision) };
  sendJson(res, RECORDED_STATUS[outcome.outcome], appendAnswer(outcome.events, outcome.warnings), headers);
}

function appendAnswer(recorded: readonly RecordedEvent[], warnings: readonly RecordWarning[]): string {
  const events = recorded.map(({ id, type, stream, revision, position, recordedAt }) => {
    return { id, type, stream, revision, position, recordedAt };
  });
  return JSON.stringify({ events, warnings });
}

const LIST_PARAMETERS = ['order', 'limit', 'cursor'];
const LIMIT_MAX = 1_000;
const LIMIT_DEFAULT = 100;
const logCursor = z.tuple([z.literal('events'), z.string()]);

/** `GET /events`: the log in its order. */
export async function listEvents({ store }: AppContext, req: Request, res: Response): Promise<void> {
  const query = new QueryParameters(req.originalUrl, LIST_PARAMETERS);
  const order = query.choice('order', ['asc', 'desc'], 'asc');
  const limit = query.count('limit', LIMIT_MAX, LIMIT_DEFAULT);
  const after = query.parsed(
    'cursor',
    (text) => store.parsePosition(decodeCursor(text, logCursor)?.[1] ?? ''),
    'Expected the cursor that a page of this list gave.',
  );
  if (query.errors.length > 0) {
    sendProblem(res, invalidQuery(query.errors));
    return;
  }
  const direction = order === 'asc' ? 'forwards' : 'backwards';
  const found = await store.readAll({
    direction,
    maxCount: limit + 1,
    ...(after !== undefined && { after }),
  });
  const shown = found.slice(0, limit);
  const last = found.length > limit ? shown.at(-1) : undefined;
  const cursor = last && encodeCursor(['events', last.position]);
  const events = shown.map(envelopeJson).join(',');
  sendJson(res, 200, `{"events":[${events}],"next":${JSON.stringify(cursor ?? null)}}`, {
    'Cache-Control': 'no-cache',
    ...nextLink(req.originalUrl, cursor),
  });
}

/** `GET /events/{id}`: one event, how it reads now, what changed that, and every version of its reading. */
export async function showEvent(
  { store }: AppContext,
  req: Request<{ id: string }>,
  res: Response,
): Promise<void> {
  const { errors } = new QueryParameters(req.originalUrl, []);
  if (errors.length > 0) {
    sendProblem(res, invalidQuery(errors));
    return;
  }
  const event = await store.readEvent(req.params.id.toLowerCase());
  if (event === undefined) {
    sendProblem(res, { code: 'unknown-record', detail: 'No event has this id.' });
    return;
  }
  const events = await readRecordEvents(store, event.stream);
  const revision = events.at(-1)?.revision ?? event.revision;
  const headers = { ETag: revisionTag(revision), 'Cache-Control': 'no-cache' };
  const judged = evaluateReadPreconditions(req.headers, headers.ETag);
  if (judged === 'not-modified') sendNotModified(res, headers);
  else if (judged === 'failed')
    sendProblem(res, { code: 'precondition-failed', members: { actual: revision } });
  else sendJson(res, 200, eventJson(event, events), headers);
}

/** The event and its corrections as every read gives them; the rest as folded. */
function eventJson(event: RecordedEvent, record: readonly RecordedEvent[]): string {
  const { state, versions, concerning } = historyOf(event.id, event.stream, record.map(decodeEvent));
  const version = state.versions.get(event.id);
  const reading = JSON.stringify({
    status: version?.status ?? 'current',
    versions: version?.versions ?? 1,
    links: version === undefined ? {} : linksOf(version),
    history: version === undefined ? undefined : versions,
  });
  const corrections = record.filter(({ id }) => concerning.has(id)).map(envelopeJson);
  return `{"event":${envelopeJson(event)},${reading.slice(1, -1)},"corrections":[${corrections.join(',')}]}`;
}

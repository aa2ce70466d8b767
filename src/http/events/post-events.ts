import type { Request, Response } from 'express';
import { parseJsonStrictly } from '../../append/json/strict-json.ts';
import type { Precondition, RecordOutcome, RecordWarning } from '../../append/recorder.ts';
import type { RecordedEvent } from '../../event-store/event-store.ts';
import { eventUrl, streamUrl } from '../../web/text/url.ts';
import { bodyFormatOf, readBody } from '../protocol/body.ts';
import type { AppContext } from '../protocol/context.ts';
import { appendCondition, revisionTag } from '../protocol/preconditions.ts';
import { sendProblem } from '../protocol/problem-response.ts';
import { APPENDED_STATUS, bodyTooLarge, problemOfJsonError, problemOfRefusal } from '../protocol/problems.ts';
import { requestIdOf } from '../protocol/request-id.ts';
import { sendJson } from '../protocol/response.ts';
import { appendEvents } from './append-events.ts';
import { appendLines } from './bulk.ts';

/** `POST /events`: appends one event, an array of events for one stream, or the events of an NDJSON body. */
export async function postEvents(context: AppContext, req: Request, res: Response): Promise<void> {
  const body = bodyFormatOf(req);
  if (body.outcome === 'unsupported') {
    sendProblem(res, { code: 'unsupported-media-type', detail: body.detail });
    return;
  }
  const condition = appendCondition(req.headers);
  if (condition.outcome === 'malformed') {
    const detail = `${condition.field} must be "*" or a list of entity tags such as "7", with the quotes.`;
    sendProblem(res, { code: 'invalid-precondition', detail });
  } else if (body.format === 'json') {
    const precondition = condition.outcome === 'given' ? condition.precondition : undefined;
    await appendJson(context, req, res, precondition);
  } else if (condition.outcome === 'given') {
    const detail = 'NDJSON takes no precondition, as its lines may belong to different streams.';
    sendProblem(res, { code: 'invalid-precondition', detail });
  } else {
    await appendLines(context, req, res);
  }
}

async function appendJson(
  context: AppContext,
  req: Request,
  res: Response,
  precondition: Precondition | undefined,
): Promise<void> {
  const { bodyBytesMax } = context.limits;
  const read = await readBody(req, bodyBytesMax);
  if (read.outcome === 'aborted') return;
  if (read.outcome === 'too-large') {
    sendProblem(res, bodyTooLarge(bodyBytesMax));
    return;
  }
  const json = parseJsonStrictly(read.body);
  if (json.outcome === 'refused') {
    sendProblem(res, problemOfJsonError(json.error));
    return;
  }
  const outcome = await appendEvents(context, json.value, requestIdOf(res), precondition);
  sendOutcome(res, outcome, Array.isArray(json.value));
}

function sendOutcome(res: Response, outcome: RecordOutcome, isArray: boolean): void {
  if (outcome.outcome !== 'recorded' && outcome.outcome !== 'repeated') {
    sendProblem(res, problemOfRefusal(outcome));
    return;
  }
  const last = outcome.events.at(-1);
  if (last === undefined) throw new Error('An append has no events.');
  const location = isArray ? streamUrl(last.stream) : eventUrl(last.id);
  const headers = { Location: location, ETag: revisionTag(last.revision) };
  sendJson(res, APPENDED_STATUS[outcome.outcome], appendedJson(outcome.events, outcome.warnings), headers);
}

function appendedJson(appended: readonly RecordedEvent[], warnings: readonly RecordWarning[]): string {
  const events = appended.map(({ id, type, stream, revision, position, recordedAt }) => {
    return { id, type, stream, revision, position, recordedAt };
  });
  return JSON.stringify({ events, warnings });
}

import type { OutgoingHttpHeaders } from 'node:http';
import { parseJsonStrictly } from '../../append/json/strict-json.ts';
import type { Precondition, PreviewedEvent, PreviewOutcome, RecordOutcome } from '../../append/recorder.ts';
import { eventUrl, streamUrl } from '../../web/text/url.ts';
import { bodyFormatOf, readBody } from '../protocol/body.ts';
import type { AppContext } from '../protocol/context.ts';
import type { Request, Response } from '../protocol/handler.ts';
import { choiceParameter } from '../protocol/parameters.ts';
import { appendCondition, streamTag } from '../protocol/preconditions.ts';
import { sendProblem } from '../protocol/problem-response.ts';
import { APPENDED_STATUS, invalidQuery, problemOfJsonError, problemOfRefusal } from '../protocol/problems.ts';
import { QueryParameters } from '../protocol/query.ts';
import { requestIdOf } from '../protocol/request-id.ts';
import { sendJson } from '../protocol/response.ts';
import { appendEvents, type SuccessfulAppend } from './append-events.ts';
import { appendLines } from './bulk.ts';

export const dryRunParameter = choiceParameter(
  'dryRun',
  ['true', 'false'],
  'false',
  '`true` checks the events as for an append, and records nothing.',
);

/**
 * `POST /events`: appends one event, an array of events for one stream, or the events of an NDJSON body. With
 * `dryRun=true` it checks them as for an append and records nothing.
 */
export async function postEvents(context: AppContext, req: Request, res: Response): Promise<void> {
  const query = new QueryParameters(req.originalUrl, [dryRunParameter.name]);
  const isDryRun = dryRunParameter.read(query) === 'true';
  if (query.errors.length > 0) {
    sendProblem(res, invalidQuery(query.errors));
    return;
  }
  const body = bodyFormatOf(req);
  if (body.outcome === 'unsupported') {
    sendProblem(res, { code: 'unsupported-media-type', detail: body.detail });
    return;
  }
  const condition = appendCondition(req.headers, await lineageIfNeeded(context, req));
  if (condition.outcome === 'malformed') {
    const detail = `${condition.field} must be "*" or a list of entity tags such as "7", with the quotes.`;
    sendProblem(res, { code: 'invalid-precondition', detail });
  } else if (body.format === 'json') {
    const precondition = condition.outcome === 'given' ? condition.precondition : undefined;
    await appendJson(context, req, res, { isDryRun, precondition });
  } else if (condition.outcome === 'given') {
    const detail = 'NDJSON takes no precondition, as its lines may belong to different streams.';
    sendProblem(res, { code: 'invalid-precondition', detail });
  } else {
    await appendLines(context, req, res, isDryRun);
  }
}

/** The lineage is read at most once, so only a request with a precondition ever waits for it. */
async function lineageIfNeeded({ lineage }: AppContext, { headers }: Request): Promise<string | undefined> {
  return headers['if-match'] === undefined && headers['if-none-match'] === undefined ? undefined : lineage();
}

interface AppendMode {
  readonly isDryRun: boolean;
  readonly precondition: Precondition | undefined;
}

async function appendJson(
  context: AppContext,
  req: Request,
  res: Response,
  { isDryRun, precondition }: AppendMode,
): Promise<void> {
  const { recorder, actor } = context;
  const read = await readBody(req, res, context);
  if (read.outcome === 'aborted') return;
  if (read.outcome === 'refused') {
    sendProblem(res, read.problem);
    return;
  }
  const json = parseJsonStrictly(read.body);
  if (json.outcome === 'refused') {
    sendProblem(res, problemOfJsonError(json.error));
    return;
  }
  const outcome = isDryRun
    ? await recorder.preview(json.value, { actor, precondition })
    : await appendEvents(context, json.value, requestIdOf(res), precondition);
  await sendOutcome(context, res, outcome, Array.isArray(json.value));
}

async function sendOutcome(
  context: AppContext,
  res: Response,
  outcome: RecordOutcome | PreviewOutcome,
  isArray: boolean,
): Promise<void> {
  switch (outcome.outcome) {
    case 'recorded':
    case 'repeated':
    case 'accepted': {
      const headers = await locationOf(context, outcome, isArray);
      sendJson(res, APPENDED_STATUS[outcome.outcome], answerJson(outcome), headers);
      return;
    }
    default:
      sendProblem(res, problemOfRefusal(outcome));
  }
}

/** Returns the headers that name the last event. An event that a dry run accepts exists nowhere yet. */
async function locationOf(
  context: AppContext,
  { outcome, events }: SuccessfulAppend,
  isArray: boolean,
): Promise<OutgoingHttpHeaders> {
  if (outcome === 'accepted') return {};
  const last = events.at(-1);
  if (last === undefined) throw new Error('An append has no events.');
  const location = isArray ? streamUrl(last.stream) : eventUrl(last.id);
  // The events are on disk by now, so a failure to read the lineage costs the entity tag, not the success.
  const lineage = await context.lineage().catch(() => undefined);
  return { Location: location, ...(lineage && { ETag: streamTag(last.revision, lineage, last) }) };
}

function answerJson({ outcome, events, warnings }: SuccessfulAppend): string {
  const shown = events.map(({ id, type, stream, revision, position, recordedAt }: PreviewedEvent) => {
    return { id, type, stream, revision, position, recordedAt };
  });
  return JSON.stringify({ ...(outcome === 'accepted' && { dryRun: true }), events: shown, warnings });
}

import type { OutgoingHttpHeaders } from 'node:http';
import { gunzip, gunzipAtMost } from '../../append/gunzip.ts';
import { parseJsonStrictly } from '../../append/json/strict-json.ts';
import type { Precondition, PreviewedEvent, PreviewOutcome, RecordOutcome } from '../../append/recorder.ts';
import type { JsonValue } from '../../domain/values/json.ts';
import { eventUrl, streamUrl } from '../../web/text/url.ts';
import { senderOf } from '../protocol/authorization.ts';
import { bodyFormatOf, readBody } from '../protocol/body.ts';
import type { AppContext } from '../protocol/context.ts';
import type { Request, Response } from '../protocol/handler.ts';
import { choiceParameter, namesOf } from '../protocol/parameters.ts';
import { appendCondition, streamTag } from '../protocol/preconditions.ts';
import { sendProblem } from '../protocol/problem-response.ts';
import {
  APPENDED_STATUS,
  bodyTooLarge,
  invalidQuery,
  problemOfJsonError,
  problemOfRefusal,
} from '../protocol/problems.ts';
import { QueryParameters } from '../protocol/query.ts';
import { requestIdOf } from '../protocol/request-id.ts';
import { sendJson } from '../protocol/response.ts';
import { appendEvents, type SuccessfulAppend } from './append-events.ts';
import { isBinaryCloudEvent, readBinaryCloudEvent } from './binary-cloud-event.ts';
import { appendLines, type BulkOptions } from './bulk.ts';
import { csvBulkLines, type LineLimits, ndjsonBulkLines } from './bulk-lines.ts';
import { appendCloudEvent, appendCloudEventBatch } from './cloud-events.ts';
import { readCsvBody } from './csv-body.ts';
import { EditionRequest } from './edition-request.ts';

const BOOLEAN = ['true', 'false'] as const;

const dryRunParameter = choiceParameter(
  'dryRun',
  BOOLEAN,
  'false',
  '`true` checks the events as for an append, and records nothing.',
);
const keepGoingParameter = choiceParameter(
  'keepGoing',
  BOOLEAN,
  'true',
  '`false` reads no more lines of NDJSON or CSV after one that is refused.',
);
const updateParameter = choiceParameter(
  'update',
  BOOLEAN,
  'false',
  '`true` takes CSV for a later edition of its data set: rows that have changed become corrections, and the last ' +
    'line of the answer counts the events that are missing, and lists 50 of them.',
);
const retractMissingParameter = choiceParameter(
  'retractMissing',
  BOOLEAN,
  'false',
  '`true`, with `update=true`, retracts the events that are missing, unless a row was refused.',
);
export const POST_PARAMETERS = [
  dryRunParameter,
  keepGoingParameter,
  updateParameter,
  retractMissingParameter,
];

/**
 * `POST /events`: appends one event, an array of events for one stream, the events of an NDJSON body or a CSV file, or
 * CloudEvents. With `dryRun=true` it checks them as for an append and records nothing.
 */
export async function postEvents(context: AppContext, req: Request, res: Response): Promise<void> {
  const query = new QueryParameters(req.originalUrl, namesOf(POST_PARAMETERS));
  const isDryRun = dryRunParameter.read(query) === 'true';
  const keepsGoing = keepGoingParameter.read(query) === 'true';
  const updates = updateParameter.read(query) === 'true';
  const retractsMissing = retractMissingParameter.read(query) === 'true';
  if (retractsMissing && !updates) query.refuse('retractMissing', 'It needs `update=true`.');
  if (query.errors.length > 0) {
    sendProblem(res, invalidQuery(query.errors));
    return;
  }
  const body = bodyFormatOf(req);
  if (body.outcome === 'unsupported') {
    sendProblem(res, { code: 'unsupported-media-type', detail: body.detail });
    return;
  }
  const isBinary = isBinaryCloudEvent(req.headers) && !body.format.startsWith('cloudevent');
  if (isBinary && body.format !== 'json') {
    const detail = 'The data of a CloudEvent is application/json.';
    sendProblem(res, { code: 'unsupported-media-type', detail });
    return;
  }
  if (updates && body.format !== 'csv') {
    query.refuse('update', 'Only CSV can be a later edition: its mapping names the data set.');
    sendProblem(res, invalidQuery(query.errors));
    return;
  }
  const { isCompressed } = body;
  const condition = appendCondition(req.headers, await lineageIfNeeded(context, req));
  if (condition.outcome === 'malformed') {
    const detail = `${condition.field} must be "*" or a list of entity tags such as "7", with the quotes.`;
    sendProblem(res, { code: 'invalid-precondition', detail });
  } else if (body.format === 'json' || body.format === 'cloudevent') {
    const precondition = condition.outcome === 'given' ? condition.precondition : undefined;
    const format = isBinary ? 'binary-cloudevent' : body.format;
    await appendJson(context, req, res, { isDryRun, isCompressed, format, precondition });
  } else if (condition.outcome === 'given') {
    const detail =
      'Only JSON takes a precondition: the events of other bodies may belong to different streams.';
    sendProblem(res, { code: 'invalid-precondition', detail });
  } else if (body.format === 'cloudevents-batch') {
    const json = await readJson(context, req, res, isCompressed);
    if (json !== undefined) await appendCloudEventBatch(context, req, res, json.value, isDryRun);
  } else {
    const append = body.format === 'csv' ? appendCsv : appendNdjson;
    await append(context, req, res, { isDryRun, keepsGoing, isCompressed, updates, retractsMissing });
    // What was not read must not be taken for the next request.
    if (!req.complete) req.resume();
  }
}

interface BulkMode extends Omit<BulkOptions, 'edition'> {
  readonly isCompressed: boolean;
  /** Whether the rows are a later edition of their data set. */
  readonly updates: boolean;
  readonly retractsMissing: boolean;
}

function appendNdjson(context: AppContext, req: Request, res: Response, mode: BulkMode): Promise<void> {
  const lines = ndjsonBulkLines(lineLimits(context, req), chunksOf(req, mode));
  return appendLines(context, req, res, lines, mode);
}

/** The first row is read before the response begins, so that a file that does not fit its mapping is a problem. */
async function appendCsv(context: AppContext, req: Request, res: Response, mode: BulkMode): Promise<void> {
  const read = await readCsvBody(req.headers, chunksOf(req, mode));
  if (read.outcome === 'refused') {
    sendProblem(res, read.problem);
    return;
  }
  const rows = csvBulkLines(lineLimits(context, req), read.rows, read.mapping);
  const first = await rows.next();
  const lines = first.done === true ? rows : startingWith(first.value, rows);
  const edition = mode.updates && {
    edition: new EditionRequest(context, read.mapping, mode.retractsMissing),
  };
  await appendLines(context, req, res, lines, { ...mode, ...edition });
}

function lineLimits({ limits: { lineBytesMax } }: AppContext, { quota: { bodies } }: Request): LineLimits {
  return { lineBytesMax, bodies };
}

/** The request is not destroyed when no more of it is read, as it has yet to be answered. */
function chunksOf(req: Request, { isCompressed }: BulkMode): AsyncIterable<Buffer> {
  const chunks = req.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>;
  return isCompressed ? gunzip(chunks) : chunks;
}

async function* startingWith<Item>(first: Item, others: AsyncIterable<Item>): AsyncGenerator<Item> {
  yield first;
  yield* others;
}

/** The lineage is read at most once, so only a request with a precondition ever waits for it. */
async function lineageIfNeeded({ lineage }: AppContext, { headers }: Request): Promise<string | undefined> {
  return headers['if-match'] === undefined && headers['if-none-match'] === undefined ? undefined : lineage();
}

interface AppendMode {
  readonly isDryRun: boolean;
  readonly isCompressed: boolean;
  readonly format: 'json' | 'cloudevent' | 'binary-cloudevent';
  readonly precondition: Precondition | undefined;
}

async function appendJson(
  context: AppContext,
  req: Request,
  res: Response,
  { isDryRun, isCompressed, format, precondition }: AppendMode,
): Promise<void> {
  const { recorder } = context;
  const { principal, audit } = req;
  const json = await readJson(context, req, res, isCompressed);
  if (json === undefined) return;
  const append = (event: unknown): Promise<RecordOutcome | PreviewOutcome> =>
    isDryRun
      ? recorder.preview(event, { ...senderOf(principal, context.access), precondition })
      : appendEvents(context, event, { principal, audit, requestId: requestIdOf(res), precondition });
  const outcome = await appendInFormat(format, json.value, req, append);
  await sendOutcome(context, res, outcome, Array.isArray(json.value));
}

async function appendInFormat(
  format: AppendMode['format'],
  value: JsonValue,
  req: Request,
  append: (event: unknown) => Promise<RecordOutcome | PreviewOutcome>,
): Promise<RecordOutcome | PreviewOutcome> {
  if (format === 'json') return append(value);
  if (format === 'cloudevent') return appendCloudEvent(value, append);
  const read = readBinaryCloudEvent(req.headersDistinct, value);
  if (read.outcome === 'refused') return { outcome: 'invalid', errors: read.errors };
  return appendCloudEvent(read.cloudEvent, append);
}

/** Returns undefined if the body was refused, which has been answered then, or if the client has disconnected. */
async function readJson(
  context: AppContext,
  req: Request,
  res: Response,
  isCompressed: boolean,
): Promise<{ readonly value: JsonValue } | undefined> {
  const { bodyBytesMax } = context.limits;
  const read = await readBody(req, res, context);
  if (read.outcome === 'aborted') return undefined;
  if (read.outcome === 'refused') {
    sendProblem(res, read.problem);
    return undefined;
  }
  const body = isCompressed ? gunzipAtMost(read.body, bodyBytesMax) : read.body;
  if (body === undefined) {
    sendProblem(res, bodyTooLarge(bodyBytesMax));
    return undefined;
  }
  const json = parseJsonStrictly(body);
  if (json.outcome === 'parsed') return { value: json.value };
  sendProblem(res, problemOfJsonError(json.error));
  return undefined;
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

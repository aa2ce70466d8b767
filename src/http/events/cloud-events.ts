import pMap from 'p-map';
import { readCloudEvent } from '../../append/cloud-event.ts';
import type { PreviewedEvent, PreviewOutcome, RecordOutcome } from '../../append/recorder.ts';
import { senderOf } from '../protocol/authorization.ts';
import type { AppContext } from '../protocol/context.ts';
import type { Request, Response } from '../protocol/handler.ts';
import { problemDetails, sendProblem } from '../protocol/problem-response.ts';
import { APPENDED_STATUS, type Problem, statusOf } from '../protocol/problems.ts';
import { requestIdOf } from '../protocol/request-id.ts';
import { sendJson } from '../protocol/response.ts';
import { appendEvents, resultOf, type SuccessfulAppend } from './append-events.ts';

type Outcome = RecordOutcome | PreviewOutcome;

const BATCH_MAX = 500;

/**
 * Appends a CloudEvent, or checks it. Pointers of errors are into the CloudEvent.
 *
 * @param append gets the event that it carries
 */
export async function appendCloudEvent(
  sent: unknown,
  append: (event: unknown) => Promise<Outcome>,
): Promise<Outcome> {
  const read = readCloudEvent(sent);
  if (read.outcome === 'refused') return { outcome: 'invalid', errors: read.errors };
  const outcome = await append(read.event);
  if (!('errors' in outcome)) return outcome;
  const errors = outcome.errors.map((error) => ({ ...error, pointer: read.inCloudEvent(error.pointer) }));
  return { ...outcome, errors };
}

/**
 * Appends the events of a batch, each on its own. The answer is a success only if all of them are in the log then: a
 * producer that gets another one can send the same batch again.
 */
export async function appendCloudEventBatch(
  context: AppContext,
  { principal, audit }: Request,
  res: Response,
  batch: unknown,
  isDryRun: boolean,
): Promise<void> {
  if (!Array.isArray(batch) || batch.length > BATCH_MAX) {
    sendProblem(res, {
      code: 'invalid-event',
      detail: `A batch is an array of at most ${BATCH_MAX} CloudEvents.`,
    });
    return;
  }
  const requestId = requestIdOf(res);
  const run = context.recorder.dryRun();
  const append = (event: unknown): Promise<Outcome> =>
    isDryRun
      ? run.preview(event, senderOf(principal, context.access))
      : appendEvents(context, event, { principal, audit, requestId });
  const concurrency = isDryRun ? 1 : context.limits.linesInFlightMax;
  const results = await pMap(batch, (sent) => resultOf(appendCloudEvent(sent, append)), { concurrency });
  const outcomes = results.map((result, index) => outcomeOf(result, index, requestId));
  const refused = results.filter((result) => 'code' in result).length;
  if (refused === 0) sendJson(res, 200, JSON.stringify({ ...(isDryRun && { dryRun: true }), outcomes }));
  else {
    const detail = `${refused} of ${batch.length} events were refused.`;
    sendProblem(res, { code: 'batch-refused', detail, members: { outcomes } });
  }
}

function outcomeOf(result: SuccessfulAppend | Problem, index: number, requestId: string): object {
  if ('code' in result) {
    return { index, status: statusOf(result), problem: problemDetails(result, requestId) };
  }
  const { id, position } = result.events[0] as PreviewedEvent;
  return { index, status: APPENDED_STATUS[result.outcome], id, position, warnings: result.warnings };
}

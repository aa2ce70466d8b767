import type { Request, Response } from 'express';
import { linesOf, type NdjsonLine } from '../../append/json/ndjson.ts';
import { parseJsonStrictly } from '../../append/json/strict-json.ts';
import type { AppContext } from '../protocol/context.ts';
import {
  type Problem,
  problemJson,
  problemOfFault,
  problemOfJsonError,
  problemOfRefusal,
  RECORDED_STATUS,
  statusOf,
} from '../protocol/problems.ts';
import { beginStream } from '../protocol/response.ts';
import { OrderedLines } from './ordered-lines.ts';

interface Summary {
  recorded: number;
  repeated: number;
  refused: number;
}

/**
 * `POST /events` of NDJSON: each line is an append of its own, and has its outcome in the answer, in the order of the
 * lines; the last line is the summary. Lines share the commits of the log, and those for one stream go in order.
 *
 * Outcomes go out while the request still comes in. When their reader is slow, no more lines are read; when the client
 * goes away, the lines that were read are recorded and no others.
 */
export async function recordLines(context: AppContext, req: Request, res: Response): Promise<void> {
  const { lineBytesMax, linesInFlightMax } = context.limits;
  const summary: Summary = { recorded: 0, repeated: 0, refused: 0 };
  beginStream(res, 'application/x-ndjson');
  res.flushHeaders();
  const outcomes = new OrderedLines(res, linesInFlightMax);
  let number = 0;
  try {
    for await (const line of linesOf(req, lineBytesMax)) {
      number += 1;
      if (isBlank(line)) continue;
      await outcomes.room();
      if (outcomes.isClosed) return;
      outcomes.push(recordLine(context, req, line, number, summary));
    }
  } catch (error) {
    if (req.destroyed) return;
    throw error;
  }
  await outcomes.drained();
  res.end(`${JSON.stringify({ summary })}\n`);
}

function isBlank(line: NdjsonLine): boolean {
  return line.kind === 'line' && line.bytes.every((byte) => byte === 0x20 || byte === 0x09 || byte === 0x0d);
}

/** Never rejects: a failure is the outcome of its line. */
async function recordLine(
  context: AppContext,
  req: Request,
  line: NdjsonLine,
  number: number,
  summary: Summary,
): Promise<string> {
  try {
    const outcome = await lineOutcome(context, line);
    if ('code' in outcome) return refusedLine(number, outcome, summary);
    summary[outcome.outcome] += 1;
    const { id, position } = outcome;
    return JSON.stringify({ line: number, status: RECORDED_STATUS[outcome.outcome], id, position });
  } catch (fault) {
    const problem = problemOfFault(fault);
    if (problem.code === 'internal-error') {
      context.signal({ kind: 'request-failed', method: req.method, path: req.path, error: fault as Error });
    }
    return refusedLine(number, problem, summary);
  }
}

function refusedLine(number: number, problem: Problem, summary: Summary): string {
  summary.refused += 1;
  return `{"line":${number},"status":${statusOf(problem)},"problem":${problemJson(problem)}}`;
}

type LineOutcome =
  | { readonly outcome: keyof typeof RECORDED_STATUS; readonly id: string; readonly position: string }
  | Problem;

async function lineOutcome({ recorder, actor, limits }: AppContext, line: NdjsonLine): Promise<LineOutcome> {
  if (line.kind === 'too-long')
    return { code: 'too-large', detail: `A line has at most ${limits.lineBytesMax} bytes.` };
  const json = parseJsonStrictly(line.bytes);
  if (json.outcome === 'refused') return problemOfJsonError(json.error);
  if (Array.isArray(json.value))
    return { code: 'invalid-event', detail: 'A line holds one event, not an array.' };
  const outcome = await recorder.record(json.value, { actor });
  if (outcome.outcome !== 'recorded' && outcome.outcome !== 'repeated') return problemOfRefusal(outcome);
  const [event] = outcome.events;
  if (event === undefined) throw new Error('an append without events');
  return { outcome: outcome.outcome, id: event.id, position: event.position };
}

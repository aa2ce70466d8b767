import type { Request, Response } from 'express';
import { pMapIterable } from 'p-map';
import { type NdjsonLine, splitLines } from '../../append/json/ndjson.ts';
import { parseJsonStrictly } from '../../append/json/strict-json.ts';
import type { AppContext } from '../protocol/context.ts';
import { problemDetails } from '../protocol/problem-response.ts';
import {
  APPENDED_STATUS,
  type Problem,
  problemOfException,
  problemOfJsonError,
  problemOfRefusal,
  statusOf,
} from '../protocol/problems.ts';
import { requestIdOf } from '../protocol/request-id.ts';
import { beginStream } from '../protocol/response.ts';
import { appendEvents } from './append-events.ts';
import { LineWriter } from './line-writer.ts';

interface NumberedLine {
  /** From 1; blank lines count. */
  readonly number: number;
  readonly line: NdjsonLine;
}

/**
 * `POST /events` with an NDJSON body. Each line is an append of its own and has an outcome in the response, in the
 * order of the lines; the last line of the response is a summary. Lines share commits of the log, and lines for the
 * same stream are appended in order.
 *
 * Outcomes are sent while the request is still being received. If the client reads them slowly, no more lines are
 * read. If the client disconnects, the lines whose append has begun are still appended, and no others.
 */
export async function appendLines(context: AppContext, req: Request, res: Response): Promise<void> {
  const { lineBytesMax, linesInFlightMax } = context.limits;
  beginStream(res, 'application/x-ndjson');
  res.flushHeaders();
  const batch = new LineBatch(context, req, requestIdOf(res));
  const lines = numberedLines(req, lineBytesMax);
  const outcomes = pMapIterable(lines, (line) => batch.append(line), { concurrency: linesInFlightMax });
  const writer = new LineWriter(res);
  try {
    for await (const outcome of outcomes) {
      await writer.write(outcome);
      if (res.destroyed) return;
    }
  } catch (error) {
    if (req.destroyed) return;
    throw error;
  }
  await writer.write(JSON.stringify({ summary: batch.summary }));
  writer.end();
}

async function* numberedLines(req: Request, lineBytesMax: number): AsyncGenerator<NumberedLine> {
  let number = 0;
  for await (const line of splitLines(req, lineBytesMax)) {
    number += 1;
    if (!isBlank(line)) yield { number, line };
  }
}

function isBlank(line: NdjsonLine): boolean {
  return line.kind === 'line' && line.bytes.every((byte) => byte === 0x20 || byte === 0x09 || byte === 0x0d);
}

/** The lines of one request, with the counts of their outcomes. */
class LineBatch {
  readonly summary = { recorded: 0, repeated: 0, refused: 0 };
  readonly #context: AppContext;
  readonly #req: Request;
  readonly #requestId: string;

  constructor(context: AppContext, req: Request, requestId: string) {
    this.#context = context;
    this.#req = req;
    this.#requestId = requestId;
  }

  /** Returns the outcome as JSON. Never rejects: an exception is the outcome of its line. */
  async append({ number, line }: NumberedLine): Promise<string> {
    try {
      const outcome = await this.#appendLine(line);
      if ('code' in outcome) return this.#refused(number, outcome);
      this.summary[outcome.outcome] += 1;
      const { id, position } = outcome;
      return JSON.stringify({ line: number, status: APPENDED_STATUS[outcome.outcome], id, position });
    } catch (error) {
      const problem = problemOfException(error);
      if (problem.code === 'internal-error') this.#signalFailure(error as Error);
      return this.#refused(number, problem);
    }
  }

  async #appendLine(line: NdjsonLine): Promise<AppendedLine | Problem> {
    if (line.kind === 'too-long') {
      const { lineBytesMax } = this.#context.limits;
      return { code: 'too-large', detail: `A line may have at most ${lineBytesMax} bytes.` };
    }
    const json = parseJsonStrictly(line.bytes);
    if (json.outcome === 'refused') return problemOfJsonError(json.error);
    if (Array.isArray(json.value)) {
      return { code: 'invalid-event', detail: 'A line must contain one event, not an array.' };
    }
    const outcome = await appendEvents(this.#context, json.value, this.#requestId);
    if (outcome.outcome !== 'recorded' && outcome.outcome !== 'repeated') return problemOfRefusal(outcome);
    const [event] = outcome.events;
    if (event === undefined) throw new Error('An append has no events.');
    return { outcome: outcome.outcome, id: event.id, position: event.position };
  }

  #refused(number: number, problem: Problem): string {
    this.summary.refused += 1;
    const details = problemDetails(problem, this.#requestId);
    return `{"line":${number},"status":${statusOf(problem)},"problem":${details}}`;
  }

  #signalFailure(error: Error): void {
    const { method, path } = this.#req;
    const requestId = this.#requestId;
    this.#context.signal({ kind: 'request-failed', method, path, requestId, error });
  }
}

interface AppendedLine {
  readonly outcome: keyof typeof APPENDED_STATUS;
  readonly id: string;
  readonly position: string;
}

import { pMapIterable } from 'p-map';
import { type NdjsonLine, splitLines } from '../../append/json/ndjson.ts';
import { parseJsonStrictly } from '../../append/json/strict-json.ts';
import type { PreviewedEvent, PreviewOutcome, RecordOutcome } from '../../append/recorder.ts';
import type { HeldBytes } from '../protocol/body-budget.ts';
import type { AppContext } from '../protocol/context.ts';
import type { Request, Response } from '../protocol/handler.ts';
import { problemDetails } from '../protocol/problem-response.ts';
import {
  APPENDED_STATUS,
  type Problem,
  problemOfException,
  problemOfJsonError,
  problemOfRefusal,
  SERVER_BUSY,
  statusOf,
} from '../protocol/problems.ts';
import { requestIdOf } from '../protocol/request-id.ts';
import { beginStream } from '../protocol/response.ts';
import { appendEvents, type SuccessfulAppend } from './append-events.ts';
import { LineWriter } from './line-writer.ts';

interface NumberedLine {
  /** From 1; blank lines count. */
  readonly number: number;
  readonly line: NdjsonLine;
  /** The memory of the line. */
  readonly held: HeldBytes;
}

/**
 * `POST /events` with an NDJSON body. Each line is an append of its own and has an outcome in the response, in the
 * order of the lines; the last line of the response is a summary. Lines share commits of the log, and lines for the
 * same stream are appended in order.
 *
 * Outcomes are sent while the request is still being received. If the client reads them slowly, no more lines are
 * read. If the client disconnects, the lines whose append has begun are still appended, and no others.
 *
 * In a dry run, one line is checked after another, each as if the accepted ones before it had been appended.
 */
export async function appendLines(
  context: AppContext,
  req: Request,
  res: Response,
  isDryRun: boolean,
): Promise<void> {
  const { linesInFlightMax } = context.limits;
  beginStream(res, 'application/x-ndjson');
  res.flushHeaders();
  const batch = new LineBatch(context, req, requestIdOf(res), isDryRun);
  const lines = batch.lines();
  const concurrency = isDryRun ? 1 : linesInFlightMax;
  const outcomes = pMapIterable(lines, (line) => batch.append(line), { concurrency });
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

function isBlank(line: NdjsonLine): boolean {
  return line.kind === 'line' && line.bytes.every((byte) => byte === 0x20 || byte === 0x09 || byte === 0x0d);
}

type AppendLine = (event: unknown) => Promise<RecordOutcome | PreviewOutcome>;

/** The lines of one request, with the counts of their outcomes. */
class LineBatch {
  readonly #context: AppContext;
  readonly #req: Request;
  readonly #requestId: string;
  readonly #append: AppendLine;
  readonly #isDryRun: boolean;
  /** Of an append, or in a dry run of those that would be appended. */
  #appended = 0;
  #repeated = 0;
  #refused = 0;
  #bytesInFlight = 0;
  #onLineEnd = (): void => {};

  constructor(context: AppContext, req: Request, requestId: string, isDryRun: boolean) {
    this.#context = context;
    this.#req = req;
    this.#requestId = requestId;
    this.#isDryRun = isDryRun;
    const { recorder, actor } = context;
    const run = recorder.dryRun();
    this.#append = isDryRun
      ? (event) => run.preview(event, { actor })
      : (event) => appendEvents(context, event, requestId);
  }

  get summary(): object {
    const [repeated, refused] = [this.#repeated, this.#refused];
    if (this.#isDryRun) return { dryRun: true, accepted: this.#appended, repeated, refused };
    return { recorded: this.#appended, repeated, refused };
  }

  /** Yields the lines of the request that are not blank, as fast as the memory for lines in flight allows. */
  async *lines(): AsyncGenerator<NumberedLine> {
    const { limits, bodyBudget } = this.#context;
    let held = bodyBudget.open();
    let number = 0;
    try {
      for await (const line of splitLines(this.#req, limits.lineBytesMax, (bytes) => held.add(bytes))) {
        number += 1;
        const ended = held;
        held = bodyBudget.open();
        if (isBlank(line)) ended.release();
        else {
          this.#bytesInFlight += ended.bytes;
          yield { number, line, held: ended };
        }
        while (this.#bytesInFlight > limits.linesInFlightBytesMax) await this.#lineEnds();
      }
    } finally {
      held.release();
    }
  }

  #lineEnds(): Promise<void> {
    return new Promise((resolve) => {
      this.#onLineEnd = resolve;
    });
  }

  /** Returns the outcome as JSON. Never rejects: an exception is the outcome of its line. */
  async append({ number, line, held }: NumberedLine): Promise<string> {
    try {
      if (held.isRefused) return this.#refusedJson(number, SERVER_BUSY);
      const outcome = await this.#appendLine(number, line);
      return 'code' in outcome ? this.#refusedJson(number, outcome) : this.#appendedJson(number, outcome);
    } catch (error) {
      const problem = problemOfException(error);
      if (problem.code === 'internal-error') this.#signalFailure(error as Error);
      return this.#refusedJson(number, problem);
    } finally {
      this.#bytesInFlight -= held.bytes;
      held.release();
      this.#onLineEnd();
    }
  }

  async #appendLine(number: number, line: NdjsonLine): Promise<SuccessfulAppend | Problem> {
    if (line.kind === 'too-long') {
      const { lineBytesMax } = this.#context.limits;
      return { code: 'too-large', detail: `A line may have at most ${lineBytesMax} bytes.` };
    }
    const json = parseJsonStrictly(line.bytes);
    // The parser has seen one line only.
    if (json.outcome === 'refused') return problemOfJsonError({ ...json.error, line: number });
    if (Array.isArray(json.value)) {
      return { code: 'invalid-event', detail: 'A line must contain one event, not an array.' };
    }
    const outcome = await this.#append(json.value);
    switch (outcome.outcome) {
      case 'recorded':
      case 'repeated':
      case 'accepted':
        return outcome;
      default:
        return problemOfRefusal(outcome);
    }
  }

  #appendedJson(line: number, appended: SuccessfulAppend): string {
    const [event] = appended.events;
    if (event === undefined) throw new Error('An append has no events.');
    if (appended.outcome === 'repeated' || (appended.outcome === 'accepted' && appended.isRepeat)) {
      this.#repeated += 1;
    } else {
      this.#appended += 1;
    }
    const { id, position }: PreviewedEvent = event;
    const { outcome, warnings } = appended;
    return JSON.stringify({ line, status: APPENDED_STATUS[outcome], id, position, warnings });
  }

  #refusedJson(number: number, problem: Problem): string {
    this.#refused += 1;
    const details = problemDetails(problem, this.#requestId);
    return `{"line":${number},"status":${statusOf(problem)},"problem":${details}}`;
  }

  #signalFailure(error: Error): void {
    const { method, path } = this.#req;
    const requestId = this.#requestId;
    this.#context.signal({ kind: 'request-failed', method, path, requestId, error });
  }
}

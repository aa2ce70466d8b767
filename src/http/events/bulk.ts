import { pMapIterable } from 'p-map';
import type { CorrectedRow } from '../../append/edition.ts';
import type { LineError } from '../../append/import-line.ts';
import type { AppendDryRun, PreviewedEvent, PreviewOutcome, RecordOutcome } from '../../append/recorder.ts';
import { RefusalGroups } from '../../append/refusal-groups.ts';
import type { FieldError } from '../../domain/fields/field-error.ts';
import { senderOf } from '../protocol/authorization.ts';
import type { AppContext } from '../protocol/context.ts';
import type { Request, Response } from '../protocol/handler.ts';
import { problemDetails } from '../protocol/problem-response.ts';
import { PROBLEM_TYPES } from '../protocol/problem-types.ts';
import { APPENDED_STATUS, type Problem, problemOfException, statusOf } from '../protocol/problems.ts';
import { requestIdOf } from '../protocol/request-id.ts';
import { beginStream } from '../protocol/response.ts';
import {
  type AppendContext,
  appendEvents,
  type SuccessfulAppend,
  successOrProblem,
} from './append-events.ts';
import type { BulkInput, BulkLine } from './bulk-lines.ts';
import type { EditionRequest } from './edition-request.ts';
import { LineWriter } from './line-writer.ts';

export interface BulkOptions {
  /** One line is checked after another, each as if the accepted ones before it had been appended. */
  readonly isDryRun: boolean;
  /** False: after a line that is refused, no more lines are read. */
  readonly keepsGoing: boolean;
  /** Set if the rows are a later edition of a data set, so that those that have changed become corrections. */
  readonly edition?: EditionRequest;
}

/**
 * Answers a bulk request. Each line is an append of its own and has an outcome in the response, in the order of the
 * lines; the last line of the response is a summary. Lines share commits of the log, and lines for the same stream are
 * appended in order.
 *
 * Outcomes are sent while the request is still being received. If the client reads them slowly, no more lines are
 * read. If the client disconnects, the lines whose append has begun are still appended, and no others.
 *
 * A proxy over HTTP/1.1 may send no more of the request as soon as the answer begins. So outcomes for a proxy are held
 * back until the request has been received, as far as they fit into memory.
 */
export async function appendLines(
  context: AppContext,
  req: Request,
  res: Response,
  lines: AsyncIterable<BulkLine>,
  options: BulkOptions,
): Promise<void> {
  const { linesInFlightMax } = context.limits;
  const holdsBack = (): boolean => req.requester.isForwarded && !req.complete;
  beginStream(res, 'application/x-ndjson');
  if (!holdsBack()) res.flushHeaders();
  const batch = new LineBatch(context, req, requestIdOf(res), options);
  const concurrency = options.isDryRun ? 1 : linesInFlightMax;
  const outcomes = pMapIterable(batch.throttled(lines), (line) => batch.append(line), { concurrency });
  const writer = new LineWriter(res, holdsBack);
  try {
    for await (const outcome of outcomes) {
      await writer.write(outcome);
      if (res.destroyed) return;
    }
  } catch (error) {
    if (req.destroyed && !req.complete) return;
    throw error;
  } finally {
    if (!options.isDryRun) req.audit.did({ action: 'import', ...batch.counts });
  }
  await writer.write(await batch.summaryJson());
  writer.end();
}

/** The lines of one request, with the counts of their outcomes. */
class LineBatch {
  readonly #context: AppContext;
  readonly #req: Request;
  readonly #requestId: string;
  readonly #options: BulkOptions;
  readonly #dryRun: AppendDryRun;
  readonly #groups = new RefusalGroups();
  /** Of an append, or in a dry run of those that would be appended. */
  #appended = 0;
  #repeated = 0;
  #corrected = 0;
  #refused = 0;
  #bytesInFlight = 0;
  /** True if the lines were read to their end. */
  #isRead = false;
  #onLineEnd = (): void => {};

  constructor(context: AppContext, req: Request, requestId: string, options: BulkOptions) {
    this.#context = context;
    this.#req = req;
    this.#requestId = requestId;
    this.#options = options;
    this.#dryRun = context.recorder.dryRun();
  }

  /** Of the lines that have an outcome. */
  get counts() {
    return {
      recorded: this.#appended,
      repeated: this.#repeated,
      ...(this.#options.edition && { corrected: this.#corrected }),
      refused: this.#refused,
    };
  }

  /** A dry run with refusals lists them by reason. */
  async summaryJson(): Promise<string> {
    const { recorded, ...others } = this.counts;
    const missing = await this.#reportMissing();
    if (!this.#options.isDryRun) return JSON.stringify({ summary: { recorded, ...others }, ...missing });
    const refusals = this.#groups.list().map(({ error: { detail, pointer, column, event }, ...group }) => {
      return { ...group, detail, pointer, column, event };
    });
    const summary = { dryRun: true, accepted: recorded, ...others };
    return JSON.stringify({ summary, ...missing, ...(refusals.length > 0 && { refusals }) });
  }

  /** Not all rows were read if the import ended at one that was refused. */
  async #reportMissing(): Promise<object> {
    const { isDryRun, keepsGoing, edition } = this.#options;
    const isComplete = this.#isRead && (keepsGoing || this.#refused === 0);
    if (edition === undefined || !isComplete) return {};
    return edition.reportMissing(this.#refused === 0 && !isDryRun, this.#appendContext);
  }

  /** Yields the lines as fast as the memory for lines in flight allows. */
  async *throttled(lines: AsyncIterable<BulkLine>): AsyncGenerator<BulkLine> {
    let number = 0;
    try {
      for await (const line of lines) {
        ({ number } = line);
        this.#bytesInFlight += line.held.bytes;
        yield line;
        while (this.#bytesInFlight > this.#context.limits.linesInFlightBytesMax) await this.#lineEnds();
        if (this.#refused > 0 && !this.#options.keepsGoing) return;
      }
      this.#isRead = true;
    } catch (error) {
      // What came before is appended, so the part that cannot be read gets an outcome as well.
      const problem = problemOfException(error);
      if (problem.code === 'internal-error') throw error;
      const held = this.#req.quota.bodies.open();
      yield { number: number + 1, held, read: () => ({ kind: 'refused', problem }) };
    }
  }

  #lineEnds(): Promise<void> {
    return new Promise((resolve) => {
      this.#onLineEnd = resolve;
    });
  }

  /** Returns the outcome as JSON. Never rejects: an exception is the outcome of its line. */
  async append(line: BulkLine): Promise<string> {
    const { number, held } = line;
    try {
      const input = line.read();
      if (input.kind === 'refused') return this.#refusedJson(number, input.problem);
      const outcome = await this.#appendInput(input);
      if ('code' in outcome) return this.#refusedJson(number, explained(outcome, input), input);
      return this.#appendedJson(number, outcome, input);
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

  get #appendContext(): AppendContext {
    const { principal, audit } = this.#req;
    return { principal, audit, requestId: this.#requestId };
  }

  async #appendInput(input: AppendableInput): Promise<AppendedLine | Problem> {
    const { isDryRun, edition } = this.#options;
    const sender = senderOf(this.#req.principal, this.#context.access);
    const append = (events: unknown): Promise<RecordOutcome | PreviewOutcome> =>
      isDryRun
        ? this.#dryRun.preview(events, sender)
        : appendEvents(this.#context, events, this.#appendContext);
    if (edition === undefined || input.kind === 'event') {
      return successOrProblem(await append(input.kind === 'row' ? input.events : input.event));
    }
    const outcome = edition.nextRow() ?? (await edition.append(input.events, append));
    return 'code' in outcome || outcome.outcome === 'corrected' ? outcome : successOrProblem(outcome);
  }

  #appendedJson(line: number, appended: AppendedLine, input: AppendableInput): string {
    const isCorrected = appended.outcome === 'corrected';
    if (isCorrected) this.#corrected += 1;
    else if (appended.outcome === 'repeated' || (appended.outcome === 'accepted' && appended.isRepeat)) {
      this.#repeated += 1;
    } else this.#appended += 1;
    const status = isCorrected && this.#options.isDryRun ? 200 : APPENDED_STATUS[appended.outcome];
    if (input.kind === 'row') {
      const events = appended.events.map(({ id, type, position }: PreviewedEvent) => ({
        id,
        type,
        position,
      }));
      const warnings = appended.warnings.map((warning) => input.explain({ pointer: '', ...warning }));
      const correction = isCorrected && { corrected: true };
      return JSON.stringify({ line, status, ...correction, events, warnings });
    }
    const [event] = appended.events;
    if (event === undefined) throw new Error('An append has no events.');
    const { id, position }: PreviewedEvent = event;
    return JSON.stringify({ line, status, id, position, warnings: appended.warnings });
  }

  #refusedJson(number: number, problem: Problem, input?: AppendableInput): string {
    this.#refused += 1;
    if (this.#options.isDryRun) this.#groups.add(number, lineErrors(problem, input));
    const details = problemDetails(problem, this.#requestId);
    return JSON.stringify({ line: number, status: statusOf(problem), problem: details });
  }

  #signalFailure(error: Error): void {
    const { method, path } = this.#req;
    const requestId = this.#requestId;
    this.#context.signal({ kind: 'request-failed', method, path, requestId, error });
  }
}

type AppendedLine = SuccessfulAppend | CorrectedRow;

type AppendableInput = Exclude<BulkInput, { readonly kind: 'refused' }>;

/** In the problem of a row, errors have the column and a pointer into the event. */
function explained(problem: Problem, input: AppendableInput): Problem {
  const { errors } = problem.members ?? {};
  if (input.kind === 'event' || errors === undefined) return problem;
  return {
    ...problem,
    members: { ...problem.members, errors: (errors as readonly FieldError[]).map(input.explain) },
  };
}

function lineErrors(
  { code, detail = PROBLEM_TYPES[code].title, members }: Problem,
  input: AppendableInput | undefined,
): readonly LineError[] {
  const errors = members?.['errors'] as readonly (LineError & FieldError)[] | undefined;
  if (errors === undefined) return [{ code, detail }];
  return input?.kind === 'event' ? errors.map(input.explain) : errors;
}

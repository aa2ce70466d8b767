import type { CorrectedRow } from '../../append/edition.ts';
import type { ImportLine, LineError } from '../../append/import-line.ts';
import type { PreviewOutcome, RecordOutcome, RecordWarning } from '../../append/recorder.ts';
import type { FieldError } from '../../domain/fields/field-error.ts';
import type { JsonObject, JsonValue } from '../../domain/values/json.ts';
import type { Progress } from './progress.ts';

export interface ImportCounts {
  /** In a check, those that would be recorded. */
  readonly recorded: number;
  readonly repeated: number;
  /** Rows of a data set that had changed since its former edition. */
  readonly corrected: number;
  readonly refused: number;
  readonly warnings: number;
  /** The warnings of the lowest lines, at most `WARNINGS_KEPT_MAX`. */
  readonly firstWarnings: readonly LineWarning[];
}

export interface LineWarning {
  readonly line: number;
  readonly warning: LineError;
}

/** How an import ended. However it ended, all lines before a refused one are on disk, and some after it may be. */
export type ImportResult = ImportCounts &
  (
    | { readonly outcome: 'complete' }
    | { readonly outcome: 'stopped' }
    /** The refused line with the lowest number, if refused lines end the import. */
    | { readonly outcome: 'refused'; readonly first: RefusedLine }
  );

export type RefusedLine = Pick<ImportLine, 'line' | 'text'> & { readonly errors: readonly LineError[] };

type LineOutcome = RecordOutcome | PreviewOutcome | CorrectedRow;

/** Where the lines of an import go. */
export interface ImportTarget {
  record(input: JsonObject | readonly JsonObject[]): Promise<LineOutcome>;
  restore(envelope: JsonObject): Promise<LineOutcome>;
  /** Lines in flight share the fsyncs of the log. */
  readonly inFlightMax: number;
}

export interface ImportOptions {
  readonly progress: Progress;
  readonly aborted: AbortSignal;
  /** False: an event is refused if it was recorded later than now. Later events would get its `recordedAt`. */
  readonly mayBeInFuture: boolean;
  /** True: a refused line does not end the import. */
  readonly keepsGoing: boolean;
  /** Called for each refused line, in the order of the lines. */
  readonly onRefused: (refused: RefusedLine) => Promise<void>;
  /** Returns how much of the input was read. */
  readonly bytesRead: () => number;
}

/** How far the clocks of two machines may be apart. */
const CLOCK_DIFFERENCE_MS_MAX = 60_000;

const WARNINGS_KEPT_MAX = 5;

/** Records lines until they end, one is refused, or `aborted`. Settles when no line is in flight any more. */
export async function importLines(
  lines: AsyncIterable<ImportLine>,
  target: ImportTarget,
  options: ImportOptions,
): Promise<ImportResult> {
  const { progress, aborted, bytesRead } = options;
  const run = new ImportRun(target, options);
  try {
    for await (const line of lines) {
      if (aborted.aborted || run.hasFailed) break;
      await run.add(line);
      progress.update(bytesRead(), run.lines);
    }
  } catch (error) {
    if (!aborted.aborted) throw error;
  } finally {
    await run.settle();
    progress.update(bytesRead(), run.lines);
  }
  return run.result(aborted.aborted);
}

/** Records the lines of one import concurrently and collects their outcomes. */
class ImportRun {
  readonly #target: ImportTarget;
  readonly #options: ImportOptions;
  readonly #inFlight = new Set<Promise<void>>();
  /** Ends the wait for a line in flight to be recorded. */
  #makeRoom = (): void => {};
  /** Settles when the refusals of all lines so far are reported. */
  #reported: Promise<void> = Promise.resolve();
  #recorded = 0;
  #repeated = 0;
  #corrected = 0;
  #refused = 0;
  #warnings = 0;
  #firstWarnings: readonly LineWarning[] = [];
  #firstRefused: RefusedLine | undefined;
  #fault: unknown;

  constructor(target: ImportTarget, options: ImportOptions) {
    this.#target = target;
    this.#options = options;
  }

  get hasFailed(): boolean {
    return (this.#firstRefused !== undefined && !this.#options.keepsGoing) || this.#fault !== undefined;
  }

  get lines(): number {
    return this.#recorded + this.#repeated + this.#corrected + this.#refused;
  }

  /**
   * Starts to record a line, and waits while too many are in flight. An exported event, which has a `recordedAt`, is
   * restored alone: it must get its old place in the log.
   */
  async add(line: ImportLine): Promise<void> {
    if (line.kind === 'refused') return this.#report(this.#refuse(line));
    const { input } = line;
    if (!Array.isArray(input) && 'recordedAt' in input) return this.#restore(line, input as JsonObject);
    const work = this.#collect(line, this.#target.record(input));
    this.#report(work);
    const done = work.then(() => {
      this.#inFlight.delete(done);
      this.#makeRoom();
    });
    this.#inFlight.add(done);
    if (this.#inFlight.size < this.#target.inFlightMax) return;
    await new Promise<void>((resolve) => {
      this.#makeRoom = resolve;
    });
  }

  /** Waits until no line is in flight. */
  async settle(): Promise<void> {
    await Promise.all(this.#inFlight);
    await this.#reported;
  }

  /** @throws the error of the log that ended the import */
  result(isStopped: boolean): ImportResult {
    if (this.#fault !== undefined) throw this.#fault;
    const counts = {
      recorded: this.#recorded,
      repeated: this.#repeated,
      corrected: this.#corrected,
      refused: this.#refused,
      warnings: this.#warnings,
      firstWarnings: this.#firstWarnings,
    };
    if (this.#firstRefused !== undefined && !this.#options.keepsGoing) {
      return { ...counts, outcome: 'refused', first: this.#firstRefused };
    }
    return { ...counts, outcome: isStopped ? 'stopped' : 'complete' };
  }

  async #restore(line: EventsLine, envelope: JsonObject): Promise<void> {
    await this.settle();
    const { mayBeInFuture } = this.#options;
    const error = mayBeInFuture ? undefined : futureError(envelope['recordedAt']);
    if (error !== undefined) return this.#report(this.#refuse({ ...line, errors: [error] }));
    const work = this.#collect(line, this.#target.restore(envelope));
    this.#report(work);
    await work;
  }

  /** Returns the line if it was refused. */
  async #collect(line: EventsLine, recording: Promise<LineOutcome>): Promise<RefusedLine | undefined> {
    try {
      const outcome = await recording;
      if (!isSuccess(outcome)) return this.#refuse({ ...line, errors: refusalErrors(outcome, line) });
      this.#count(outcome);
      this.#keepWarnings(line, outcome.warnings);
    } catch (error) {
      this.#fault ??= error;
    }
    return undefined;
  }

  #count(outcome: Success): void {
    if (outcome.outcome === 'corrected') this.#corrected += 1;
    else if (outcome.outcome === 'repeated' || (outcome.outcome === 'accepted' && outcome.isRepeat)) {
      this.#repeated += 1;
    } else this.#recorded += 1;
  }

  /** Lines are recorded in any order. */
  #keepWarnings({ line, explain }: EventsLine, warnings: readonly RecordWarning[]): void {
    if (warnings.length === 0) return;
    this.#warnings += warnings.length;
    const explained = warnings.map((warning) => ({ line, warning: explain({ pointer: '', ...warning }) }));
    const kept = [...this.#firstWarnings, ...explained];
    this.#firstWarnings = kept.sort((a, b) => a.line - b.line).slice(0, WARNINGS_KEPT_MAX);
  }

  #refuse({ line, text, errors }: RefusedLine): RefusedLine {
    const refused = { line, text, errors };
    this.#refused += 1;
    if (this.#firstRefused === undefined || line < this.#firstRefused.line) this.#firstRefused = refused;
    return refused;
  }

  /** Reports a refusal once those of the earlier lines are reported. */
  #report(work: RefusedLine | Promise<RefusedLine | undefined>): void {
    this.#reported = this.#reported.then(async () => {
      const refused = await work;
      try {
        if (refused !== undefined) await this.#options.onRefused(refused);
      } catch (error) {
        this.#fault ??= error;
      }
    });
  }
}

type EventsLine = Extract<ImportLine, { readonly kind: 'events' }>;
type Success = Extract<LineOutcome, { readonly outcome: 'recorded' | 'repeated' | 'accepted' | 'corrected' }>;

function isSuccess(outcome: LineOutcome): outcome is Success {
  return ['recorded', 'repeated', 'accepted', 'corrected'].includes(outcome.outcome);
}

function futureError(recordedAt: JsonValue | undefined): LineError | undefined {
  if (Date.parse(String(recordedAt)) <= Date.now() + CLOCK_DIFFERENCE_MS_MAX) return undefined;
  const detail =
    `${recordedAt} is in the future, and all later events would get it; ` +
    'set the clock, or use --allow-future';
  return { code: 'recorded-in-future', pointer: '/recordedAt', detail };
}

function refusalErrors(refusal: Exclude<LineOutcome, Success>, line: EventsLine): readonly LineError[] {
  switch (refusal.outcome) {
    case 'invalid':
    case 'not-found':
    case 'conflict':
      return refusal.errors.map((error: FieldError) => line.explain(error));
    case 'wrong-revision': {
      const { stream, actual } = refusal;
      const detail = `the event does not follow revision ${actual}, the last one of the record ${stream}`;
      return [{ code: 'wrong-revision', detail }];
    }
    case 'content-redacted':
      return [{ code: 'content-redacted', detail: `the content of event ${refusal.id} was removed by law` }];
    case 'id-taken':
      return [{ code: 'id-taken', detail: `the log has another event with the id ${refusal.id}` }];
    case 'contended': {
      const detail = `another process keeps changing the record ${refusal.stream}; run the import again`;
      return [{ code: 'contended', detail }];
    }
    case 'forbidden':
      return [{ code: 'not-permitted', detail: refusal.detail }];
    case 'recorded-at-out-of-order': {
      const detail =
        `the event was recorded before the last event of the log (${refusal.last}); ` +
        'import an export before you add other events';
      return [{ code: 'recorded-at-out-of-order', detail }];
    }
  }
}

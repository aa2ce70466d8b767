import { createHash } from 'node:crypto';
import { ExportDigest, isTrailer } from '../../append/export-trailer.ts';
import type { NdjsonLine } from '../../append/json/ndjson.ts';
import { parseJsonStrictly } from '../../append/json/strict-json.ts';
import type { Recorder, RecordOutcome, RecordWarning } from '../../append/recorder.ts';
import type { JsonValue } from '../../domain/values/json.ts';
import type { Progress } from './progress.ts';

export interface ImportCounts {
  readonly recorded: number;
  readonly repeated: number;
  readonly warnings: number;
  /** The warnings of the lowest lines, at most `WARNINGS_KEPT_MAX`. */
  readonly firstWarnings: readonly LineWarning[];
}

export interface LineWarning {
  readonly line: number;
  readonly warning: RecordWarning;
}

/** How an import ended. However it ended, all lines before a refused one are on disk, and some after it may be. */
export type ImportResult = ImportCounts &
  (
    | { readonly outcome: 'complete' }
    | { readonly outcome: 'stopped' }
    /** `place` is the line, with the column if it is known: `12` or `12:7`. */
    | { readonly outcome: 'refused'; readonly place: string; readonly detail: string }
  );

type JsonObject = { readonly [name: string]: JsonValue };

type LineOutcome =
  | { readonly outcome: 'read'; readonly event: JsonObject }
  | { readonly outcome: 'skipped' }
  | { readonly outcome: 'refused'; readonly column?: number; readonly detail: string };

export type RefusedLine = { readonly line: number; readonly column?: number; readonly detail: string };

export interface ImportOptions {
  readonly progress: Progress;
  readonly aborted: AbortSignal;
  /** False: an event is refused if it was recorded later than now. Later events would get its `recordedAt`. */
  readonly mayBeInFuture: boolean;
}

/** How far the clocks of two machines may be apart. */
const CLOCK_DIFFERENCE_MS_MAX = 60_000;

/** Lines in flight share the fsyncs of the log. */
const IN_FLIGHT_MAX = 256;
const FIELD_ERRORS_MAX = 5;
const WARNINGS_KEPT_MAX = 5;
const LOCAL_ACTOR = 'local';

/** Records lines until they end, one is refused, or `aborted`. Settles when no line is in flight any more. */
export async function importLines(
  lines: AsyncIterable<NdjsonLine>,
  recorder: Recorder,
  options: ImportOptions,
): Promise<ImportResult> {
  const { progress, aborted, mayBeInFuture } = options;
  const run = new ImportRun(recorder, mayBeInFuture);
  const digest = new ExportDigest();
  let [lineNumber, bytes] = [0, 0];
  try {
    for await (const line of lines) {
      if (aborted.aborted || run.hasFailed) break;
      lineNumber += 1;
      await run.add(lineNumber, readLine(line, digest));
      bytes += line.kind === 'line' ? line.bytes.byteLength + 1 : 0;
      progress.update(bytes, run.events);
    }
  } catch (error) {
    if (!aborted.aborted) throw error;
  } finally {
    await run.settle();
    progress.update(bytes, run.events);
  }
  return run.result(aborted.aborted);
}

/** Returns the last line of the first export in a file that is not as it was written. Blank lines do not count. */
export async function findAlteredExport(lines: AsyncIterable<NdjsonLine>): Promise<RefusedLine | undefined> {
  const digest = new ExportDigest();
  let lineNumber = 0;
  for await (const line of lines) {
    lineNumber += 1;
    const checked = line.kind === 'line' ? checkLine(line.bytes, digest) : undefined;
    if (checked?.outcome === 'refused') return { line: lineNumber, detail: checked.detail };
  }
  return undefined;
}

/** Returns undefined for an event. The last line of an export is skipped if the lines before it are as it says. */
function checkLine(
  bytes: Buffer,
  digest: ExportDigest,
): Exclude<LineOutcome, { readonly outcome: 'read' }> | undefined {
  if (bytes.toString('latin1').trim() === '') return { outcome: 'skipped' };
  if (!isTrailer(bytes)) {
    digest.add(bytes);
    return undefined;
  }
  const detail = digest.defect(bytes);
  return detail === undefined ? { outcome: 'skipped' } : { outcome: 'refused', detail };
}

function readLine(line: NdjsonLine, digest: ExportDigest): LineOutcome {
  if (line.kind === 'too-long') return { outcome: 'refused', detail: 'the line is too long for an event' };
  const checked = checkLine(line.bytes, digest);
  if (checked !== undefined) return checked;
  const parsed = parseJsonStrictly(line.bytes);
  if (parsed.outcome === 'refused') {
    const { column, detail } = parsed.error;
    return { outcome: 'refused', column, detail };
  }
  const { value } = parsed;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return { outcome: 'refused', detail: 'expected a JSON object with one event' };
  }
  const event = value as JsonObject;
  return { outcome: 'read', event: 'id' in event ? event : { ...event, id: idOfLine(line.bytes) } };
}

/** Derives the id from the bytes, as a UUIDv8 (RFC 9562) of their SHA-256, so that an import can be repeated. */
function idOfLine(bytes: Buffer): string {
  const hex = createHash('sha256').update(bytes).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/** Records the lines of one import concurrently and collects their outcomes. */
class ImportRun {
  readonly #recorder: Recorder;
  readonly #mayBeInFuture: boolean;
  readonly #inFlight = new Set<Promise<void>>();
  /** Ends the wait for a line in flight to be recorded. */
  #makeRoom = (): void => {};
  #recorded = 0;
  #repeated = 0;
  #warnings = 0;
  #firstWarnings: readonly LineWarning[] = [];
  /** The refused line with the lowest number. */
  #refused: RefusedLine | undefined;
  #fault: unknown;

  constructor(recorder: Recorder, mayBeInFuture: boolean) {
    this.#recorder = recorder;
    this.#mayBeInFuture = mayBeInFuture;
  }

  get hasFailed(): boolean {
    return this.#refused !== undefined || this.#fault !== undefined;
  }

  get events(): number {
    return this.#recorded + this.#repeated;
  }

  /**
   * Starts to record a line, and waits while too many are in flight. An exported event, which has a `recordedAt`, is
   * restored alone: it must get its old place in the log.
   */
  async add(line: number, read: LineOutcome): Promise<void> {
    if (read.outcome === 'skipped') return;
    if (read.outcome === 'refused') return this.#refuse({ ...read, line });
    const { event } = read;
    if ('recordedAt' in event) {
      await this.settle();
      const detail = this.#mayBeInFuture ? undefined : futureDetail(event['recordedAt']);
      if (detail !== undefined) return this.#refuse({ line, detail });
      return this.#collect(line, this.#recorder.restore(event));
    }
    const work = this.#collect(line, this.#recorder.record(event, { actor: LOCAL_ACTOR }));
    this.#inFlight.add(work);
    void work.then(() => {
      this.#inFlight.delete(work);
      this.#makeRoom();
    });
    if (this.#inFlight.size < IN_FLIGHT_MAX) return;
    await new Promise<void>((resolve) => {
      this.#makeRoom = resolve;
    });
  }

  /** Waits until no line is in flight. */
  async settle(): Promise<void> {
    await Promise.all(this.#inFlight);
  }

  /** @throws the error of the log that ended the import */
  result(isStopped: boolean): ImportResult {
    if (this.#fault !== undefined) throw this.#fault;
    const counts = {
      recorded: this.#recorded,
      repeated: this.#repeated,
      warnings: this.#warnings,
      firstWarnings: this.#firstWarnings,
    };
    if (this.#refused) {
      const { line, column, detail } = this.#refused;
      const place = column === undefined ? `${line}` : `${line}:${column}`;
      return { ...counts, outcome: 'refused', place, detail };
    }
    return { ...counts, outcome: isStopped ? 'stopped' : 'complete' };
  }

  async #collect(line: number, recording: Promise<RecordOutcome>): Promise<void> {
    try {
      const outcome = await recording;
      if (outcome.outcome !== 'recorded' && outcome.outcome !== 'repeated') {
        return this.#refuse({ line, detail: refusalText(outcome) });
      }
      if (outcome.outcome === 'recorded') this.#recorded += 1;
      else this.#repeated += 1;
      this.#keepWarnings(line, outcome.warnings);
    } catch (error) {
      this.#fault ??= error;
    }
  }

  /** Lines are recorded in any order. */
  #keepWarnings(line: number, warnings: readonly RecordWarning[]): void {
    if (warnings.length === 0) return;
    this.#warnings += warnings.length;
    const kept = [...this.#firstWarnings, ...warnings.map((warning) => ({ line, warning }))];
    this.#firstWarnings = kept.sort((a, b) => a.line - b.line).slice(0, WARNINGS_KEPT_MAX);
  }

  #refuse(refused: RefusedLine): void {
    if (this.#refused === undefined || refused.line < this.#refused.line) this.#refused = refused;
  }
}

function futureDetail(recordedAt: JsonValue | undefined): string | undefined {
  if (Date.parse(String(recordedAt)) <= Date.now() + CLOCK_DIFFERENCE_MS_MAX) return undefined;
  return (
    `/recordedAt: ${recordedAt} is in the future, and all later events would get it; ` +
    'set the clock, or use --allow-future'
  );
}

type Refusal = Exclude<RecordOutcome, { readonly outcome: 'recorded' | 'repeated' }>;

function refusalText(refusal: Refusal): string {
  switch (refusal.outcome) {
    case 'invalid':
    case 'not-found':
    case 'conflict':
      return refusal.errors
        .slice(0, FIELD_ERRORS_MAX)
        .map(({ pointer, detail }) => (pointer === '' ? detail : `${pointer}: ${detail}`))
        .join('; ');
    case 'wrong-revision':
      return `the event does not follow revision ${refusal.actual}, the last one of the record ${refusal.stream}`;
    case 'id-taken':
      return `the log has another event with the id ${refusal.id}`;
    case 'contended':
      return `another process keeps changing the record ${refusal.stream}; run the import again`;
    case 'recorded-at-out-of-order':
      return (
        `the event was recorded before the last event of the log (${refusal.last}); ` +
        'import an export before you add other events'
      );
  }
}

import { createHash } from 'node:crypto';
import type { NdjsonLine } from '../../append/json/ndjson.ts';
import { parseJsonStrictly } from '../../append/json/strict-json.ts';
import type { Recorder, RecordOutcome } from '../../append/recorder.ts';
import type { JsonValue } from '../../domain/values/json.ts';
import type { Progress } from './progress.ts';

export interface ImportCounts {
  readonly recorded: number;
  readonly repeated: number;
}

/** How an import ended. Whatever the end, all lines before the one named are on disk, and some after it may be. */
export type ImportEnd = ImportCounts &
  (
    | { readonly outcome: 'complete' }
    | { readonly outcome: 'stopped' }
    | { readonly outcome: 'refused'; readonly place: string; readonly detail: string }
  );

type JsonObject = { readonly [name: string]: JsonValue };

type LineOutcome =
  | { readonly outcome: 'read'; readonly event: JsonObject }
  | { readonly outcome: 'blank' }
  | { readonly outcome: 'refused'; readonly column?: number; readonly detail: string };

type RefusedLine = { readonly line: number; readonly column?: number; readonly detail: string };

/** Lines under way at once: they share the fsyncs of the log. */
const IN_FLIGHT_MAX = 64;
const ERRORS_TOLD = 5;
/** Who records by import: whoever works at the machine. */
const ACTOR = 'local';

/** Records lines until they end, one is refused, or the signal is aborted; settles when nothing is under way. */
export async function importLines(
  lines: AsyncIterable<NdjsonLine>,
  recorder: Recorder,
  progress: Progress,
  aborted: AbortSignal,
): Promise<ImportEnd> {
  const run = new ImportRun(recorder);
  let [line, bytes] = [0, 0];
  try {
    for await (const next of lines) {
      if (aborted.aborted || run.refused) break;
      line += 1;
      await run.take(line, readLine(next));
      bytes += next.kind === 'line' ? next.bytes.byteLength + 1 : 0;
      progress.update(bytes, run.events);
    }
  } catch (error) {
    if (!aborted.aborted) throw error;
  } finally {
    await run.settled();
    progress.update(bytes, run.events);
  }
  return run.end(aborted.aborted);
}

function readLine(line: NdjsonLine): LineOutcome {
  if (line.kind === 'too-long') return { outcome: 'refused', detail: 'the line is too long for an event' };
  if (line.bytes.toString('latin1').trim() === '') return { outcome: 'blank' };
  const parsed = parseJsonStrictly(line.bytes);
  if (parsed.outcome === 'refused') {
    const { column, detail } = parsed.error;
    return { outcome: 'refused', column, detail };
  }
  const { value } = parsed;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return { outcome: 'refused', detail: 'a line is one event, a JSON object' };
  }
  const event = value as JsonObject;
  return { outcome: 'read', event: 'id' in event ? event : { ...event, id: idOf(line.bytes) } };
}

/** The same line gets the same id, so that an import can be run again: UUIDv8 (RFC 9562) of its SHA-256. */
function idOf(bytes: Buffer): string {
  const hex = createHash('sha256').update(bytes).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/** Lines that are under way, and what became of those that were. */
class ImportRun {
  readonly #recorder: Recorder;
  readonly #inFlight = new Set<Promise<void>>();
  #recorded = 0;
  #repeated = 0;
  /** The first in the file. */
  #refused: RefusedLine | undefined;
  #fault: unknown;

  constructor(recorder: Recorder) {
    this.#recorder = recorder;
  }

  get refused(): boolean {
    return this.#refused !== undefined || this.#fault !== undefined;
  }

  get events(): number {
    return this.#recorded + this.#repeated;
  }

  /** Waits for room. Restored events go one after another, so that each gets its place in the log again. */
  async take(line: number, read: LineOutcome): Promise<void> {
    if (read.outcome === 'blank') return;
    if (read.outcome === 'refused') return this.#refuse({ ...read, line });
    const { event } = read;
    if ('recordedAt' in event) {
      await this.settled();
      return this.#finish(line, this.#recorder.restore(event));
    }
    const work = this.#finish(line, this.#recorder.record(event, { actor: ACTOR }));
    this.#inFlight.add(work);
    void work.then(() => this.#inFlight.delete(work));
    if (this.#inFlight.size >= IN_FLIGHT_MAX) await Promise.race(this.#inFlight);
  }

  async #finish(line: number, recording: Promise<RecordOutcome>): Promise<void> {
    try {
      this.#count(line, await recording);
    } catch (error) {
      this.#fault ??= error;
    }
  }

  #count(line: number, outcome: RecordOutcome): void {
    if (outcome.outcome === 'recorded') this.#recorded += 1;
    else if (outcome.outcome === 'repeated') this.#repeated += 1;
    else this.#refuse({ line, detail: reasonOf(outcome) });
  }

  #refuse(refused: RefusedLine): void {
    if (this.#refused === undefined || refused.line < this.#refused.line) this.#refused = refused;
  }

  async settled(): Promise<void> {
    await Promise.all(this.#inFlight);
  }

  /** @throws what the log threw. */
  end(isStopped: boolean): ImportEnd {
    if (this.#fault !== undefined) throw this.#fault;
    const counts = { recorded: this.#recorded, repeated: this.#repeated };
    if (this.#refused) {
      const { line, column, detail } = this.#refused;
      const place = column === undefined ? `${line}` : `${line}:${column}`;
      return { ...counts, outcome: 'refused', place, detail };
    }
    return { ...counts, outcome: isStopped ? 'stopped' : 'complete' };
  }
}

type Refusal = Exclude<RecordOutcome, { readonly outcome: 'recorded' | 'repeated' }>;

function reasonOf(refusal: Refusal): string {
  switch (refusal.outcome) {
    case 'invalid':
    case 'not-found':
    case 'conflict':
      return refusal.errors
        .slice(0, ERRORS_TOLD)
        .map(({ pointer, detail }) => (pointer === '' ? detail : `${pointer}: ${detail}`))
        .join('; ');
    case 'wrong-revision':
      return `the record ${refusal.stream} stands at revision ${refusal.actual} and the event does not follow it`;
    case 'id-taken':
      return `the id ${refusal.id} belongs to another event of the log`;
    case 'contended':
      return `the record ${refusal.stream} is being changed by somebody else; run the import again`;
    case 'recorded-at-out-of-order':
      return `it was recorded before the last event of the log (${refusal.last}): restore a history before adding to it`;
  }
}

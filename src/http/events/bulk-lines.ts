import { csvImportLines } from '../../append/csv/csv-import-lines.ts';
import type { CsvMapping } from '../../append/csv/csv-mapping.ts';
import { decodeText } from '../../append/csv/decode.ts';
import { explainIn, type ImportLine, type InputError, type LineError } from '../../append/import-line.ts';
import { type NdjsonLine, splitLines } from '../../append/json/ndjson.ts';
import { parseJsonStrictly } from '../../append/json/strict-json.ts';
import type { JsonObject } from '../../domain/values/json.ts';
import type { BodyBudget, HeldBytes } from '../limits/body-budget.ts';
import { type Problem, problemOfJsonError } from '../protocol/problems.ts';

/** A line of a bulk request: one of NDJSON, or a row of CSV. */
export interface BulkLine {
  /** From 1; blank lines count. */
  readonly number: number;
  /** The memory of the line. */
  readonly held: HeldBytes;
  /** Parses the line. */
  read(): BulkInput;
}

export type BulkInput =
  | { readonly kind: 'event'; readonly event: unknown; readonly explain: Explain }
  /** The events of a row, which are appended together. */
  | { readonly kind: 'row'; readonly events: readonly JsonObject[]; readonly explain: Explain }
  | { readonly kind: 'refused'; readonly problem: Problem };

type Explain = (error: InputError) => LineError;

export interface LineLimits {
  readonly lineBytesMax: number;
  /** The memory for the lines. */
  readonly bodies: BodyBudget;
}

/** Yields the lines of NDJSON that are not blank. */
export async function* ndjsonBulkLines(
  { lineBytesMax, bodies }: LineLimits,
  chunks: AsyncIterable<Buffer>,
): AsyncGenerator<BulkLine> {
  let held = bodies.open();
  let number = 0;
  try {
    for await (const line of splitLines(chunks, lineBytesMax, (bytes) => held.add(bytes))) {
      number += 1;
      const ended = held;
      held = bodies.open();
      if (isBlank(line)) ended.release();
      else {
        const [own, bytes] = [number, line];
        yield { number, held: ended, read: () => readNdjson(own, bytes, ended, lineBytesMax) };
      }
    }
  } finally {
    held.release();
  }
}

/**
 * Yields the rows of CSV.
 *
 * @throws CsvFormatError if the file does not fit the mapping
 */
export async function* csvBulkLines(
  { lineBytesMax, bodies }: LineLimits,
  chunks: AsyncIterable<Buffer>,
  mapping: CsvMapping,
): AsyncGenerator<BulkLine> {
  let held = bodies.open();
  const text = decodeText(chunks, mapping.encoding);
  const lines = splitLines(text, lineBytesMax, (bytes) => held.add(bytes));
  try {
    for await (const row of csvImportLines(lines, mapping, new Map())) {
      const ended = held;
      held = bodies.open();
      yield {
        number: row.line,
        held: ended,
        read: () => (ended.refusal ? refused(ended.refusal) : readRow(row)),
      };
    }
  } finally {
    held.release();
  }
}

function isBlank(line: NdjsonLine): boolean {
  return line.kind === 'line' && line.bytes.every((byte) => byte === 0x20 || byte === 0x09 || byte === 0x0d);
}

function readNdjson(number: number, line: NdjsonLine, held: HeldBytes, lineBytesMax: number): BulkInput {
  if (held.refusal !== undefined) return refused(held.refusal);
  if (line.kind === 'too-long') {
    return refused({ code: 'too-large', detail: `A line may have at most ${lineBytesMax} bytes.` });
  }
  const json = parseJsonStrictly(line.bytes);
  // The parser has seen one line only.
  if (json.outcome === 'refused') return refused(problemOfJsonError({ ...json.error, line: number }));
  const { value } = json;
  if (Array.isArray(value)) {
    return refused({ code: 'invalid-event', detail: 'A line must contain one event, not an array.' });
  }
  return { kind: 'event', event: value, explain: (error) => explainIn(value as JsonObject, error) };
}

function readRow(row: ImportLine): BulkInput {
  if (row.kind === 'refused') return refused({ code: 'invalid-event', members: { errors: row.errors } });
  return { kind: 'row', events: row.input as readonly JsonObject[], explain: row.explain };
}

function refused(problem: Problem): BulkInput {
  return { kind: 'refused', problem };
}

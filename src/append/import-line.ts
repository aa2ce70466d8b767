import { createHash } from 'node:crypto';
import type { FieldError } from '../domain/fields/field-error.ts';
import type { JsonObject, JsonValue } from '../domain/values/json.ts';
import { applyAliases, type CountryAliases } from './country-aliases.ts';
import { ExportDigest, isTrailer } from './export-trailer.ts';
import type { NdjsonLine } from './json/ndjson.ts';
import { parseJsonStrictly } from './json/strict-json.ts';

/** What a line of NDJSON or a row of CSV asks to append. */
export type ImportLine = {
  /** The line that it begins in, from 1. */
  readonly line: number;
  /** As it was read, without its line feed. */
  readonly text: string;
} & (
  | {
      readonly kind: 'events';
      /** One event, or the events of a row, which are for one record. */
      readonly input: JsonObject | readonly JsonObject[];
      /** Says where in the line an error or a warning of the input comes from. */
      readonly explain: (error: InputError) => LineError;
    }
  | { readonly kind: 'refused'; readonly errors: readonly LineError[] }
);

/** An error or a warning of the recorder. The pointer is into the input. */
export type InputError = Pick<FieldError, 'pointer' | 'detail'> & { readonly code: string };

/** Why a line is refused, or deserves a second look. */
export interface LineError {
  readonly code: string;
  readonly detail: string;
  /** RFC 6901 pointer into the event. */
  readonly pointer?: string;
  /** The value at the pointer; absent if that refers to the whole event. */
  readonly value?: JsonValue;
  /** The column of a CSV file from which the value comes. */
  readonly column?: string;
  /** The name of the event in the mapping, if a row has several. */
  readonly event?: string;
  /** The character of a line of JSON, from 1. */
  readonly character?: number;
}

/**
 * Reads the lines of NDJSON. Blank lines are skipped, and so is the last line of an export if the lines before it are
 * as it says.
 */
export async function* ndjsonImportLines(
  lines: AsyncIterable<NdjsonLine>,
  aliases: CountryAliases,
): AsyncGenerator<ImportLine> {
  const digest = new ExportDigest();
  let number = 0;
  for await (const line of lines) {
    number += 1;
    const read = readNdjsonLine(number, line, digest, aliases);
    if (read !== undefined) yield read;
  }
}

/** Returns the last line of the first export in a file that is not as it was written. Blank lines do not count. */
export async function findAlteredExport(
  lines: AsyncIterable<NdjsonLine>,
): Promise<{ readonly line: number; readonly detail: string } | undefined> {
  const digest = new ExportDigest();
  let number = 0;
  for await (const line of lines) {
    number += 1;
    if (line.kind !== 'line' || isBlank(line.bytes)) continue;
    if (!isTrailer(line.bytes)) {
      digest.add(line.bytes);
      continue;
    }
    const detail = digest.defect(line.bytes);
    if (detail !== undefined) return { line: number, detail };
  }
  return undefined;
}

function isBlank(bytes: Buffer): boolean {
  return bytes.toString('latin1').trim() === '';
}

function readNdjsonLine(
  number: number,
  line: NdjsonLine,
  digest: ExportDigest,
  aliases: CountryAliases,
): ImportLine | undefined {
  if (line.kind === 'too-long') {
    return refused(number, '', { code: 'too-long', detail: 'the line is too long for an event' });
  }
  const { bytes } = line;
  if (isBlank(bytes)) return undefined;
  const text = bytes.toString('utf8');
  if (isTrailer(bytes)) {
    const detail = digest.defect(bytes);
    return detail === undefined ? undefined : refused(number, text, { code: 'altered-export', detail });
  }
  digest.add(bytes);
  const parsed = parseJsonStrictly(bytes);
  if (parsed.outcome === 'refused') {
    const { code, column, detail } = parsed.error;
    return refused(number, text, { code, detail, character: column });
  }
  const { value } = parsed;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return refused(number, text, { code: 'wrong-type', detail: 'expected a JSON object with one event' });
  }
  const sent = value as JsonObject;
  const event = applyAliases('id' in sent ? sent : { ...sent, id: idOfLine(bytes) }, aliases);
  return { kind: 'events', line: number, text, input: event, explain: (error) => explainIn(event, error) };
}

function refused(line: number, text: string, error: LineError): ImportLine {
  return { kind: 'refused', line, text, errors: [error] };
}

export function explainIn(event: JsonObject, { pointer, code, detail }: InputError): LineError {
  const value = pointer === '' ? undefined : valueAt(event, pointer);
  return { code, detail, pointer, ...(value !== undefined && { value }) };
}

/** Returns the value that a JSON pointer refers to; undefined if there is none. */
function valueAt(root: JsonObject, pointer: string): JsonValue | undefined {
  let value: JsonValue | undefined = root;
  for (const part of pointer.split('/').slice(1)) {
    if (typeof value !== 'object' || value === null) return undefined;
    const name = part.replaceAll('~1', '/').replaceAll('~0', '~');
    value = Object.hasOwn(value, name) ? (value as JsonObject)[name] : undefined;
  }
  return value;
}

/** Derives the id from the bytes, as a UUIDv8 (RFC 9562) of their SHA-256, so that an import can be repeated. */
function idOfLine(bytes: Buffer): string {
  const hex = createHash('sha256').update(bytes).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { addAbortSignal, type Readable } from 'node:stream';
import type { CountryAliases } from '../../append/country-aliases.ts';
import { csvImportLines } from '../../append/csv/csv-import-lines.ts';
import { type CsvMapping, parseMapping } from '../../append/csv/csv-mapping.ts';
import { decodeText } from '../../append/csv/decode.ts';
import { GzipError, gunzipIfNeeded } from '../../append/gunzip.ts';
import { findAlteredExport, type ImportLine, ndjsonImportLines } from '../../append/import-line.ts';
import { splitLines } from '../../append/json/ndjson.ts';
import { type CountryCode, isCountryCode } from '../../domain/countries/countries.ts';
import { CommandError } from './command-error.ts';
import { USAGE_EXIT_CODE } from './errors.ts';
import { inputError } from './system-errors.ts';

const LINE_BYTES_MAX = 1 << 20;
const READ_BYTES = 1 << 18;

/** What a command imports. */
export interface ImportInput {
  readonly name: string;
  readonly stream: Readable;
  /** Undefined for stdin. */
  readonly bytes: number | undefined;
}

export async function openInput(file: string): Promise<ImportInput> {
  if (file === '-') return { name: 'stdin', stream: process.stdin, bytes: undefined };
  try {
    const stats = await stat(file);
    if (stats.isDirectory()) throw new CommandError(`${file} cannot be read: it is a folder`);
    const stream = createReadStream(file, { highWaterMark: READ_BYTES });
    await once(stream, 'open');
    return { name: file, stream, bytes: stats.isFile() ? stats.size : undefined };
  } catch (error) {
    throw inputError(error, file) ?? error;
  }
}

/** Reads what of an input is to be recorded. */
export class ImportReader {
  readonly #input: ImportInput;
  #bytesRead = 0;

  constructor(input: ImportInput) {
    this.#input = input;
  }

  /** Before decompression. */
  get bytesRead(): number {
    return this.#bytesRead;
  }

  /** @param mapping of a CSV file; undefined for NDJSON */
  lines(
    mapping: CsvMapping | undefined,
    aliases: CountryAliases,
    aborted: AbortSignal,
  ): AsyncIterable<ImportLine> {
    const chunks = gunzipIfNeeded(this.#counted(addAbortSignal(aborted, this.#input.stream)));
    if (mapping === undefined) return ndjsonImportLines(splitLines(chunks, LINE_BYTES_MAX), aliases);
    const lines = splitLines(decodeText(chunks, mapping.encoding), LINE_BYTES_MAX);
    return csvImportLines(lines, mapping, aliases);
  }

  async *#counted(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    for await (const chunk of chunks) {
      this.#bytesRead += chunk.byteLength;
      yield chunk;
    }
  }
}

/** A file is checked before anything is recorded. What comes through a pipe is checked at its end. */
export async function requireUnaltered({ name, bytes }: ImportInput): Promise<void> {
  if (bytes === undefined) return;
  const chunks = gunzipIfNeeded(createReadStream(name, { highWaterMark: READ_BYTES }));
  const altered = await findAlteredExport(splitLines(chunks, LINE_BYTES_MAX)).catch((error: unknown) => {
    throw gzipError(error, name) ?? inputError(error, name) ?? error;
  });
  if (altered === undefined) return;
  throw new CommandError(`${name}:${altered.line}: ${altered.detail}. Nothing was recorded.`);
}

/** Explains an error of decompression. Undefined for any other error. */
export function gzipError(error: unknown, name: string): CommandError | undefined {
  return error instanceof GzipError
    ? new CommandError(`${name} cannot be decompressed: ${error.message}`)
    : undefined;
}

/** @throws CommandError with a line for each error of the mapping */
export async function readMapping(file: string): Promise<CsvMapping> {
  const bytes = await readFile(file).catch((error: unknown) => {
    throw inputError(error, file) ?? error;
  });
  const parsed = parseMapping(bytes);
  if (parsed.outcome === 'parsed') return parsed.mapping;
  const lines = parsed.errors.map(
    ({ pointer, detail }) => `${file}: ${pointer === '' ? '' : `${pointer}: `}${detail}`,
  );
  throw new CommandError(lines.join('\n'), USAGE_EXIT_CODE);
}

/**
 * @param texts such as `Georgia=GE`
 * @throws CommandError
 */
export function parseAliases(texts: readonly string[]): CountryAliases {
  return new Map(texts.map(parseAlias));
}

function parseAlias(text: string): readonly [string, CountryCode] {
  const end = text.lastIndexOf('=');
  const [name, code] = [text.slice(0, end).trim(), text.slice(end + 1).trim()];
  if (end > 0 && name !== '' && isCountryCode(code)) return [name, code];
  const detail = 'expected a name and the code of a country, such as Georgia=GE';
  throw new CommandError(`--alias ${text}: ${detail}`, USAGE_EXIT_CODE);
}

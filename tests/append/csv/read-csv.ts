import { csvImportLines } from '../../../src/append/csv/csv-import-lines.ts';
import { type CsvMapping, parseMapping } from '../../../src/append/csv/csv-mapping.ts';
import { type CsvRecord, csvRecords } from '../../../src/append/csv/csv-records.ts';
import { decodeText } from '../../../src/append/csv/decode.ts';
import type { ImportLine } from '../../../src/append/import-line.ts';
import { splitLines } from '../../../src/append/json/ndjson.ts';
import type { JsonObject } from '../../../src/domain/values/json.ts';

const LINE_BYTES_MAX = 1 << 20;

function mappingOf(mapping: object): CsvMapping {
  const parsed = parseMapping(Buffer.from(JSON.stringify(mapping)));
  if (parsed.outcome === 'refused') throw new Error(JSON.stringify(parsed.errors));
  return parsed.mapping;
}

export function importLinesOf(
  text: string | Buffer,
  mapping: object,
  aliases = new Map<string, never>(),
): AsyncGenerator<ImportLine> {
  const parsed = mappingOf(mapping);
  const lines = splitLines(decodeText(chunksOf(text), parsed.encoding), LINE_BYTES_MAX);
  return csvImportLines(lines, parsed, aliases);
}

/** Reads all rows. */
export async function readRows(text: string | Buffer, mapping: object): Promise<readonly ImportLine[]> {
  return collect(importLinesOf(text, mapping));
}

export function eventsOf(line: ImportLine | undefined): readonly JsonObject[] {
  if (line?.kind !== 'events') throw new Error(`not a row with events: ${JSON.stringify(line)}`);
  return line.input as readonly JsonObject[];
}

export async function readRecords(
  text: string | Buffer,
  options = { delimiter: ',', quotes: true },
): Promise<readonly CsvRecord[]> {
  return collect(csvRecords(splitLines(chunksOf(text), LINE_BYTES_MAX), options));
}

/** Small pieces, so that lines and characters span them. */
async function* chunksOf(text: string | Buffer): AsyncGenerator<Buffer> {
  const bytes = Buffer.from(text);
  for (let start = 0; start < bytes.byteLength; start += 7) yield bytes.subarray(start, start + 7);
}

async function collect<Item>(items: AsyncIterable<Item>): Promise<readonly Item[]> {
  const collected: Item[] = [];
  for await (const item of items) collected.push(item);
  return collected;
}

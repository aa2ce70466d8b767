import type { CountryAliases } from '../country-aliases.ts';
import type { ImportLine } from '../import-line.ts';
import type { NdjsonLine } from '../json/ndjson.ts';
import { type CsvColumns, findColumns, requireDelimiter } from './csv-columns.ts';
import { CsvFormatError } from './csv-format-error.ts';
import type { CsvMapping } from './csv-mapping.ts';
import { type CsvRecord, csvRecords } from './csv-records.ts';
import { RowMapper } from './row-mapper.ts';

/**
 * Reads the rows of a CSV file as a mapping says.
 *
 * @param lines in UTF-8, as `decodeText` returns it
 * @throws CsvFormatError if the file does not fit the mapping
 */
export async function* csvImportLines(
  lines: AsyncIterable<NdjsonLine>,
  mapping: CsvMapping,
  aliases: CountryAliases,
): AsyncGenerator<ImportLine> {
  const mapper = new RowMapper(mapping, aliases);
  let columns: CsvColumns | undefined;
  for await (const record of csvRecords(lines, mapping)) {
    if (columns === undefined) {
      if (record.kind === 'unreadable') {
        requireDelimiter(mapping, [], record.text);
        throw new CsvFormatError(`Line ${record.line}: ${record.detail}`);
      }
      columns = findColumns(mapping, record.cells, record.text);
      if (mapping.columns === undefined) continue;
    }
    yield readRecord(record, columns, mapper);
  }
  if (columns === undefined) throw new CsvFormatError('The file has no rows.');
}

function readRecord(record: CsvRecord, columns: CsvColumns, mapper: RowMapper): ImportLine {
  const { line, text } = record;
  if (record.kind === 'unreadable') {
    const { code, detail } = record;
    return { kind: 'refused', line, text, errors: [{ code, detail }] };
  }
  const { cells } = record;
  if (cells.length !== columns.count) {
    const detail = `The row has ${cells.length} cells, and the file has ${columns.count} columns.`;
    return { kind: 'refused', line, text, errors: [{ code: 'wrong-cell-count', detail }] };
  }
  const mapped = mapper.map((column) => cells[columns.indexes.get(column) ?? -1]?.trim() ?? '');
  if (mapped.outcome === 'refused') return { kind: 'refused', line, text, errors: mapped.errors };
  return { kind: 'events', line, text, input: mapped.events, explain: mapped.explain };
}

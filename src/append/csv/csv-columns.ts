import { CsvFormatError } from './csv-format-error.ts';
import { type CsvMapping, mappedColumns } from './csv-mapping.ts';
import { RecordParser } from './record-parser.ts';

/** What separates the columns of files in practice. */
const DELIMITERS: Readonly<Record<string, string>> = {
  ',': 'commas',
  ';': 'semicolons',
  '\t': 'tabs',
  '|': 'vertical bars',
};
const SHOWN_MAX = 30;

/** The columns of a file. */
export interface CsvColumns {
  readonly count: number;
  /** Name → place in a row. */
  readonly indexes: ReadonlyMap<string, number>;
}

/**
 * Finds the columns of the mapping in the first row.
 *
 * @throws CsvFormatError if one is missing or not unique, or the file has another delimiter
 */
export function findColumns(mapping: CsvMapping, firstRow: readonly string[], text: string): CsvColumns {
  requireDelimiter(mapping, firstRow, text);
  const header = (mapping.columns ?? firstRow).map((name) => name.trim());
  for (const { column, at } of mappedColumns(mapping)) {
    if (!header.includes(column)) throw new CsvFormatError(missingColumn(column, at, header));
    if (header.indexOf(column) === header.lastIndexOf(column)) continue;
    throw new CsvFormatError(
      `Two columns of the file are called ${quoted(column)}, which the mapping names at ${at}.`,
    );
  }
  return { count: header.length, indexes: new Map(header.map((name, index) => [name, index])) };
}

function missingColumn(column: string, at: string, header: readonly string[]): string {
  const similar = header.find((name) => name.toLowerCase() === column.toLowerCase());
  const columns = header.slice(0, SHOWN_MAX).map(quoted).join(', ');
  return (
    `The file has no column ${quoted(column)}, which the mapping names at ${at}. ` +
    (similar === undefined ? `Its columns are ${columns}.` : `Do you mean ${quoted(similar)}?`)
  );
}

/**
 * Compares the first row with what the mapping expects.
 *
 * @param firstRow its cells; none if it could not be read
 * @throws CsvFormatError if the row makes sense with another delimiter only
 */
export function requireDelimiter(mapping: CsvMapping, firstRow: readonly string[], text: string): void {
  const { delimiter, columns } = mapping;
  const named = new Set(mappedColumns(mapping).map(({ column }) => column));
  const makesSense = (cells: readonly string[]) =>
    columns === undefined ? cells.some((cell) => named.has(cell.trim())) : cells.length === columns.length;
  if (makesSense(firstRow)) return;
  const found = Object.keys(DELIMITERS).find((each) => each !== delimiter && makesSense(cellsOf(text, each)));
  if (found === undefined) return;
  throw new CsvFormatError(
    `The columns are separated by ${DELIMITERS[found]}, not by ${DELIMITERS[delimiter] ?? quoted(delimiter)}. ` +
      `Set "delimiter": ${JSON.stringify(found)} in the mapping.`,
  );
}

function cellsOf(text: string, delimiter: string): readonly string[] {
  const parser = new RecordParser(delimiter);
  parser.add(text);
  return parser.cells;
}

function quoted(text: string): string {
  return `“${text}”`;
}

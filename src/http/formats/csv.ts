import { stringify } from 'csv-stringify/sync';
import type { Column } from './column.ts';
import type { ExportView, ExportWriter } from './export-writer.ts';

/** Spreadsheets take a file without it for one in a legacy encoding. */
const BYTE_ORDER_MARK = '\ufeff';
/** What a spreadsheet takes for the beginning of a formula, the full-width forms included. */
const FORMULA = /^[=+\-@\t\r\n＝＋－＠]/;
/** The writer only quotes texts with the whole delimiter. Most readers also end a row at one of its characters. */
const LINE_BREAK = /[\r\n]/;

/**
 * CSV (RFC 4180) with a header line. A text that a spreadsheet would run as a formula gets an apostrophe in front
 * (https://owasp.org/www-community/attacks/CSV_Injection); all other values are exact.
 */
export const csvWriter: ExportWriter = {
  begin: ({ columns }) => BYTE_ORDER_MARK + lines([columns.map(({ name }) => name)]),
  items: (items, view) => lines(items.map((item) => cells(view.parse(item), view))),
  end: () => '',
};

function cells(item: unknown, { columns, origin }: ExportView): readonly string[] {
  return columns.map((column) => cell(column, item, origin));
}

function cell({ type, value }: Column<unknown>, item: unknown, origin: string): string {
  const text = String(value(item, origin) ?? '');
  return type === 'string' && FORMULA.test(text) ? `'${text}` : text;
}

function lines(rows: readonly (readonly string[])[]): string {
  return stringify(rows as string[][], { record_delimiter: '\r\n', quoted_match: LINE_BREAK });
}

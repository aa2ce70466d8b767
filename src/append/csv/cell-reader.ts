import { resolveCountry } from '../../domain/countries/countries.ts';
import type { JsonValue } from '../../domain/values/json.ts';
import { limits } from '../../domain/values/limits.ts';
import type { CountryAliases } from '../country-aliases.ts';
import type { LineError } from '../import-line.ts';
import { compileDateFormat, type DateFormat } from './cell-date.ts';
import { columnsOfTemplate, fillItem, fillTemplate, type MappedField } from './csv-mapping.ts';

/** Returns the cell of a column, without white space around it; empty if the row has none. */
export type CellsOfRow = (column: string) => string;

export type CellOutcome =
  | { readonly outcome: 'value'; readonly value: JsonValue }
  /** The cell is empty, so the event does not have the field. */
  | { readonly outcome: 'absent' }
  | { readonly outcome: 'refused'; readonly error: LineError };

type ColumnField = Extract<MappedField, { readonly column: string }>;

const NUMBER = /^-?\d{1,15}(\.\d{1,15})?$/;
const PARTS_OF_NAME_MAX = 6;

/** Reads the values of fields from the cells of a row. */
export class CellReader {
  readonly #formats: readonly string[];
  readonly #dates: readonly DateFormat[];
  readonly #aliases: CountryAliases;

  /** @param formats of dates, of which the first that fits counts */
  constructor(formats: readonly string[], aliases: CountryAliases) {
    this.#formats = formats;
    this.#dates = formats.flatMap((format) => compileDateFormat(format) ?? []);
    this.#aliases = aliases;
  }

  read(field: MappedField, cells: CellsOfRow): CellOutcome {
    if (typeof field === 'string') return textOutcome(cells(field));
    if ('text' in field) return readTemplate(field.text, cells);
    if ('column' in field) return this.#readColumn(field, cells(field.column));
    if (field.when !== undefined && cells(field.when) === '') return { outcome: 'absent' };
    return { outcome: 'value', value: field.value };
  }

  #readColumn(field: ColumnField, cell: string): CellOutcome {
    if (cell === '') return { outcome: 'absent' };
    if (field.split === undefined) return this.#readItem(field, cell);
    const values: JsonValue[] = [];
    for (const item of this.#itemsOf(field, field.split, cell)) {
      const read = this.#readItem(field, item);
      if (read.outcome === 'refused') return read;
      if (read.outcome === 'value') values.push(read.value);
    }
    return { outcome: 'value', value: values };
  }

  #readItem({ as, each, values, column }: ColumnField, text: string): CellOutcome {
    const listed = values !== undefined && Object.hasOwn(values, text) ? values[text] : undefined;
    if (listed !== undefined) return { outcome: 'value', value: listed };
    const value = this.#convert(as, text);
    if (value === undefined) return { outcome: 'refused', error: this.#conversionError(as, text, column) };
    return { outcome: 'value', value: each === undefined ? value : fillItem(each, String(value)) };
  }

  #convert(as: ColumnField['as'], text: string): JsonValue | undefined {
    if (as === 'number') return NUMBER.test(text) ? Number(text) : undefined;
    if (as !== 'date' || this.#dates.length === 0) return text;
    for (const read of this.#dates) {
      const date = read(text);
      if (date !== undefined) return date;
    }
    return undefined;
  }

  #conversionError(as: ColumnField['as'], value: string, column: string): LineError {
    if (as === 'number')
      return { code: 'wrong-type', detail: 'Expected a number, such as 1250.5.', column, value };
    const detail = `Expected a date in the format ${this.#formats.join(' or ')}.`;
    return { code: 'invalid-date', detail, column, value };
  }

  /**
   * Splits a cell. Of countries, parts that make a name together stay together, the longest name first: “Korea,
   * Republic of, Senegal” has two, although a comma separates three parts.
   */
  #itemsOf({ as, values = {} }: ColumnField, separator: string, cell: string): readonly string[] {
    const parts = cell.split(separator);
    const isWhole = (name: string) =>
      Object.hasOwn(values, name) || this.#aliases.has(name) || resolveCountry(name).outcome === 'resolved';
    const items: string[] = [];
    for (let start = 0; start < parts.length; ) {
      const end = as === 'countries' ? endOfName(parts, start, separator, isWhole) : start + 1;
      items.push(parts.slice(start, end).join(separator).trim());
      start = end;
    }
    return items.filter((item) => item !== '');
  }
}

function endOfName(
  parts: readonly string[],
  start: number,
  separator: string,
  isWhole: (name: string) => boolean,
): number {
  for (let end = Math.min(start + PARTS_OF_NAME_MAX, parts.length); end > start + 1; end -= 1) {
    const name = parts.slice(start, end).join(separator).trim();
    if (name.length <= limits.countryNameCharsMax && isWhole(name)) return end;
  }
  return start + 1;
}

function textOutcome(cell: string): CellOutcome {
  return cell === '' ? { outcome: 'absent' } : { outcome: 'value', value: cell };
}

function readTemplate(template: string, cells: CellsOfRow): CellOutcome {
  const columns = columnsOfTemplate(template);
  if (columns.length > 0 && columns.every((column) => cells(column) === '')) return { outcome: 'absent' };
  return { outcome: 'value', value: fillTemplate(template, cells) };
}

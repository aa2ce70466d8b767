/** A column of a table, with its description for data packages (https://datapackage.org/standard/table-schema/). */
export interface Column<Item> {
  readonly name: string;
  /** Type of the values in a table schema. `string` columns are guarded against formulas. */
  readonly type: 'string' | 'integer' | 'number' | 'boolean' | 'date' | 'datetime';
  readonly description: string;
  /** Returns undefined for an empty cell. */
  readonly value: (item: Item, origin: string) => string | number | boolean | null | undefined;
}

export function textColumn<Item>(
  name: string,
  description: string,
  value: Column<Item>['value'],
): Column<Item> {
  return { name, type: 'string', description, value };
}

/** Separates the values of a list in one cell. */
const SEPARATOR = '; ';

/** Returns undefined for an empty list, so that its cell is empty. */
export function listCell(values: readonly string[]): string | undefined {
  return values.length === 0 ? undefined : values.join(SEPARATOR);
}

interface NamedInCell {
  readonly name: string;
  readonly country?: string;
}

/** “US Strategic Metals (US); Frontier Works Organization (PK)”. */
export function partiesCell(parties: readonly NamedInCell[] = []): string | undefined {
  return listCell(
    parties.map(({ name, country }) => (country === undefined ? name : `${name} (${country})`)),
  );
}

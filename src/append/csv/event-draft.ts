import type { JsonObject, JsonValue } from '../../domain/values/json.ts';
import { type CsvMapping, columnsOfField, type MappedField } from './csv-mapping.ts';

/** Fields in the order in which they are placed. */
export type OrderedFields = readonly (readonly [pointer: string, field: MappedField])[];

type Container = Record<string, unknown> | unknown[];

/**
 * Builds an event from the values of its fields. The items of a list take the places that are free: an item without a
 * value leaves no gap.
 */
export class EventDraft {
  readonly event: JsonObject = {};
  readonly #fields: OrderedFields;
  /** Pointer of an item in the mapping → its index in the event. */
  readonly #indexes = new Map<string, number>();
  /** Pointer into the event → pointer in the mapping. */
  readonly #placed = new Map<string, string>();

  constructor(fields: OrderedFields) {
    this.#fields = fields;
  }

  place(pointer: string, value: JsonValue): void {
    const parts = partsOf(pointer);
    let container = this.event as unknown as Container;
    let mapped = '';
    let placed = '';
    parts.forEach((part, index) => {
      mapped += `/${part}`;
      const name = Array.isArray(container) ? this.#indexOf(mapped, container) : part;
      placed += `/${name}`;
      const isLast = index === parts.length - 1;
      if (isLast || !Object.hasOwn(container, name)) {
        const empty = isIndex(parts[index + 1] ?? '') ? [] : {};
        (container as Record<string, unknown>)[unescaped(String(name))] = isLast ? value : empty;
      }
      container = (container as Record<string, Container>)[unescaped(String(name))] as Container;
    });
    this.#placed.set(placed, pointer);
  }

  /** Returns the columns that the value at a pointer comes from; undefined if it comes from none. */
  columnOf(pointer: string): string | undefined {
    const place = [...this.#placed.keys()].find((each) => isBelow(pointer, each) || isBelow(each, pointer));
    const mapped = place === undefined ? undefined : this.#placed.get(place);
    const [, field] =
      this.#fields.find(([each]) => (mapped === undefined ? isBelow(pointer, each) : each === mapped)) ?? [];
    const columns = field === undefined ? [] : columnsOfField(field);
    return columns.length === 0 ? undefined : columns.join(', ');
  }

  #indexOf(mapped: string, list: readonly unknown[]): number {
    const index = this.#indexes.get(mapped) ?? list.length;
    this.#indexes.set(mapped, index);
    return index;
  }
}

function isBelow(pointer: string, ancestor: string): boolean {
  return pointer === ancestor || pointer.startsWith(`${ancestor}/`);
}

function partsOf(pointer: string): readonly string[] {
  return pointer.split('/').slice(1);
}

function isIndex(part: string): boolean {
  return /^\d+$/.test(part);
}

function unescaped(part: string): string {
  return part.replaceAll('~1', '/').replaceAll('~0', '~');
}

/** Orders the items of each list by their index. */
export function inOrder(fields: CsvMapping['fields']): OrderedFields {
  return Object.entries(fields).sort(([a], [b]) => a.localeCompare(b, 'en', { numeric: true }));
}

import type { CountryCode } from '../../domain/countries/countries.ts';
import { findEventType } from '../../domain/event-types/registry.ts';
import { slugOf } from '../../domain/fields/topic.ts';
import type { JsonObject } from '../../domain/values/json.ts';
import { applyAliases, type CountryAliases } from '../country-aliases.ts';
import { uuidV5 } from '../ids.ts';
import { explainIn, type InputError, type LineError } from '../import-line.ts';
import { CellReader, type CellsOfRow } from './cell-reader.ts';
import {
  type CsvMapping,
  columnsOfTemplate,
  type EventMapping,
  fillTemplate,
  nameOf,
} from './csv-mapping.ts';
import { EventDraft, inOrder, type OrderedFields } from './event-draft.ts';

export type MappedRow =
  | {
      readonly outcome: 'mapped';
      readonly events: readonly [JsonObject, ...JsonObject[]];
      readonly explain: (error: InputError) => LineError;
    }
  | { readonly outcome: 'refused'; readonly errors: readonly LineError[] };

/** The namespace of the ids of data sets. */
const DATA_SETS = 'c5a1f3de-0f5b-4f0e-9d43-6c1c0a5f7b21';

interface PreparedEvent extends Pick<EventMapping, 'type' | 'when'> {
  readonly name: string;
  readonly fields: OrderedFields;
}

/** An event of a row, with the columns that its values come from. */
interface MappedEvent {
  readonly name: string;
  readonly event: JsonObject;
  readonly draft: EventDraft;
}

/** Makes the events of a row. The ids follow from the data set, the key of the row and the name of the event. */
export class RowMapper {
  readonly #mapping: CsvMapping;
  readonly #events: readonly PreparedEvent[];
  readonly #aliases: CountryAliases;
  readonly #reader: CellReader;
  readonly #namespace: string;

  constructor(mapping: CsvMapping, aliases: CountryAliases = new Map()) {
    this.#mapping = mapping;
    this.#events = mapping.events.map(({ fields, ...event }) => {
      return { ...event, name: nameOf(event), fields: inOrder({ ...mapping.fields, ...fields }) };
    });
    const own = Object.entries(mapping.aliases) as [string, CountryCode][];
    this.#aliases = new Map([...own, ...aliases]);
    this.#reader = new CellReader(mapping.dates ?? [], this.#aliases);
    this.#namespace = uuidV5(DATA_SETS, mapping.dataSet);
  }

  map(cells: CellsOfRow): MappedRow {
    const { key } = this.#mapping;
    const keyCells = key.map(cells);
    if (keyCells.every((cell) => cell === '')) {
      const detail = 'The key of the row is empty, so it could not be recognised in a later edition.';
      return { outcome: 'refused', errors: [{ code: 'missing-field', detail, column: key.join(', ') }] };
    }
    const present = this.#events.filter(({ when }) => when === undefined || cells(when) !== '');
    const errors: LineError[] = [];
    const mapped = present.map((event) => this.#mapEvent(event, keyCells, cells, errors));
    const [first, ...others] = mapped;
    if (errors.length > 0) return { outcome: 'refused', errors };
    if (first === undefined) {
      const columns = this.#events.map(({ when }) => when).join(', ');
      const detail = 'The row has no event, as the cells that it depends on are empty.';
      return { outcome: 'refused', errors: [{ code: 'missing-field', detail, column: columns }] };
    }
    return {
      outcome: 'mapped',
      events: [first.event, ...others.map(({ event }) => event)],
      explain: (error) => this.#explain(mapped, error),
    };
  }

  #mapEvent(
    { type, name, fields }: PreparedEvent,
    key: readonly string[],
    cells: CellsOfRow,
    errors: LineError[],
  ): MappedEvent {
    const draft = new EventDraft(fields);
    for (const [pointer, field] of fields) {
      const read = this.#reader.read(field, cells);
      if (read.outcome === 'value') draft.place(pointer, read.value);
      else if (read.outcome === 'refused')
        errors.push({ ...read.error, pointer, ...this.#nameIfSeveral(name) });
    }
    const event = {
      id: uuidV5(this.#namespace, JSON.stringify([...key, name])),
      type,
      stream: this.#streamOf(key, cells),
      correlationId: this.#mapping.dataSet,
      ...draft.event,
    };
    return { name, draft, event: applyAliases(event as JsonObject, this.#aliases) };
  }

  #streamOf(key: readonly string[], cells: CellsOfRow): string {
    const { stream, dataSet, events } = this.#mapping;
    if (stream !== undefined) return fillTemplate(stream, (column) => streamPart(cells(column)));
    const category = findEventType(events[0]?.type ?? '')?.category;
    return `${category}-${dataSet}-${uuidV5(this.#namespace, JSON.stringify(key))}`;
  }

  #nameIfSeveral(name: string): { readonly event?: string } {
    return this.#events.length === 1 ? {} : { event: name };
  }

  /** Pointers into an array begin with the index. */
  #explain(mapped: readonly MappedEvent[], error: InputError): LineError {
    const [, index = '0', pointer = ''] = /^\/(\d+)(.*)$/s.exec(error.pointer) ?? [];
    const found = mapped[Number(index)];
    if (found === undefined) return error;
    const column = pointer === '/stream' ? this.#streamColumns() : found.draft.columnOf(pointer);
    return {
      ...explainIn(found.event, { ...error, pointer }),
      ...(column !== undefined && { column }),
      ...this.#nameIfSeveral(found.name),
    };
  }

  #streamColumns(): string | undefined {
    const { stream, key } = this.#mapping;
    return (stream === undefined ? key : columnsOfTemplate(stream)).join(', ');
  }
}

/** Accents are dropped. Letters of other scripts are kept, so that the name is refused: no two cells become one. */
function streamPart(cell: string): string {
  return slugOf(cell).normalize('NFKD').replace(/\p{M}/gu, '');
}

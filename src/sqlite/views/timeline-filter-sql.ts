import { wordsText } from '../../domain/search/text-query.ts';
import { daySerial } from '../../domain/values/edtf.ts';
import type { TimelineQuery } from '../../projector/timeline-store.ts';
import { FACET_NAMES, type FacetName, facetToken } from './facet-table.ts';
import { OPEN_END_DAY, OPEN_START_DAY, wordsOfContent } from './timeline-schema.ts';

type Value = number | string;

/** SQL with the values of its parameters, in order. */
export interface Sql {
  readonly sql: string;
  readonly values: readonly Value[];
}

/**
 * A limit whose value SQLite cannot see when it plans the statement. If it can (`LIMIT ?`), it plans the statement
 * again on every execution, which costs more than reading a page.
 */
export const LIMIT = 'LIMIT ? + 0';

/** The conditions of a WHERE clause with the values of their parameters. */
export class Conditions {
  readonly #conditions: string[] = [];
  readonly #values: Value[] = [];

  add(condition: string, ...values: readonly Value[]): this {
    this.#conditions.push(condition);
    this.#values.push(...values);
    return this;
  }

  /** The conditions joined by AND; empty if there are none. */
  get sql(): string {
    return this.#conditions.join(' AND ');
  }

  get values(): readonly Value[] {
    return this.#values;
  }

  /** Joins the other tables that the conditions need to `entry`. */
  get joins(): string {
    const content = this.sql.includes('content.') ? 'CROSS JOIN content ON content.id = entry.content' : '';
    return `${content} ${this.fieldsJoin}`;
  }

  /** Joins `fields` if the conditions need it. */
  get fieldsJoin(): string {
    return this.sql.includes('fields.') ? 'CROSS JOIN fields ON fields.id = entry.fields' : '';
  }
}

/** Selects the rows that are valid as of an ordinal, which is the value of both parameters. */
export const VALID_AS_OF = 'entry.from_ordinal <= ? AND (entry.to_ordinal > ? OR entry.to_ordinal IS NULL)';

type ContentFilter = Pick<TimelineQuery, FacetName | 'roles' | 'text'>;

/** Selects entries whose facets and roles match the lists of the query, and that have its words. */
export function addFacets(conditions: Conditions, query: ContentFilter): void {
  for (const facet of FACET_NAMES) {
    const tokens = query[facet].map((value) => facetToken(facet, value));
    addAnyOf(conditions, FACET_PLACE, tokens);
  }
  const roles = query.roles.map((role) => JSON.stringify(role));
  addAnyOf(conditions, 'instr(fields.json, ?)', roles);
  for (const term of query.text) conditions.add(`instr(${wordsOfContent()}, ?) > 0`, wordsText(term));
}

/** Whether the query selects entries by their facets, roles or words. */
export function hasFacets(query: ContentFilter): boolean {
  return query.roles.length + query.text.length > 0 || FACET_NAMES.some((facet) => query[facet].length > 0);
}

/** The subquery runs once for a statement. */
const FACET_PLACE = "instr(content.facets, (SELECT '|' || id || '|' FROM facet WHERE token = ?))";

/** @param place SQL of the place of a value in a text; 0 or null if the text does not have it */
function addAnyOf(conditions: Conditions, place: string, values: readonly string[]): void {
  if (values.length === 0) return;
  conditions.add(`(${values.map(() => `${place} > 0`).join(' OR ')})`, ...values);
}

/** The column `reach`: whether the date can be certain (1 or 0), then the first and last days of its spans. */
export type ReachJson = readonly [canBeCertain: number, ...(readonly [first: number, last: number])[]];

type Range = Pick<TimelineQuery, 'from' | 'to'>;

/** Selects entries whose dates lie in the range for certain. */
export function addCertainRange(conditions: Conditions, { from, to }: Range): void {
  if (from !== undefined) conditions.add('entry.earliest >= ?', daySerial(from));
  if (to !== undefined) conditions.add('entry.latest <= ?', daySerial(to));
  conditions.add("(entry.reach IS NULL OR json_extract(entry.reach, '$[0]'))");
}

/** Selects entries whose dates lie in the range, for certain or possibly. */
export function addRange(conditions: Conditions, query: Range & Pick<TimelineQuery, 'certain'>): void {
  if (query.certain) addCertainRange(conditions, query);
  else if (query.from !== undefined || query.to !== undefined) addPossibleRange(conditions, query);
}

function addPossibleRange(conditions: Conditions, query: Range): void {
  const range = serialRange(query);
  const ofReach = reachOverlaps(range);
  conditions.add(
    `CASE WHEN entry.reach IS NULL THEN entry.latest >= ? AND entry.earliest <= ? ELSE ${ofReach.sql} END`,
    range.from,
    range.to,
    ...ofReach.values,
  );
}

/** A range of days as serial numbers. */
export interface SerialRange {
  readonly from: number;
  readonly to: number;
}

export function serialRange({ from, to }: Range): SerialRange {
  return {
    from: from === undefined ? OPEN_START_DAY : daySerial(from),
    to: to === undefined ? OPEN_END_DAY : daySerial(to),
  };
}

/**
 * Returns a condition on entries with `reach`: they may mean a day of the range. The first day as stated is always one
 * that the date may mean, and costs less to read.
 */
export function reachOverlaps({ from, to }: SerialRange): Sql {
  return {
    sql: `(entry.earliest BETWEEN ? AND ? OR EXISTS (
      SELECT 1 FROM json_each(entry.reach) AS span WHERE span.type = 'array'
      AND json_extract(span.value, '$[1]') >= ? AND json_extract(span.value, '$[0]') <= ?))`,
    values: [from, to, from, to],
  };
}

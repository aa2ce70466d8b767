import { daySerial } from '../../domain/values/edtf.ts';
import type { Facets, TimelineQuery } from '../../projector/timeline-store.ts';

type Value = number | string;

/** SQL with the values of its parameters, in order. */
export interface Sql {
  readonly sql: string;
  readonly values: readonly Value[];
}

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

  /** Joins the table `version` to `entry` if a condition needs it. */
  get versionJoin(): string {
    const needsVersion = this.#conditions.some((condition) => condition.includes('version.'));
    return needsVersion ? 'CROSS JOIN version ON version.id = entry.version' : '';
  }
}

/** The facets by the names that they have in a query. */
const FACET_NAMES = ['types', 'countries', 'topics', 'speechActs', 'speakers'] as const;

type FacetName = (typeof FACET_NAMES)[number];

/** Returns the text by which entries are searched, such as `|types:MouSigned||countries:PK||countries:US|`. */
export function facetText({ type, countries, topics, speechActs, speakers = [] }: Facets): string {
  const tokens = [facetToken('types', type)];
  for (const country of countries) tokens.push(facetToken('countries', country));
  for (const topic of topics) tokens.push(facetToken('topics', topic));
  for (const speechAct of speechActs) tokens.push(facetToken('speechActs', speechAct));
  for (const speaker of speakers) tokens.push(facetToken('speakers', speaker));
  return tokens.join('');
}

/** Returns one facet as a delimited token, such as `|countries:PK|`, which no other facet contains. */
function facetToken(facet: FacetName, value: string): string {
  const escaped = value.includes('|') || value.includes('%') ? encodeURIComponent(value) : value;
  return `|${facet}:${escaped}|`;
}

/** Selects entries whose facets and roles match the lists of the query. */
export function addFacets(conditions: Conditions, query: Pick<TimelineQuery, FacetName | 'roles'>): void {
  for (const facet of FACET_NAMES) {
    const tokens = query[facet].map((value) => facetToken(facet, value));
    addAnyOf(conditions, 'version.facets', tokens);
  }
  const roles = query.roles.map((role) => JSON.stringify(role));
  addAnyOf(conditions, 'entry.matter', roles);
}

function addAnyOf(conditions: Conditions, column: string, texts: readonly string[]): void {
  if (texts.length === 0) return;
  conditions.add(`(${texts.map(() => `instr(${column}, ?) > 0`).join(' OR ')})`, ...texts);
}

/** Selects entries by the start of the query's range. */
export function addRangeStart(
  conditions: Conditions,
  { from, certain }: Pick<TimelineQuery, 'from' | 'certain'>,
): void {
  if (from !== undefined)
    conditions.add(certain ? 'entry.earliest >= ?' : 'entry.latest >= ?', daySerial(from));
}

/** Selects entries by the end of the query's range. */
export function addRangeEnd(
  conditions: Conditions,
  { to, certain }: Pick<TimelineQuery, 'to' | 'certain'>,
): void {
  if (to !== undefined) conditions.add(certain ? 'entry.latest <= ?' : 'entry.earliest <= ?', daySerial(to));
}

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

/** The column `reach`: whether the date can be certain (1 or 0), then the first and last days of its spans. */
export type ReachJson = readonly [canBeCertain: number, ...(readonly [first: number, last: number])[]];

type Range = Pick<TimelineQuery, 'from' | 'to' | 'certain'>;

/** Selects entries whose dates lie in the range, for certain or possibly. */
export function addRange(conditions: Conditions, { from, to, certain }: Range): void {
  if (certain) {
    if (from !== undefined) conditions.add('entry.earliest >= ?', daySerial(from));
    if (to !== undefined) conditions.add('entry.latest <= ?', daySerial(to));
    conditions.add("(entry.reach IS NULL OR json_extract(entry.reach, '$[0]'))");
    return;
  }
  const bounds = [from, to].filter((day) => day !== undefined).map(daySerial);
  if (bounds.length === 0) return;
  const overlap = (first: string, last: string): string =>
    [from !== undefined && `${last} >= ?`, to !== undefined && `${first} <= ?`].filter(Boolean).join(' AND ');
  const ofPlainDate = overlap('entry.earliest', 'entry.latest');
  const ofSpan = overlap("json_extract(span.value, '$[0]')", "json_extract(span.value, '$[1]')");
  conditions.add(
    `CASE WHEN entry.reach IS NULL THEN ${ofPlainDate} ELSE EXISTS (
       SELECT 1 FROM json_each(entry.reach) AS span WHERE span.type = 'array' AND ${ofSpan}) END`,
    ...bounds,
    ...bounds,
  );
}

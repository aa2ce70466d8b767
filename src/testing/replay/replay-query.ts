import { resolveCountry } from '../../domain/countries/countries.ts';
import { resolveTopic } from '../../domain/fields/topic.ts';
import { parseTextQuery, type SearchTerm } from '../../domain/search/text-query.ts';
import { boundOf, type Day } from '../../domain/values/edtf.ts';
import { normalizeName } from '../../domain/values/text.ts';
import type { TimelineQuery } from '../../projector/timeline-store.ts';
import { NO_LIMIT } from './replay-stores.ts';

/**
 * Selects entries of a timeline, as the query parameters of the HTTP API do. Every field is optional. An entry matches
 * a list if it has any of its values. Without a `limit` all matching entries are returned.
 */
export interface ReplayQuery
  extends Partial<Omit<TimelineQuery, 'from' | 'to' | 'countries' | 'text' | 'asOf' | 'after'>> {
  /** Inclusive: a day (`2025-10-13`), or the first day of a month (`2025-10`) or a year (`2025`). */
  readonly from?: string;
  /** Inclusive: a day, or the last day of a month or a year. */
  readonly to?: string;
  /** ISO 3166-1 codes or country names. */
  readonly countries?: readonly string[];
  /** Names of speakers. Case and repeated spaces are ignored, as in the other names. */
  readonly speakers?: readonly string[];
  readonly outlets?: readonly string[];
  /** Names of those who relayed what was said. */
  readonly relays?: readonly string[];
  /** Names of institutions. */
  readonly institutions?: readonly string[];
  /** Words, `"phrases"` and `begin*`, as in the parameter `q`. */
  readonly text?: string;
}

/** All fields of a query. The compiler reports a missing one. */
const FIELDS: { readonly [Name in keyof Required<ReplayQuery>]: true } = {
  from: true,
  to: true,
  certain: true,
  types: true,
  roles: true,
  countries: true,
  topics: true,
  speechActs: true,
  speakers: true,
  outlets: true,
  relays: true,
  institutions: true,
  countryRoles: true,
  text: true,
  order: true,
  limit: true,
};

/** @throws RangeError if a field is unknown or its value is not valid. */
export function timelineFilter(query: ReplayQuery): Omit<TimelineQuery, 'asOf' | 'after'> {
  requireFields(Object.keys(query));
  const from = query.from === undefined ? undefined : parseDay('from', query.from, 'earliest');
  const to = query.to === undefined ? undefined : parseDay('to', query.to, 'latest');
  if (from !== undefined && to !== undefined && from > to) {
    throw new RangeError(`to: ${query.to} is before from, ${query.from}.`);
  }
  return {
    ...(from !== undefined && { from }),
    ...(to !== undefined && { to }),
    certain: query.certain ?? false,
    types: query.types ?? [],
    roles: query.roles ?? [],
    countries: (query.countries ?? []).map(parseCountry),
    topics: (query.topics ?? []).map(parseTopic),
    speechActs: query.speechActs ?? [],
    speakers: (query.speakers ?? []).map(normalizeName),
    outlets: (query.outlets ?? []).map(normalizeName),
    relays: (query.relays ?? []).map(normalizeName),
    institutions: (query.institutions ?? []).map(normalizeName),
    countryRoles: query.countryRoles ?? [],
    text: query.text === undefined ? [] : parseText(query.text),
    order: query.order ?? 'asc',
    limit: query.limit ?? NO_LIMIT,
  };
}

function requireFields(names: readonly string[]): void {
  const unknown = names.find((name) => !Object.hasOwn(FIELDS, name));
  if (unknown === undefined) return;
  const fields = Object.keys(FIELDS).join(', ');
  throw new RangeError(`A timeline query has no field ${unknown}. Its fields are ${fields}.`);
}

function parseDay(field: string, text: string, end: 'earliest' | 'latest'): Day {
  const day = boundOf(text, end);
  if (day !== undefined) return day;
  throw new RangeError(
    `${field}: Expected a day, a month or a year such as 2025-09-08, 2025-09 or 2025, not ${text}.`,
  );
}

function parseCountry(text: string): string {
  const country = resolveCountry(text);
  if (country.outcome === 'resolved') return country.code;
  throw new RangeError(`countries: ${country.detail}`);
}

function parseText(text: string): readonly SearchTerm[] {
  const query = parseTextQuery(text);
  if (query.outcome === 'parsed') return query.terms;
  throw new RangeError(`text: ${query.detail}`);
}

function parseTopic(text: string): string {
  const topic = resolveTopic(text);
  if (topic.outcome === 'resolved') return topic.topic;
  throw new RangeError(`topics: ${topic.detail}`);
}

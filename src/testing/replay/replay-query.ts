import { resolveCountry } from '../../domain/countries/countries.ts';
import { resolveTopic } from '../../domain/fields/topic.ts';
import { normalizeName } from '../../domain/record/statements.ts';
import { boundOf, type Day } from '../../domain/values/edtf.ts';
import type { TimelineQuery } from '../../projector/timeline-store.ts';
import { ALL } from './replay-stores.ts';

/** What to read of a timeline; each part may be left out. Without a `limit`: all of it. */
export interface ReplayQuery
  extends Partial<Omit<TimelineQuery, 'from' | 'to' | 'countries' | 'speakers' | 'asOf' | 'after'>> {
  /** Inclusive: a day, or the first day of a month or a year; `2025-10-13`, `2025-10`, `2025`. */
  readonly from?: string;
  /** Inclusive: a day, or the last day of a month or a year. */
  readonly to?: string;
  /** Codes or names. */
  readonly countries?: readonly string[];
  /** Names in any spelling that differs in case and spaces only. */
  readonly speakers?: readonly string[];
}

/** Those that there are; the compiler sees to it that none is forgotten. */
const PARTS: { readonly [Name in keyof Required<ReplayQuery>]: true } = {
  from: true,
  to: true,
  certain: true,
  types: true,
  roles: true,
  countries: true,
  topics: true,
  speechActs: true,
  speakers: true,
  order: true,
  limit: true,
};

/** @throws RangeError when a part is not known, or a value of it stands for nothing. */
export function timelineFilter(query: ReplayQuery): Omit<TimelineQuery, 'asOf' | 'after'> {
  requireKnown(Object.keys(query));
  const from = query.from === undefined ? undefined : dayOf('from', query.from, 'earliest');
  const to = query.to === undefined ? undefined : dayOf('to', query.to, 'latest');
  if (from !== undefined && to !== undefined && from > to) {
    throw new RangeError(`to: ${query.to} lies before from, ${query.from}.`);
  }
  return {
    ...(from !== undefined && { from }),
    ...(to !== undefined && { to }),
    certain: query.certain ?? false,
    types: query.types ?? [],
    roles: query.roles ?? [],
    countries: (query.countries ?? []).map(countryOf),
    topics: (query.topics ?? []).map(topicOf),
    speechActs: query.speechActs ?? [],
    speakers: (query.speakers ?? []).map(normalizeName),
    order: query.order ?? 'asc',
    limit: query.limit ?? ALL,
  };
}

function requireKnown(names: readonly string[]): void {
  const unknown = names.find((name) => !Object.hasOwn(PARTS, name));
  if (unknown === undefined) return;
  const known = Object.keys(PARTS).join(', ');
  throw new RangeError(`A timeline cannot be asked for ${unknown}; there is ${known}.`);
}

function dayOf(name: string, text: string, end: 'earliest' | 'latest'): Day {
  const day = boundOf(text, end);
  if (day !== undefined) return day;
  throw new RangeError(
    `${name}: Expected a day, a month or a year such as 2025-09-08, 2025-09 or 2025, not ${text}.`,
  );
}

function countryOf(text: string): string {
  const found = resolveCountry(text);
  if (found.outcome === 'resolved') return found.code;
  throw new RangeError(`countries: ${found.detail}`);
}

function topicOf(text: string): string {
  const found = resolveTopic(text);
  if (found.outcome === 'resolved') return found.topic;
  throw new RangeError(`topics: ${found.detail}`);
}

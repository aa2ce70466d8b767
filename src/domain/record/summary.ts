import type { z } from 'zod';
import type { CountryCode } from '../countries/countries.ts';
import { RELATIONS } from '../event-types/correction.ts';
import type { Attribution, ContentEventType } from '../event-types/define-event-type.ts';
import { findContentType } from '../event-types/registry.ts';
import { byCountry, type Role } from '../fields/role.ts';
import type { Day } from '../values/edtf.ts';
import { limits } from '../values/limits.ts';
import { oneLine } from '../values/text.ts';
import type { RecordLink, RecordVersion } from './record.ts';
import { statementsOf } from './statements.ts';

/*
 * Summaries of a version, for timelines. A version that inherits has the countries, topics and links of the record's
 * first event as well as its own.
 */

export type { Attribution } from '../event-types/define-event-type.ts';

type LinkList = (typeof RELATIONS)[keyof typeof RELATIONS]['list'];

/** Distinct names of records and ids of events, by relation. */
export type Links = { readonly [List in LinkList]: readonly string[] };

/** When an event happened. */
export interface Occurrence {
  readonly edtf: string;
  /** The first and last day that the date may mean; null for an open end. */
  readonly earliest: Day | null;
  readonly latest: Day | null;
  /** Present if the date was inferred rather than stated by the source. */
  readonly basis?: 'inferred';
  /** The source's own wording, such as “recently”. */
  readonly verbatim?: string;
}

export function occurrenceOf({ occurred, span, data }: RecordVersion): Occurrence {
  const { dateBasis, dateVerbatim } = data;
  return {
    edtf: occurred,
    earliest: span.earliest ?? null,
    latest: span.latest ?? null,
    ...(dateBasis === 'inferred' && { basis: dateBasis }),
    ...(dateVerbatim !== undefined && { verbatim: dateVerbatim }),
  };
}

/** One line in plain words, at most `bounds.headlineCharsMax`, made from the payload. */
export function headline(version: RecordVersion): string {
  return oneLine(typeOf(version).headline(detailsOf(version)), limits.headlineCharsMax);
}

/** The quotation that a headline ends with: the index of its first character, and its language (BCP 47). */
export interface HeadlineQuote {
  readonly from: number;
  readonly language: string;
}

/** Returns undefined when the headline quotes nothing. */
export function headlineQuote(version: RecordVersion): HeadlineQuote | undefined {
  const quote = typeOf(version).quote?.(detailsOf(version));
  if (quote === undefined) return undefined;
  const from = oneLine(quote.before, limits.headlineCharsMax).length + 1;
  return from < limits.headlineCharsMax ? { from, language: quote.language } : undefined;
}

/** Returns the payload over that of the first event, for types that inherit. */
function detailsOf({ opening, data }: RecordVersion): RecordVersion['data'] {
  return opening === undefined ? data : { ...opening.data, ...data };
}

/** Returns the distinct roles of each country. */
export function rolesByCountry(version: RecordVersion): Map<CountryCode, readonly Role[]> {
  return byCountry(withOpening(version).flatMap((part) => typeOf(part).countries(part.data)));
}

/** Returns the distinct topics. */
export function topicsOf(version: RecordVersion): readonly string[] {
  return distinct(withOpening(version).flatMap((part) => ownTopics(part)));
}

/** Returns the distinct speech acts of the version's statements. */
export function speechActsOf(version: RecordVersion): readonly string[] {
  return distinct(statementsOf(version).map(({ speechAct }) => speechAct));
}

/** Returns the distinct attribution chains of the version's statements and sources. */
export function attributionOf(version: RecordVersion): readonly Attribution[] {
  const chains = new Map<string, Attribution>();
  for (const { attribution } of [...statementsOf(version), ...version.sources]) {
    if (attribution === undefined) continue;
    const chain = attribution.map(({ name }) => name);
    chains.set(JSON.stringify(chain), chain);
  }
  return [...chains.values()];
}

type LinkLists = { [List in LinkList]: string[] };

function emptyLinks(): LinkLists {
  return Object.fromEntries(Object.values(RELATIONS).map(({ list }) => [list, []])) as unknown as LinkLists;
}

const NO_LINKS: Links = emptyLinks();

/** Returns the links of the version. What the first event implements is inherited, unless the version says itself. */
export function linksOf(version: RecordVersion): Links {
  const inherited = inheritedLinks(version);
  if (inherited.length + version.links.length === 0) return NO_LINKS;
  const links = emptyLinks();
  for (const { relation, to } of [...inherited, ...version.links]) {
    const names = links[RELATIONS[relation].list];
    if (!names.includes(to)) names.push(to);
  }
  return links;
}

function inheritedLinks(version: RecordVersion): readonly RecordLink[] {
  const { opening } = version;
  if (opening === undefined) return [];
  const saysItself = typeOf(version).implements?.(version.data) !== undefined;
  return saysItself ? [] : opening.links.filter((link) => link.linkedBy === undefined);
}

function withOpening(version: RecordVersion): readonly RecordVersion[] {
  return version.opening === undefined ? [version] : [version.opening, version];
}

function ownTopics(version: RecordVersion): readonly string[] {
  const { topics } = typeOf(version);
  return topics === undefined ? (version.data.topics ?? []) : topics(version.data);
}

function typeOf(version: RecordVersion): ContentEventType {
  const type = findContentType(version.type);
  if (type === undefined) throw new TypeError(`Unknown event type: ${version.type}`);
  return type;
}

function distinct(texts: readonly string[]): readonly string[] {
  return texts.length < 2 ? texts : [...new Set(texts)];
}

/** Returns the payload if the version is of this type. For own types, of which `version.type` does not know. */
export function dataOf<Schema extends z.ZodType>(
  version: RecordVersion,
  type: ContentEventType<string, string, Schema>,
): z.infer<Schema> | undefined {
  return version.type === type.name ? (version.data as z.infer<Schema>) : undefined;
}

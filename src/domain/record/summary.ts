import type { CountryCode } from '../countries/countries.ts';
import type { Relation } from '../event-types/correction.ts';
import type { Attribution, EventSummary } from '../event-types/define-event-type.ts';
import { findContentType } from '../event-types/registry.ts';
import { byCountry, type Role } from '../fields/role.ts';
import type { Day } from '../values/edtf.ts';
import { limits } from '../values/limits.ts';
import { oneLine } from '../values/text.ts';
import type { RecordVersion } from './record.ts';

/*
 * What a version of a record says, for timelines. A version that inherits says what the record's opening says, and
 * its own.
 */

export type { Attribution } from '../event-types/define-event-type.ts';

/** Names of records and ids of events, each once. */
export type Links = {
  readonly implements: readonly string[];
  readonly contradicts: readonly string[];
  readonly duplicates: readonly string[];
  readonly respondsTo: readonly string[];
  readonly cites: readonly string[];
};

const LINK_NAMES: Readonly<Record<Relation, keyof Links>> = {
  implements: 'implements',
  contradicts: 'contradicts',
  'duplicate-of': 'duplicates',
  'responds-to': 'respondsTo',
  cites: 'cites',
};

/** When it happened: EDTF, its first and last day (null: an open end), and how the date came about where that was told. */
export interface Occurrence {
  readonly edtf: string;
  readonly earliest: Day | null;
  readonly latest: Day | null;
  /** Somebody worked the date out; absent: the source states it, or nothing is said. */
  readonly basis?: 'inferred';
  /** How the source put it, such as “recently”. */
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
  return oneLine(summaryOf(version).headline(detailsOf(version)), limits.headlineCharsMax);
}

/** The end of a headline that is quoted: from which character on, in which language (BCP 47). */
export interface HeadlineQuote {
  readonly from: number;
  readonly language: string;
}

/** Undefined where nothing is quoted in it. */
export function headlineQuote(version: RecordVersion): HeadlineQuote | undefined {
  const quote = summaryOf(version).quote?.(detailsOf(version));
  if (quote === undefined) return undefined;
  const from = oneLine(quote.before, limits.headlineCharsMax).length + 1;
  return from < limits.headlineCharsMax ? { from, language: quote.language } : undefined;
}

/** A later step of a record says what it does not say itself as the first did. */
function detailsOf({ opening, data }: RecordVersion): RecordVersion['data'] {
  return opening === undefined ? data : { ...opening.data, ...data };
}

/** Every country of the version with its roles, each once. */
export function rolesByCountry(version: RecordVersion): Map<CountryCode, readonly Role[]> {
  return byCountry(withOpening(version).flatMap((part) => summaryOf(part).roles(part.data)));
}

/** Slugs, each once. */
export function topicsOf(version: RecordVersion): readonly string[] {
  return distinct(withOpening(version).flatMap((part) => summaryOf(part).topics(part.data)));
}

/** Of its own statements, each once. */
export function speechActsOf(version: RecordVersion): readonly string[] {
  return distinct(summaryOf(version).speechActs?.(version.data) ?? []);
}

/** The chains through which its own claims came, those of its statements and of its sources, each once. */
export function attributionOf(version: RecordVersion): readonly Attribution[] {
  const chains = new Map<string, Attribution>();
  const stated = summaryOf(version).attribution?.(version.data) ?? [];
  const reported = version.sources.flatMap(({ attribution }) =>
    attribution === undefined ? [] : [attribution.map((link) => link.name)],
  );
  for (const chain of [...stated, ...reported]) chains.set(JSON.stringify(chain), chain);
  return [...chains.values()];
}

/** Links of the version. What it carries out is inherited, unless it says so itself. */
export function linksOf(version: RecordVersion): Links {
  const links = new Map<keyof Links, string[]>();
  for (const { relation, to } of [...inheritedLinks(version), ...version.links]) {
    const name = LINK_NAMES[relation];
    links.set(name, [...(links.get(name) ?? []), to]);
  }
  const of = (name: keyof Links) => distinct(links.get(name) ?? []);
  return {
    implements: of('implements'),
    contradicts: of('contradicts'),
    duplicates: of('duplicates'),
    respondsTo: of('respondsTo'),
    cites: of('cites'),
  };
}

function inheritedLinks({ opening, ...version }: RecordVersion) {
  if (opening === undefined) return [];
  const saysItself = findContentType(version.type)?.summary.implements?.(version.data) !== undefined;
  return saysItself ? [] : opening.links.filter((link) => link.linkedBy === undefined);
}

function withOpening(version: RecordVersion): readonly RecordVersion[] {
  return version.opening === undefined ? [version] : [version.opening, version];
}

function summaryOf(version: RecordVersion): EventSummary<unknown, unknown> {
  const type = findContentType(version.type);
  if (type === undefined) throw new TypeError(`No such event type: ${version.type}`);
  return type.summary;
}

function distinct(texts: readonly string[]): readonly string[] {
  return texts.length < 2 ? texts : [...new Set(texts)];
}

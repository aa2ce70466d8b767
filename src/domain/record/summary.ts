import type { z } from 'zod';
import type { CountryCode } from '../countries/countries.ts';
import { RELATIONS } from '../event-types/correction.ts';
import type { ContentEventType, CountryRole } from '../event-types/define-event-type.ts';
import { speechActOf } from '../event-types/statement.ts';
import type { Actor } from '../fields/actor.ts';
import type { Amount } from '../fields/amount.ts';
import type { Good } from '../fields/goods.ts';
import { byCountry, type Role } from '../fields/role.ts';
import { canonicalTopic } from '../fields/topic.ts';
import { type Day, dateOf } from '../values/edtf.ts';
import { limits } from '../values/limits.ts';
import { oneLine } from '../values/text.ts';
import { rolesOfMembers } from './actors.ts';
import { detailsOf, isPartial, partsOf, typeOf, withOpening } from './inheritance.ts';
import type { RecordLink, RecordState, RecordVersion } from './record-version.ts';
import { statementsOf } from './statements.ts';

/*
 * Summaries of a version, for timelines. A version that inherits has the countries, topics and links of the record's
 * first event as well as its own.
 */

type Ends = (typeof RELATIONS)[keyof typeof RELATIONS];
type LinkList = Ends['list'] | Ends['inverse']['list'];

/** Distinct names of records and ids of events, by relation. Lists without any are absent. */
export type Links = { readonly [List in LinkList]?: readonly string[] };

type Certainty = 'certain' | 'uncertain' | 'approximate' | 'uncertain-approximate';

/** When an event happened. */
export interface Occurrence {
  readonly edtf: string;
  /** The first and last day as stated; null for an open or unknown end. */
  readonly earliest: Day | null;
  readonly latest: Day | null;
  /** The end of an interval that is not known. An open end reaches beyond all days instead. */
  readonly unknownEnd?: 'start' | 'end';
  /** What the qualifiers say: `?` is uncertain, `~` approximate, `%` both. */
  readonly certainty: Certainty;
  /** Present if the date was inferred rather than stated by the source. */
  readonly basis?: 'inferred';
  /** The source's own wording, such as “recently”. */
  readonly verbatim?: string;
}

export function occurrenceOf({ occurred, data }: RecordVersion): Occurrence {
  const { dateBasis, dateVerbatim } = data;
  const { span, unknownEnd, qualifier = 'certain' } = dateOf(occurred);
  return {
    edtf: occurred,
    earliest: span.earliest ?? null,
    latest: span.latest ?? null,
    ...(unknownEnd !== undefined && { unknownEnd }),
    certainty: qualifier === 'both' ? 'uncertain-approximate' : qualifier,
    ...(dateBasis === 'inferred' && { basis: dateBasis }),
    ...(dateVerbatim !== undefined && { verbatim: dateVerbatim }),
  };
}

/** One line in plain words, at most `bounds.headlineCharsMax`, made from the payload. */
export function headline(version: RecordVersion): string {
  const line = typeOf(version).headline(detailsOf(version), isPartial(version));
  return oneLine(line, limits.headlineCharsMax);
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

/** Returns the distinct roles of each country. A step that concerns some of a record's countries has only those. */
export function rolesByCountry(version: RecordVersion): Map<CountryCode, readonly Role[]> {
  const stated: CountryRole[] = [];
  for (const { type, data, roles } of partsOf(version)) {
    for (const pair of type.countries(data)) {
      if (roles === undefined || roles.includes(pair[1])) stated.push(pair);
    }
  }
  return byCountry([...stated, ...rolesOfMembers(version)]);
}

/** Returns the distinct topics, as slugs. */
export function topicsOf(version: RecordVersion): readonly string[] {
  return distinct(withOpening(version).flatMap(ownTopics));
}

/** Returns the distinct speech acts of the version's statements. */
export function speechActsOf(version: RecordVersion): readonly string[] {
  return distinct(statementsOf(version).map(speechActOf));
}

const NO_LINKS: Links = {};

/**
 * Returns the links of the version, and those of others to it. What the first event implements is inherited, unless the
 * version says itself.
 */
export function linksOf(version: RecordVersion): Links {
  const outbound = [...inheritedLinks(version), ...version.links];
  if (outbound.length + version.inbound.length === 0) return NO_LINKS;
  const links: Partial<Record<LinkList, string[]>> = {};
  for (const { relation, to } of outbound) addLink(links, RELATIONS[relation].list, to);
  for (const { relation, from } of version.inbound) addLink(links, RELATIONS[relation].inverse.list, from);
  return links;
}

/** Returns the links of others to a record and to its events. */
export function linksOfRecord(inbound: RecordState['inbound']): Links {
  const links: Partial<Record<LinkList, string[]>> = {};
  for (const { relation, from, isWithdrawn } of [...inbound.values()].flat()) {
    if (!isWithdrawn) addLink(links, RELATIONS[relation].inverse.list, from);
  }
  return links;
}

function addLink(links: Partial<Record<LinkList, string[]>>, list: LinkList, end: string): void {
  links[list] ??= [];
  const ends = links[list];
  if (!ends.includes(end)) ends.push(end);
}

/** The amounts and quantities that an event states, for its entry. */
export interface Figures {
  readonly amounts?: readonly Amount[];
  readonly quantities?: readonly Omit<Good, 'hsCode' | 'hsEdition'>[];
}

/** Returns the version's own figures: those of the first event are shown there. */
export function figuresOf({ data }: Pick<RecordVersion, 'data'>): Figures {
  const { amounts = [], payments = [], goods = [] } = data as Stated;
  const money = [...amounts, ...payments];
  const measured = goods.filter(({ quantity }) => quantity?.value !== undefined);
  const quantities = measured.map(({ hsCode, hsEdition, ...measure }) => measure);
  return {
    ...(money.length > 0 && { amounts: money }),
    ...(quantities.length > 0 && { quantities }),
  };
}

/** Who agreed on what kind of instrument, for the entry of an event. */
export interface Terms {
  readonly instrument?: string;
  readonly parties?: readonly Party[];
}

/** An actor without the names in other languages. */
type Party = Omit<Actor, 'names'>;

/** Returns the version's own terms: those of the first event are shown there. */
export function termsOf({ data }: Pick<RecordVersion, 'data'>): Terms {
  const { instrument, parties = [] } = data as Stated;
  return {
    ...(instrument !== undefined && { instrument }),
    ...(parties.length > 0 && { parties: parties.map(({ names, ...party }) => party) }),
  };
}

interface Stated {
  readonly instrument?: string;
  readonly parties?: readonly Actor[];
  readonly amounts?: readonly Amount[];
  readonly payments?: readonly Amount[];
  readonly goods?: readonly Good[];
}

function inheritedLinks(version: RecordVersion): readonly RecordLink[] {
  const { opening } = version;
  if (opening === undefined) return [];
  const saysItself = typeOf(version).implements?.(version.data) !== undefined;
  return saysItself ? [] : opening.links.filter((link) => link.linkedBy === undefined);
}

function ownTopics(version: RecordVersion): readonly string[] {
  const { topics } = typeOf(version);
  if (topics !== undefined) return topics(version.data).map(canonicalTopic);
  const recorded = 'topics' in version.data ? version.data.topics : undefined;
  return (recorded ?? []).map(canonicalTopic);
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

import { countryName } from '../../../domain/countries/countries.ts';
import { relationKey } from '../../../domain/countries/relation-key.ts';
import { ROLES } from '../../../domain/fields/role.ts';
import type { MountedProjection } from '../../../projector/mounted-projection.ts';
import { type LogPoint, UNFILTERED } from '../../../projector/timeline-store.ts';
import { sumOf } from '../../../web/chart/sum-of.ts';
import type { StatementEntry, TimelineView } from '../../../web/components/timeline-view.ts';
import { relationPage } from '../../../web/pages/relation-page.ts';
import { relationsPage } from '../../../web/pages/relations-page.ts';
import type { Html } from '../../../web/shell/html.ts';
import { relationUrl } from '../../../web/text/url.ts';
import { RELATION_COLUMNS } from '../../formats/list-columns.ts';
import type { AppContext } from '../../protocol/context.ts';
import type { Request, Response } from '../../protocol/handler.ts';
import { countParameter } from '../../protocol/parameters.ts';
import { sameCountry, unknownCountry } from '../../protocol/problems.ts';
import { relationList, relationTimelineAnswer } from '../../schemas/timelines.ts';
import { describeTimelineList } from '../descriptions.ts';
import { entryPages } from '../entry-pages.ts';
import type { NewListItem } from '../lists/list-route.ts';
import { type ListedSummaries, listedSummaries, SUMMARY_LIST_PARAMETERS } from '../lists/listed-summaries.ts';
import { relationMatrix } from '../lists/relation-matrix.ts';
import { sendTimelineList } from '../lists/send-list.ts';
import { dateParameter, listParameter } from '../parameters.ts';
import { countryCodesIn, rangeIn, TIMELINE_PARAMETERS, topicsIn } from '../query.ts';
import { TIMELINE_FORMATS } from '../representation.ts';
import type { TimelineLocation, TimelineRoute } from '../timeline-routes.ts';
import { COUNTRY, resolveCountrySegment } from './countries.ts';

/** Statements that are read for one relation page. */
const STATEMENTS_MAX = 100;

interface RelationParameters {
  readonly a: string;
  readonly b: string;
}

const FILTERS = [
  listParameter('countries', 'Keeps relations of one of these countries: codes or names.', {}, 'PK'),
  listParameter('topics', 'Keeps relations with entries on one of these topics.', {}, 'rare-earths'),
  dateParameter('from', 'Keeps relations with entries on this day or later, or before and after it.', '2025'),
  dateParameter('to', 'Keeps relations with entries on this day or earlier.', '2025-12-31'),
];

/** Countries of the matrix on a page that does not ask for another number. */
const MATRIX_COUNTRIES = 12;

const matrixParameter = countParameter(
  'matrix',
  40,
  MATRIX_COUNTRIES,
  'Adds a matrix of the relations between so many countries, those with most entries. Pages always have one.',
);

const LIST_PARAMETERS = {
  extraParameters: [...FILTERS, ...SUMMARY_LIST_PARAMETERS.extraParameters],
  pageParameters: [matrixParameter],
  limit: SUMMARY_LIST_PARAMETERS.limit,
};

export const relationListDescription = describeTimelineList({
  id: 'listRelations',
  summary: 'The relations between two countries that have events in common',
  answer: relationList,
  parameters: LIST_PARAMETERS,
  page: relationsPage,
});

const SUMMARIES: ListedSummaries = {
  nameOf: relationTitle,
  facetsOf: (key) => ({ countries: countriesOf(key) }),
  filterOf: (query) => ({
    facets: { countries: countryCodesIn(query, 'countries') },
    spans: { active: rangeIn(query, 'from', 'to') },
  }),
  entriesOf: (query) => {
    const topics = topicsIn(query, 'topics');
    return topics.length > 0 ? { ...UNFILTERED, topics } : undefined;
  },
  itemOf: ({ key, entries, earliest, latest }) => {
    const countries = countriesOf(key);
    const names = countries.map(countryName);
    return { countries, names, entries, earliest: earliest ?? null, latest: latest ?? null };
  },
  extrasOf: (query, listOf, filter) => {
    const isRequested = query.text('matrix') !== undefined;
    const countriesMax = matrixParameter.read(query);
    return (reader, asOf, isForPeople) =>
      isRequested || isForPeople
        ? { matrix: relationMatrix(listOf(reader, asOf).matching(filter), countriesMax) }
        : {};
  },
};

/** `GET /relations`: the relations between two countries that have events in common. */
export function listRelations(context: AppContext, req: Request, res: Response): Promise<void> {
  const projection = context.projections.relation;
  const list = {
    member: 'relations',
    title: 'Relations',
    columns: RELATION_COLUMNS,
    page: relationsPage,
    hasForm: true,
  } as const;
  const newItem: NewListItem = {
    noun: 'Relation',
    url: (key) => relationUrl(...countriesOf(key)),
    title: relationTitle,
    entryKind: 'event',
  };
  const candidates: ListedSummaries['candidates'] = ({ topics }, relations, asOf) =>
    relationKeysOnTopics(context.projections.topic, topics, relations * ENTRIES_PER_RELATION, asOf);
  const route = {
    projection,
    ...list,
    newItem,
    ...LIST_PARAMETERS,
    ...listedSummaries({ ...SUMMARIES, candidates }),
  };
  return sendTimelineList(context, route, req, res);
}

/** To look into a relation takes as long as to read this many entries of a topic. */
const ENTRIES_PER_RELATION = 4;

/** Returns the keys of all pairs of countries of the entries on the topics; undefined if there are too many entries. */
async function relationKeysOnTopics(
  topic: MountedProjection,
  topics: readonly string[],
  entriesMax: number,
  asOf: LogPoint,
): Promise<ReadonlySet<string> | undefined> {
  const { reader } = topic;
  if (reader === undefined || (reader.checkpoint()?.ordinal ?? 0) < asOf.ordinal) return undefined;
  const entries = topics.map((slug) => reader.summary(slug, asOf.ordinal)?.entries ?? 0);
  if (sumOf(entries) > entriesMax) return undefined;
  const keys = new Set<string>();
  for (const slug of topics) {
    for await (const page of entryPages(topic, slug, { ...UNFILTERED, order: 'asc' }, asOf)) {
      for (const entry of page)
        addPairs((JSON.parse(entry) as { countries: readonly string[] }).countries, keys);
    }
  }
  return keys;
}

function addPairs(countries: readonly string[], keys: Set<string>): void {
  for (const [index, country] of countries.entries()) {
    for (const other of countries.slice(index + 1)) keys.add(relationKey(country, other));
  }
}

/**
 * `GET /relations/{a}/{b}`: the timeline of the relation between two countries. The canonical URL has the two codes in
 * alphabetical order. The other order and other names of the countries redirect there.
 */
export function relationTimelines(context: AppContext): TimelineRoute<RelationParameters> {
  return {
    projection: context.projections.relation,
    description: {
      name: 'Relation',
      summary: 'The timeline of the relation between two countries',
      path: { a: { ...COUNTRY, example: 'CN' }, b: COUNTRY },
      answer: relationTimelineAnswer,
      roles: { pattern: `^[A-Z]{2}:(${ROLES.join('|')})$` },
      problems: ['unknown-country', 'same-country'],
      hasOtherSpellings: true,
    },
    parameters: TIMELINE_PARAMETERS.relation,
    formats: TIMELINE_FORMATS,
    title: relationTitle,
    entryKind: 'event',
    roles: (key) => countriesOf(key).flatMap((code) => ROLES.map((role) => `${code}:${role}`)),
    locate: ({ params }) => locateRelation(params),
    subject: (key) => `"relation":${JSON.stringify(countriesOf(key).map(countryJson))}`,
    section: 'relations',
    page: (key, view, asOf) => renderRelation(context, countriesOf(key), view, asOf),
    requires: { projection: context.projections.statements, by: 'page' },
    absent: () => undefined,
  };
}

function locateRelation({ a, b }: RelationParameters): TimelineLocation {
  const [one, other] = [resolveCountrySegment(a), resolveCountrySegment(b)];
  if (one.outcome === 'refused') return { kind: 'refused', problem: unknownCountry(one) };
  if (other.outcome === 'refused') return { kind: 'refused', problem: unknownCountry(other) };
  if (one.code === other.code) return { kind: 'refused', problem: sameCountry(one.code) };
  const key = relationKey(one.code, other.code);
  const [first, second] = countriesOf(key);
  const isCanonical = a === first && b === second;
  return isCanonical ? { kind: 'timeline', key } : { kind: 'moved', path: relationUrl(first, second) };
}

function relationTitle(key: string): string {
  return countriesOf(key).map(countryName).join(' and ');
}

/** Returns the codes in the key of a relation, such as `CN~PK`. */
function countriesOf(key: string): readonly [string, string] {
  const [first = '', second = ''] = key.split('~');
  return [first, second];
}

function countryJson(code: string): object {
  return { code, name: countryName(code) };
}

/** Adds the statements in which either country names the other, in the same state and the same range of dates. */
function renderRelation(
  { projections }: AppContext,
  [first, second]: readonly [string, string],
  view: TimelineView,
  asOf: LogPoint | undefined,
): Html {
  if (view.isEmbedded) return relationPage([first, second], view, []);
  const { from, to, certain } = view.filter;
  const dates = { ...(from !== undefined && { from }), ...(to !== undefined && { to }), certain };
  const query = {
    ...UNFILTERED,
    ...dates,
    countries: [second],
    order: 'desc',
    limit: STATEMENTS_MAX,
  } as const;
  const entries =
    asOf === undefined
      ? []
      : (projections.statements.reader?.page(first, { ...query, asOf: asOf.ordinal }).entries ?? []);
  const statements = entries.map((entry) => JSON.parse(entry) as StatementEntry);
  return relationPage([first, second], view, statements);
}

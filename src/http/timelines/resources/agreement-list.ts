import { INSTRUMENTS } from '../../../domain/event-types/mou.ts';
import type { ListedTimeline, ListFilter, ListOrder } from '../../../projector/timeline-list.ts';
import type { IndexQuery, Ordinal, TimelineReader } from '../../../projector/timeline-store.ts';
import type { AgreementView } from '../../../web/pages/agreement-page.ts';
import { agreementsPage } from '../../../web/pages/agreements-page.ts';
import { agreementUrl } from '../../../web/text/url.ts';
import { AGREEMENT_COLUMNS } from '../../formats/list-columns.ts';
import type { AppContext } from '../../protocol/context.ts';
import type { Request, Response } from '../../protocol/handler.ts';
import { choiceParameter, countParameter } from '../../protocol/parameters.ts';
import type { QueryParameters } from '../../protocol/query.ts';
import { agreementList } from '../../schemas/timelines.ts';
import { describeTimelineList } from '../descriptions.ts';
import type { TimelineListPage, TimelineListReader, TimelineListRoute } from '../lists/list-route.ts';
import {
  facetCounts,
  facetsParameter,
  listedTimelines,
  NONE,
  sortParameters,
  valuesOrNone,
} from '../lists/listed-timelines.ts';
import { sendTimelineList } from '../lists/send-list.ts';
import { dateParameter, listParameter } from '../parameters.ts';
import { countryCodesIn, rangeIn, topicsIn } from '../query.ts';
import { cachePerReader } from '../reader-cache.ts';
import { readAgreement, UNLINKED } from './agreements.ts';

/** Bounds what is read for one page of `shipments=none`, even if it has fewer items than requested. */
const READ_PER_PAGE = { chainsMax: 1_000, entriesMax: 4_000 } as const;

const STATES = ['signed', 'in-force', 'terminated', NONE];
const NUMBERS_OF_PARTIES = ['bilateral', 'multilateral', NONE];
const INSTRUMENT_NAMES = [...Object.keys(INSTRUMENTS), NONE];

const LIMIT = countParameter('limit', 200, 50, 'Items of a page.');
const SORT = sortParameters('signed', 'changed', 'title', 'parties');
const FACETS_WITH_NONE = ['states', 'instruments', 'parties'];
const FACETS = [...FACETS_WITH_NONE, 'countries', 'topics'];

const shipmentsParameter = choiceParameter(
  'shipments',
  ['any', 'none'],
  'any',
  '`none` keeps the agreements without a known shipment.',
);

const FILTERS = [
  listParameter('countries', 'Keeps agreements of which one of these countries has a party.', {}, 'PK'),
  listParameter('topics', 'Keeps agreements on one of these topics.', {}),
  listParameter('instruments', 'Kinds of agreements.', { enum: INSTRUMENT_NAMES }),
  listParameter('states', 'How far they have come. `none`: the signing is not recorded.', { enum: STATES }),
  listParameter('parties', 'Two parties, or more. `none`: fewer are recorded.', { enum: NUMBERS_OF_PARTIES }),
  dateParameter('from', 'The first day of the signing: a day, a month or a year.', '2025'),
  dateParameter('to', 'The last day of the signing.', '2025-12-31'),
  dateParameter('inForceFrom', 'Keeps agreements that were in force on this day or later.', '2025'),
  dateParameter('inForceTo', 'Keeps agreements that were in force on this day or earlier.', '2025-12-31'),
  shipmentsParameter,
];

const PARAMETERS = {
  extraParameters: [...FILTERS, ...SORT.parameters],
  pageParameters: [facetsParameter(FACETS)],
  limit: LIMIT,
};

export const agreementListDescription = describeTimelineList({
  id: 'listAgreements',
  summary: 'The agreements, by parties, topics, dates, kind and state, and whether shipments implement them',
  answer: agreementList,
  parameters: PARAMETERS,
  page: agreementsPage,
});

/** `GET /mous`: the agreements, filtered and sorted. */
export function listAgreements(context: AppContext, req: Request, res: Response): Promise<void> {
  const { projections, agreementChains } = context;
  const route: TimelineListRoute = {
    projection: projections.agreements,
    member: 'mous',
    title: 'Agreements',
    columns: AGREEMENT_COLUMNS,
    page: agreementsPage,
    hasForm: true,
    newItem: {
      noun: 'Agreement',
      url: agreementUrl,
      title: (stream, asOf) => {
        const { reader } = projections.agreements;
        return (reader && readAgreement(agreementChains, reader, stream, asOf).title) ?? stream;
      },
      entryKind: 'record',
    },
    ...PARAMETERS,
    reader: (query) => agreementReader(context, query),
  };
  return sendTimelineList(context, route, req, res);
}

function agreementReader(context: AppContext, query: QueryParameters): TimelineListReader {
  const listOf = (reader: TimelineReader, asOf: Ordinal) => reader.list(asOf);
  const request: AgreementListRequest = { order: SORT.read(query), filter: parseFilter(query) };
  const itemOf = (timeline: ListedTimeline, reader: TimelineReader, asOf: Ordinal) =>
    listItem(context, timeline, reader, asOf);
  const listed = listedTimelines({ ...request, listOf, itemOf });
  const isAny = shipmentsParameter.read(query) === 'any';
  const readers = isAny ? listed : { ...listed, ...withoutShipments(context, request) };
  return {
    ...readers,
    prepare: async ({ reader }) => reader?.loadList(),
    readPage: (reader, range) => ({
      ...readers.readPage(reader, range),
      extraFields: { shipmentsWithoutMou: agreementUrl(UNLINKED) },
    }),
    extras: isAny
      ? facetCounts(query, FACETS, FACETS_WITH_NONE, { ...request, listOf })
      : withoutCounts(query),
  };
}

/** The counts would be of agreements with shipments as well. */
function withoutCounts(query: QueryParameters): NonNullable<TimelineListReader['extras']> {
  if (query.text('facets') !== undefined) query.refuse('facets', 'Use it without `shipments=none`.');
  return (_reader, _asOf, isForPeople) => (isForPeople ? { facets: {} } : {});
}

interface AgreementListRequest {
  readonly order: ListOrder;
  readonly filter: ListFilter;
}

function parseFilter(query: QueryParameters): ListFilter {
  return {
    except: [UNLINKED],
    facets: {
      countries: countryCodesIn(query, 'countries'),
      topics: topicsIn(query, 'topics'),
      instruments: valuesOrNone(query, 'instruments', INSTRUMENT_NAMES),
      states: valuesOrNone(query, 'states', STATES),
      parties: valuesOrNone(query, 'parties', NUMBERS_OF_PARTIES),
    },
    spans: {
      signed: rangeIn(query, 'from', 'to'),
      inForce: rangeIn(query, 'inForceFrom', 'inForceTo'),
    },
  };
}

/** Leaves out the agreements with a known shipment, which only their chains tell. */
function withoutShipments(
  context: AppContext,
  { order, filter }: AgreementListRequest,
): Required<Pick<TimelineListReader, 'includes' | 'readPage' | 'count'>> {
  const isWithout = (reader: TimelineReader, stream: string, asOf: Ordinal): boolean =>
    !readAgreement(context.agreementChains, reader, stream, asOf).shipmentsKnown;
  return {
    includes: (reader, stream, asOf) =>
      reader.list(asOf).includes(stream, filter) && isWithout(reader, stream, asOf),
    readPage: (reader, range) => readWithoutShipments(context, { order, filter }, reader, range),
    count: (reader, asOf) => countWithoutShipments(context, { order, filter }, reader, asOf),
  };
}

const KEPT_COUNTS_MAX = 100;
/** Filter and state → number of agreements. */
const countsOf = cachePerReader<string, { readonly count: number | undefined }>({ max: KEPT_COUNTS_MAX });

/** Undefined if more chains would have to be read than for one page. */
function countWithoutShipments(
  context: AppContext,
  request: AgreementListRequest,
  reader: TimelineReader,
  asOf: Ordinal,
): number | undefined {
  const kept = countsOf(reader);
  const name = JSON.stringify([request.filter, asOf]);
  const known = kept.get(name);
  if (known !== undefined) return known.count;
  const range = { limit: READ_PER_PAGE.chainsMax, asOf };
  const { items, end } = readWithoutShipments(context, request, reader, range);
  const count = end === undefined ? items.length : undefined;
  kept.set(name, { count });
  return count;
}

function readWithoutShipments(
  context: AppContext,
  { order, filter }: AgreementListRequest,
  reader: TimelineReader,
  { limit, after, asOf }: IndexQuery,
): TimelineListPage {
  const list = reader.list(asOf);
  const { keys, isLast } = list.page({ ...order, filter, limit: READ_PER_PAGE.chainsMax, after });
  const items: object[] = [];
  let [chainsRead, entriesRead] = [0, 0];
  for (const timeline of keys.flatMap((key) => list.get(key) ?? [])) {
    if (items.length === limit || entriesRead >= READ_PER_PAGE.entriesMax) break;
    const item = listItem(context, timeline, reader, asOf);
    if (!item.shipmentsKnown) items.push(item);
    entriesRead += item.events;
    chainsRead += 1;
  }
  return { items, end: isLast && chainsRead === keys.length ? undefined : keys[chainsRead - 1] };
}

/** The amount, the parties and so on of an agreement, without its steps. */
type ListedAgreement = Omit<AgreementView, 'steps' | 'participation' | 'shipments'>;

function listItem(
  { agreementChains }: AppContext,
  { key, sort }: ListedTimeline,
  reader: TimelineReader,
  asOf: Ordinal,
): ListedAgreement & { readonly events: number; readonly shipments: number; readonly changedAt: unknown } {
  const { steps, participation, shipments, ...agreement } = readAgreement(agreementChains, reader, key, asOf);
  const current = shipments.filter((shipment) => shipment.steps.some(({ status }) => status !== 'retracted'));
  return {
    ...agreement,
    events: reader.summary(key, asOf)?.entries ?? 0,
    shipments: current.length,
    changedAt: sort['changed'] ?? null,
  };
}

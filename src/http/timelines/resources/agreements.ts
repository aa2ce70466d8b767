import {
  type IndexQuery,
  type LogPoint,
  type Ordinal,
  type TimelineReader,
  UNFILTERED,
} from '../../../projector/timeline-store.ts';
import {
  type AgreementView,
  agreementPage,
  UNLINKED_TITLE,
  unlinkedShipmentsPage,
} from '../../../web/pages/agreement-page.ts';
import { agreementsPage } from '../../../web/pages/index-page.ts';
import { agreementUrl } from '../../../web/text/url.ts';
import { AGREEMENT_COLUMNS } from '../../formats/list-columns.ts';
import type { AgreementChains, AppContext } from '../../protocol/context.ts';
import type { Request, Response } from '../../protocol/handler.ts';
import { choiceParameter, countParameter } from '../../protocol/parameters.ts';
import { unknownAgreement } from '../../protocol/problems.ts';
import { agreementAnswer, agreementList, unlinkedShipmentTimelineAnswer } from '../../schemas/timelines.ts';
import { describeTimelineList } from '../descriptions.ts';
import type { TimelineListPage, TimelineListRoute } from '../lists/list-route.ts';
import { sendTimelineList } from '../lists/send-list.ts';
import { countTimelines } from '../lists/timeline-counts.ts';
import { TIMELINE_PARAMETERS } from '../query.ts';
import { TIMELINE_FORMATS } from '../representation.ts';
import type { TimelineLocation, TimelineRoute } from '../timeline-routes.ts';

/** Key of the timeline of shipments without a known agreement. It sorts after all keys that begin with `mou-`. */
const UNLINKED = 'unknown';
/** Entries of one chain: twice as many events as the record of an agreement can have. */
const CHAIN_ENTRIES_MAX = 2_000;
/** Bounds what is read for one page of the list, even if it has fewer items than requested. */
const READ_PER_PAGE = { chainsMax: 1_000, entriesMax: 4_000 } as const;

interface AgreementParameters {
  readonly stream: string;
}

const LIST_LIMIT = countParameter('limit', 200, 50, 'Items of a page.');
const shipmentsParameter = choiceParameter(
  'shipments',
  ['any', 'none'],
  'any',
  '`none` keeps the agreements without a known shipment.',
);

export const agreementListDescription = describeTimelineList({
  id: 'listAgreements',
  summary: 'The agreements, and whether shipments implement them',
  answer: agreementList,
  parameters: { extraParameters: [shipmentsParameter], limit: LIST_LIMIT },
  page: agreementsPage,
});

/**
 * `GET /mous`: the agreements, and whether shipments implement them. `shipments=none` keeps those without a known
 * shipment.
 */
export function listAgreements(context: AppContext, req: Request, res: Response): Promise<void> {
  const { projections, agreementChains } = context;
  const route: TimelineListRoute = {
    projection: projections.agreements,
    member: 'mous',
    title: 'Agreements',
    columns: AGREEMENT_COLUMNS,
    page: agreementsPage,
    newItem: {
      noun: 'Agreement',
      url: agreementUrl,
      title: (stream, asOf) => {
        const { reader } = projections.agreements;
        return (reader && readAgreement(agreementChains, reader, stream, asOf).title) ?? stream;
      },
      entryKind: 'record',
    },
    extraParameters: [shipmentsParameter],
    limit: LIST_LIMIT,
    reader: (query) => {
      const isAny = shipmentsParameter.read(query) === 'any';
      return {
        includes: (reader, stream, asOf) =>
          stream !== UNLINKED &&
          (isAny || !readAgreement(agreementChains, reader, stream, asOf).shipmentsKnown),
        readPage: (reader, range) => readAgreements(agreementChains, reader, range, isAny),
        count: (reader, asOf) => (isAny ? countAgreements(reader, asOf) : undefined),
      };
    },
  };
  return sendTimelineList(context, route, req, res);
}

/** `GET /mous/{stream}`: one agreement with all its events and the shipments that implement it. */
export function agreementTimelines({
  projections,
  agreementChains,
}: AppContext): TimelineRoute<AgreementParameters> {
  return {
    projection: projections.agreements,
    description: {
      name: 'Agreement',
      summary: 'One agreement with all its events and the shipments that implement it',
      path: { stream: { description: 'Name of the agreement’s record.', example: 'mou-ussm-fwo-2025' } },
      answer: agreementAnswer,
      problems: ['unknown-record'],
      hasOtherSpellings: true,
    },
    parameters: TIMELINE_PARAMETERS.whole,
    formats: TIMELINE_FORMATS,
    title: (stream, asOf) => titleOf(agreementChains, projections.agreements.reader, stream, asOf),
    entryKind: 'record',
    entriesMax: CHAIN_ENTRIES_MAX,
    locate: ({ params }) => locateAgreement(params.stream),
    subject: (stream, { entries, next }) => {
      const agreement = agreementChains.fold(stream, entries);
      return `"mou":${JSON.stringify({ ...agreement, complete: next === undefined })}`;
    },
    section: 'mous',
    page: (stream, view) => agreementPage(agreementChains.fold(stream, view.entries), view),
    absent: unknownAgreement,
  };
}

function titleOf(
  chains: AgreementChains,
  reader: TimelineReader | undefined,
  stream: string,
  asOf: LogPoint | undefined,
): string {
  const agreement = reader && asOf && readAgreement(chains, reader, stream, asOf.ordinal);
  return agreement?.title ?? stream;
}

function readAgreement(
  chains: AgreementChains,
  reader: TimelineReader,
  stream: string,
  asOf: Ordinal,
): AgreementView {
  const query = { ...UNFILTERED, order: 'asc', limit: CHAIN_ENTRIES_MAX, asOf } as const;
  return chains.fold(stream, reader.page(stream, query).entries);
}

/** A percent-encoded spelling of `/mous/unknown` does not match its route. */
function locateAgreement(stream: string): TimelineLocation {
  return stream === UNLINKED
    ? { kind: 'moved', path: agreementUrl(UNLINKED) }
    : { kind: 'timeline', key: stream };
}

/** `GET /mous/unknown`: the shipments without a known agreement. */
export function unlinkedShipments({ projections }: AppContext): TimelineRoute<Record<string, string>> {
  return {
    projection: projections.agreements,
    description: {
      name: 'UnlinkedShipments',
      summary: 'The shipments without a known agreement',
      answer: unlinkedShipmentTimelineAnswer,
    },
    parameters: TIMELINE_PARAMETERS.agreements,
    formats: TIMELINE_FORMATS,
    title: () => UNLINKED_TITLE,
    entryKind: 'record',
    locate: () => ({ kind: 'timeline', key: UNLINKED }),
    subject: () => '"mou":null',
    section: 'mous',
    page: (_key, view) => unlinkedShipmentsPage(view),
    absent: () => undefined,
  };
}

function countAgreements(reader: TimelineReader, asOf: Ordinal): number | undefined {
  const count = countTimelines(reader, asOf);
  const hasUnlinked = reader.summary(UNLINKED, asOf) !== undefined;
  return count !== undefined && hasUnlinked ? count - 1 : count;
}

function readAgreements(
  chains: AgreementChains,
  reader: TimelineReader,
  range: IndexQuery,
  isAny: boolean,
): TimelineListPage {
  const { limit, asOf } = range;
  const chainsMax = isAny ? limit : READ_PER_PAGE.chainsMax;
  const found = reader.index({ ...range, limit: chainsMax + 1 }).filter(({ key }) => key !== UNLINKED);
  const items: object[] = [];
  let entriesRead = 0;
  let chainsRead = 0;
  for (const { key: stream, entries: events } of found.slice(0, chainsMax)) {
    if (items.length === limit || entriesRead >= READ_PER_PAGE.entriesMax) break;
    const agreement = readAgreement(chains, reader, stream, asOf);
    if (isAny || !agreement.shipmentsKnown) items.push(listItem(agreement, events));
    entriesRead += events;
    chainsRead += 1;
  }
  const end = chainsRead < found.length ? found[chainsRead - 1]?.key : undefined;
  return { items, end, extraFields: { shipmentsWithoutMou: agreementUrl(UNLINKED) } };
}

/** @param events of the agreement and of all its shipments */
function listItem(agreement: AgreementView, events: number): object {
  const { stream, title, instrument, signed, parties, amounts, shipments, shipmentsKnown } = agreement;
  const { inForceFrom, until, terminatedOn } = agreement;
  const current = shipments.filter(({ steps }) => steps.some(({ status }) => status !== 'retracted'));
  return {
    stream,
    title,
    instrument,
    signed,
    parties,
    amounts,
    inForceFrom,
    until,
    terminatedOn,
    events,
    shipments: current.length,
    shipmentsKnown,
  };
}

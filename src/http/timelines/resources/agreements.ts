import type { Request, RequestHandler, Response } from 'express';
import { type IndexQuery, type TimelineReader, UNFILTERED } from '../../../projector/timeline-store.ts';
import { agreementPage, type ChainView, unlinkedShipmentsPage } from '../../../web/pages/agreement-page.ts';
import { agreementsPage } from '../../../web/pages/index-page.ts';
import type { AppContext } from '../../protocol/context.ts';
import type { Problem } from '../../protocol/problems.ts';
import type { QueryParameters } from '../../protocol/query.ts';
import { sendTimelineList, type TimelineListPage } from '../list.ts';
import { TIMELINE_PARAMETERS } from '../query.ts';
import type { AnswersFor } from '../representation.ts';
import type { AgreementChains } from './agreement-chains.ts';

/** In the place of a memorandum: the shipments of which none is known. Comes behind all that begin with `mou-`. */
const UNKNOWN = 'unknown';
/** Entries of one chain: twice as many as the record of a memorandum can have. */
const CHAIN_ENTRIES_MAX = 2_000;
/** What one page of the list looks at, at most, even if it has found less than it may show. */
const LOOK = { chainsMax: 1_000, entriesMax: 4_000 } as const;

/** `GET /mous`: the memoranda, and whether they are carried out; with `shipments=none` those of which that is not known. */
export function listAgreements(context: AppContext, req: Request, res: Response): Promise<void> {
  const { projections: timelines, agreementChains: mouChains } = context;
  const resource = {
    timeline: timelines.agreements,
    member: 'mous',
    page: agreementsPage,
    parameters: ['shipments'],
    limit: { max: 200, absent: 50 },
    pages: (query: QueryParameters) => {
      const isAny = query.choice('shipments', ['any', 'none'], 'any') === 'any';
      return (reader: TimelineReader, range: IndexQuery) => readMous(mouChains, reader, range, isAny);
    },
  };
  return sendTimelineList(context, resource, req, res);
}

/** `GET /mous/{stream}`: the whole chain of one memorandum; `GET /mous/unknown`: the shipments that are in none. */
export function showAgreement(
  context: AppContext,
  answersFor: AnswersFor,
): RequestHandler<{ stream: string }> {
  const timeline = context.projections.agreements;
  const chains = answersFor({
    timeline,
    parameters: TIMELINE_PARAMETERS.whole,
    entriesMax: CHAIN_ENTRIES_MAX,
    subject: (stream, { entries, next }) => {
      const chain = context.agreementChains.fold(stream, entries);
      return `"mou":${JSON.stringify({ ...chain, complete: next === undefined })}`;
    },
    page: (stream, view) => agreementPage(context.agreementChains.fold(stream, view.entries), view),
    absent: unknownMou,
  });
  const others = answersFor({
    timeline,
    parameters: TIMELINE_PARAMETERS.agreements,
    subject: () => '"mou":null',
    page: (_key, view) => unlinkedShipmentsPage(view),
    absent: () => undefined,
  });
  return (req, res) => {
    const { stream } = req.params;
    return (stream === UNKNOWN ? others : chains).send(stream, req, res);
  };
}

function unknownMou(): Problem {
  const detail = 'No event of this memorandum, and no shipment that carries it out, is recorded.';
  return { code: 'unknown-record', detail };
}

function readMous(
  chains: AgreementChains,
  reader: TimelineReader,
  range: IndexQuery,
  isAny: boolean,
): TimelineListPage {
  const { limit, asOf } = range;
  const chainsMax = isAny ? limit : LOOK.chainsMax;
  const found = reader.index({ ...range, limit: chainsMax + 1 }).filter(({ key }) => key !== UNKNOWN);
  const items: object[] = [];
  let entries = 0;
  let looked = 0;
  for (const { key: stream, entries: events } of found.slice(0, chainsMax)) {
    if (items.length === limit || entries >= LOOK.entriesMax) break;
    const page = { ...UNFILTERED, order: 'asc', limit: CHAIN_ENTRIES_MAX, asOf } as const;
    const chain = chains.fold(stream, reader.page(stream, page).entries);
    if (isAny || !chain.shipmentsKnown) items.push(listed(stream, events, chain));
    entries += events;
    looked += 1;
  }
  const end = looked < found.length ? found[looked - 1]?.key : undefined;
  return { items, end, beside: { shipmentsWithoutMou: `/mous/${UNKNOWN}` } };
}

/** `events`: those of the memorandum and of all its shipments. */
function listed(stream: string, events: number, chain: ChainView): object {
  const { title, signed, parties, shipments, shipmentsKnown } = chain;
  const standing = shipments.filter((shipment) =>
    shipment.steps.some(({ status }) => status !== 'retracted'),
  );
  return { stream, title, signed, parties, events, shipments: standing.length, shipmentsKnown };
}

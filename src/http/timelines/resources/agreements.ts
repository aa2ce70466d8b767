import {
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
import { agreementUrl } from '../../../web/text/url.ts';
import type { AgreementChains, AppContext } from '../../protocol/context.ts';
import { unknownAgreement } from '../../protocol/problems.ts';
import { agreementAnswer, unlinkedShipmentTimelineAnswer } from '../../schemas/timelines.ts';
import { TIMELINE_PARAMETERS } from '../query.ts';
import { TIMELINE_FORMATS } from '../representation.ts';
import type { TimelineLocation, TimelineRoute } from '../timeline-routes.ts';

/** Key of the timeline of shipments without a known agreement. It sorts after all keys that begin with `mou-`. */
export const UNLINKED = 'unknown';
/** Entries of one chain: twice as many events as the record of an agreement can have. */
const CHAIN_ENTRIES_MAX = 2_000;

interface AgreementParameters {
  readonly stream: string;
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

export function readAgreement(
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

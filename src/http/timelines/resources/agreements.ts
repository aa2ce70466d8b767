import type { EntryFilter } from '../../../projector/entry-filter.ts';
import {
  type LogPoint,
  type Ordinal,
  type TimelinePage,
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
export function agreementTimelines(context: AppContext): TimelineRoute<AgreementParameters> {
  const { projections, agreementChains } = context;
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
    parameters: TIMELINE_PARAMETERS.agreement,
    formats: TIMELINE_FORMATS,
    title: (stream, asOf) => titleOf(agreementChains, projections.agreements.reader, stream, asOf),
    entryKind: 'record',
    entriesMax: CHAIN_ENTRIES_MAX,
    locate: ({ params }) => locateAgreement(params.stream),
    subject: (stream, page, asOf, filter) =>
      `"mou":${JSON.stringify(readMatching(context, stream, page, asOf, filter).matching)}`,
    section: 'mous',
    page: (stream, view, asOf) => {
      const { reader } = projections.agreements;
      // The page of a refused query has the form, and no entries.
      if (view.errors.length > 0 && reader !== undefined && asOf !== undefined) {
        const agreement = readAgreement(agreementChains, reader, stream, asOf.ordinal);
        return agreementPage(agreement, agreement, view);
      }
      const page = { entries: view.entries, next: undefined };
      const { matching, whole } = readMatching(context, stream, page, asOf, view.filter);
      return agreementPage(matching, whole, { ...view, isComplete: view.isComplete && matching.complete });
    },
    absent: unknownAgreement,
  };
}

interface MatchingAgreement {
  /** The agreement with only the steps that match the filter; everything else is that of the whole. */
  readonly matching: AgreementView & { readonly complete: boolean };
  readonly whole: AgreementView;
}

/**
 * Returns an agreement in a state.
 *
 * @param page the entries that match
 */
function readMatching(
  { projections: { agreements }, agreementChains }: AppContext,
  stream: string,
  { entries, next }: TimelinePage,
  asOf: LogPoint | undefined,
  { text, outlets, relays }: EntryFilter,
): MatchingAgreement {
  const { reader } = agreements;
  const isFiltered = text.length + outlets.length + relays.length > 0;
  if (!isFiltered || reader === undefined || asOf === undefined) {
    const whole = agreementChains.fold(stream, entries);
    return { matching: { ...whole, complete: next === undefined }, whole };
  }
  const all = reader.page(stream, { ...WHOLE, asOf: asOf.ordinal });
  const whole = agreementChains.fold(stream, all.entries);
  const ids = new Set(entries.map((entry) => (JSON.parse(entry) as StoredEntry).event.id));
  const kept = (steps: AgreementView['steps']) => steps.filter(({ id }) => ids.has(id));
  const shipments = whole.shipments.flatMap((shipment) => {
    const steps = kept(shipment.steps);
    return steps.length === 0 ? [] : [{ ...shipment, steps }];
  });
  const matching = { ...whole, steps: kept(whole.steps), shipments, complete: all.next === undefined };
  return { matching, whole };
}

interface StoredEntry {
  readonly event: { readonly id: string };
}

const WHOLE = { ...UNFILTERED, order: 'asc', limit: CHAIN_ENTRIES_MAX } as const;

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
  return chains.fold(stream, reader.page(stream, { ...WHOLE, asOf }).entries);
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
    parameters: TIMELINE_PARAMETERS.topic,
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

import {
  type Actor,
  type Amount,
  concernsSomeParties,
  type DateSpan,
  defineProjection,
  ignored,
  isSameParty,
  type ListItem,
  linksOf,
  normalizeName,
  type ProjectedRecord,
  type RecordVersion,
  type RedactedRecord,
  spanOf,
} from '../src/index.ts';
import { type Distance, daysBetween } from './days-between.ts';
import { type NamedActor, namedActor } from './timeline-entry.ts';

/** Key of the chain that collects shipments whose agreement is unknown. All other keys are record names, `mou-…`. */
const UNKNOWN_AGREEMENT = 'unknown';

/** One event of a chain. */
export interface ChainStep
  extends Pick<ProjectedRecord, 'headline' | 'occurred' | 'status' | 'versions' | 'redactions' | 'links'> {
  readonly id: string;
  readonly type: (ProjectedRecord | RedactedRecord)['type'];
  /** The text of an amendment; absent for events of other types. */
  readonly amendment?: string;
  /** Number of sources. */
  readonly sources: number;
  readonly position: string;
  readonly recordedAt: string;
  /**
   * Days since the previous step of the record or, for the first step of a shipment, since the signing. Retracted steps
   * are skipped; null for them and for the first step of a chain.
   */
  readonly daysSince: (Distance & { readonly event: string }) | null;
}

export interface Shipment {
  /** Name of the shipment's record. */
  readonly stream: string;
  readonly steps: readonly ChainStep[];
}

/** What one party did about an agreement. It says nothing about the other parties. */
export interface PartyHistory {
  readonly party: NamedActor;
  readonly acts: readonly {
    /** An act of `MouParticipationChanged`, or of a step that names the party, `renewed-for`. */
    readonly act: string;
    readonly occurred: ProjectedRecord['occurred'];
    /** EDTF date from which it has effect, if stated. */
    readonly effectiveFrom: string | null;
    /** Id of the event. */
    readonly event: string;
  }[];
}

/** The last of these steps that is recorded for the agreement as a whole. It does not depend on today's date. */
export type AgreementState = 'signed' | 'in-force' | 'terminated';

/** How one agreement was implemented. Retracted events are marked among the steps and have no other effect. */
export interface AgreementChain {
  /** Name of the agreement's record. */
  readonly stream: string;
  /** Null until the signing is recorded: a shipment may be recorded before the agreement that it implements. */
  readonly title: string | null;
  /** Kind of the agreement, such as `mou`. Null until the signing is recorded. */
  readonly instrument: string | null;
  readonly signed: ProjectedRecord['occurred'] | null;
  /** The amounts that the signing states. */
  readonly amounts: readonly Amount[];
  /** The parties of the signing, then those that joined later. */
  readonly parties: readonly NamedActor[];
  /** The topics of the steps of the agreement's own record. */
  readonly topics: readonly string[];
  /** How far the agreement has come. Null until the signing is recorded. */
  readonly state: AgreementState | null;
  /** EDTF date, as stated by the latest event that states one for the agreement as a whole. */
  readonly inForceFrom: string | null;
  /** EDTF date until which it is in force, as stated by the signing or the latest renewal. */
  readonly until: string | null;
  /** EDTF date, as stated by the latest event that states one for the agreement as a whole. */
  readonly terminatedOn: string | null;
  /** What single parties did, in the order of their first step. */
  readonly participation: readonly PartyHistory[];
  /** The events of the agreement's own record. */
  readonly steps: readonly ChainStep[];
  readonly shipments: readonly Shipment[];
  /** False while no shipment under the agreement is recorded, which does not mean that there was none. */
  readonly shipmentsKnown: boolean;
}

/**
 * The chain from an agreement to the shipments under it. A shipment belongs to the agreements that it implements: those
 * that its event states, or else the first event of its record, and those whose records a curator linked it to. If it
 * is stated to implement none, it is in no chain. If nothing is known, it is in the chain `unknown`; a link to a single
 * event instead of a record does not change that.
 */
export const agreements = defineProjection({
  name: 'agreements',
  version: 5,
  keysOf: agreementsOf,
  initial: (stream): AgreementChain => ({
    stream,
    title: null,
    instrument: null,
    signed: null,
    amounts: [],
    parties: [],
    topics: [],
    state: null,
    inForceFrom: null,
    until: null,
    terminatedOn: null,
    participation: [],
    steps: [],
    shipments: [],
    shipmentsKnown: false,
  }),
  when: {
    BriefingHeld: ignored,
    MeetingHeld: ignored,
    MeasureImposed: ignored,
    MeasureEased: ignored,
    MeasureLifted: ignored,
    MouSigned: (chain, record) => {
      const { title, instrument, term, amounts = [] } = record.data;
      const until = chain.until ?? term?.until ?? null;
      const isFirst = chain.signed === null;
      return addStep(chain, record, {
        title: chain.title ?? title,
        instrument: chain.instrument ?? instrument,
        signed: chain.signed ?? record.occurred,
        amounts: isFirst ? amounts : chain.amounts,
        until,
      });
    },
    MouAmended: (chain, record) => addStep(chain, record, { until: record.data.term?.until ?? chain.until }),
    MouEnteredIntoForce: (chain, record) => addStep(chain, record, { inForceFrom: record.data.inForceFrom }),
    MouRenewed: (chain, record) => addStep(chain, record, { until: record.data.term?.until ?? chain.until }),
    MouTerminated: (chain, record) => addStep(chain, record, { terminatedOn: record.data.terminatedOn }),
    MouParticipationChanged: (chain, record) => addStep(chain, record, {}),
    ShipmentAnnounced: addShipmentStep,
    ShipmentDispatched: addShipmentStep,
    ShipmentIntercepted: addShipmentStep,
    ShipmentArrived: addShipmentStep,
    ShipmentReturned: addShipmentStep,
    ShipmentCancelled: addShipmentStep,
    TopicDefined: ignored,
    ContentRedacted: (chain, record: RedactedRecord) =>
      isAgreement(record.event.stream)
        ? { ...chain, steps: [...chain.steps, stepOf(record, lastNotRetracted(chain.steps))] }
        : addShipmentStep(chain, record),
  },
  listItem,
});

/** The parties are counted as `bilateral` or `multilateral`; an agreement of which one party is known is neither. */
function listItem(chain: AgreementChain): ListItem {
  const { title, instrument, signed, parties, topics, state } = chain;
  const countries = new Set(parties.flatMap(({ country }) => country ?? []));
  const inForce = inForceSpan(chain);
  return {
    sort: {
      ...(title !== null && { title: normalizeName(title) }),
      ...(signed?.earliest && { signed: signed.earliest }),
      ...(parties.length > 0 && { parties: parties.length }),
    },
    facets: {
      countries: [...countries],
      topics,
      instruments: instrument === null ? [] : [instrument],
      states: state === null ? [] : [state],
      parties: parties.length < 2 ? [] : [parties.length === 2 ? 'bilateral' : 'multilateral'],
    },
    spans: {
      ...(signed && { signed: spanOf(signed.edtf) }),
      ...(inForce && { inForce }),
    },
  };
}

/** The days on which the agreement may have been in force. */
function inForceSpan({ inForceFrom, until, terminatedOn }: AgreementChain): DateSpan | undefined {
  if (inForceFrom === null) return undefined;
  const ends = [until, terminatedOn].flatMap((date) => (date === null ? [] : (spanOf(date).latest ?? [])));
  return { earliest: spanOf(inForceFrom).earliest, latest: ends.sort()[0] };
}

function agreementsOf(record: RecordVersion): readonly string[] {
  const { stream } = record.event;
  if (isAgreement(stream)) return [stream];
  if (!stream.startsWith('shipment-')) return [];
  const implemented = linksOf(record).implements?.filter(isAgreement) ?? [];
  const isStated = (statedAgreements(record) ?? statedAgreements(record.opening)) !== undefined;
  return implemented.length === 0 && !isStated ? [UNKNOWN_AGREEMENT] : implemented;
}

function isAgreement(name: string): boolean {
  return name.startsWith('mou-');
}

/**
 * Returns the agreements that the payload states; empty if it states that there are none, undefined if it does not say.
 */
function statedAgreements(record: RecordVersion | undefined): readonly string[] | undefined {
  return record !== undefined && 'implements' in record.data ? record.data.implements : undefined;
}

type MouRecord = ProjectedRecord<
  | 'MouSigned'
  | 'MouAmended'
  | 'MouEnteredIntoForce'
  | 'MouRenewed'
  | 'MouTerminated'
  | 'MouParticipationChanged'
>;

/** Adds a step and, if it concerns the agreement as a whole, its changes. */
function addStep(chain: AgreementChain, record: MouRecord, changes: Partial<AgreementChain>): AgreementChain {
  const steps = [...chain.steps, stepOf(record, lastNotRetracted(chain.steps))];
  if (record.status === 'retracted') return { ...chain, steps };
  const topics = [...new Set([...chain.topics, ...record.topics])];
  const concerned = partiesConcerned(record, chain);
  if (concerned === undefined) {
    const { parties = [] } = record.data as { parties?: readonly Actor[] };
    const changed = { ...chain, ...changes, parties: addParties(chain.parties, parties), topics, steps };
    return { ...changed, state: stateOf(changed) };
  }
  const parties = LEAVING_ACTS.has(actOf(record)) ? chain.parties : addParties(chain.parties, concerned);
  const participation = concerned.reduce(addActOf(record), chain.participation);
  return { ...chain, parties, topics, participation, steps };
}

function stateOf({ signed, inForceFrom, terminatedOn }: AgreementChain): AgreementState | null {
  if (terminatedOn !== null) return 'terminated';
  if (inForceFrom !== null) return 'in-force';
  return signed === null ? null : 'signed';
}

/** Returns the parties that a step concerns alone; undefined if it concerns all of them. */
function partiesConcerned(record: MouRecord, { parties }: AgreementChain): readonly Actor[] | undefined {
  if (record.type === 'MouParticipationChanged') return [record.data.party];
  const joins = record.type === 'MouSigned' || record.type === 'MouAmended';
  const isForSome = !joins && concernsSomeParties(record.data, { parties });
  return isForSome ? record.data.parties : undefined;
}

function addActOf(record: MouRecord) {
  const act = {
    act: actOf(record),
    occurred: record.occurred,
    effectiveFrom: effectOf(record),
    event: record.event.id,
  };
  return (participation: readonly PartyHistory[], party: Actor): readonly PartyHistory[] => {
    const before = participation.find((history) => isSameParty(history.party, party));
    if (before === undefined) return [...participation, { party: namedActor(party), acts: [act] }];
    const after = { ...before, acts: [...before.acts, act] };
    return participation.map((history) => (history === before ? after : history));
  };
}

/** Acts by which nobody becomes a party. */
const LEAVING_ACTS: ReadonlySet<string> = new Set(['withdrew', 'denounced', 'objected']);

const ACTS_FOR_PARTIES: Readonly<Record<string, string>> = {
  MouEnteredIntoForce: 'entered-into-force-for',
  MouRenewed: 'renewed-for',
  MouTerminated: 'withdrew',
};

function actOf(record: MouRecord): string {
  return record.type === 'MouParticipationChanged'
    ? record.data.act
    : (ACTS_FOR_PARTIES[record.type] ?? record.type);
}

function effectOf({ type, data }: MouRecord): string | null {
  switch (type) {
    case 'MouEnteredIntoForce':
      return data.inForceFrom;
    case 'MouTerminated':
      return data.terminatedOn;
    case 'MouRenewed':
      return data.renewedFrom ?? null;
    case 'MouParticipationChanged':
      return data.effectiveFrom ?? null;
    default:
      return null;
  }
}

function addParties(parties: readonly NamedActor[], added: readonly Actor[]): readonly NamedActor[] {
  const isNew = (party: Actor) => !parties.some((known) => isSameParty(known, party));
  return [...parties, ...added.filter(isNew).map(namedActor)];
}

function addShipmentStep(chain: AgreementChain, record: ProjectedRecord | RedactedRecord): AgreementChain {
  const { stream } = record.event;
  const before = chain.shipments.find((shipment) => shipment.stream === stream);
  const signing = lastNotRetracted(chain.steps.filter(({ type }) => type === 'MouSigned'));
  const step = stepOf(record, lastNotRetracted(before?.steps ?? []) ?? signing);
  const shipment = { stream, steps: [...(before?.steps ?? []), step] };
  const shipments =
    before === undefined
      ? [...chain.shipments, shipment]
      : chain.shipments.map((other) => (other === before ? shipment : other));
  return { ...chain, shipments, shipmentsKnown: chain.shipmentsKnown || record.status !== 'retracted' };
}

function lastNotRetracted(steps: readonly ChainStep[]): ChainStep | undefined {
  return steps.findLast(({ status }) => status !== 'retracted');
}

function stepOf(record: ProjectedRecord | RedactedRecord, before: ChainStep | undefined): ChainStep {
  const { type, headline, occurred, status, versions, redactions, sources, links, event } = record;
  const { id, position, recordedAt } = event;
  const hasDistance = before !== undefined && status !== 'retracted';
  const daysSince = hasDistance ? { event: before.id, ...daysBetween(before.occurred, occurred) } : null;
  return {
    id,
    type,
    headline,
    ...(type === 'MouAmended' && { amendment: record.data.amendment }),
    occurred,
    status,
    versions,
    ...(redactions && { redactions }),
    sources: sources.length,
    links,
    position,
    recordedAt,
    daysSince,
  };
}

import {
  type Actor,
  defineProjection,
  ignored,
  linksOf,
  type ProjectedRecord,
  type RecordVersion,
} from '../src/index.ts';
import { type Distance, daysBetween } from './days-between.ts';
import { type NamedActor, namedActor } from './timeline-entry.ts';

/** Key of the chain that collects shipments whose agreement is unknown. All other keys are record names, `mou-…`. */
const UNKNOWN_AGREEMENT = 'unknown';

/** One event of a chain. */
export interface ChainStep
  extends Pick<ProjectedRecord, 'type' | 'headline' | 'occurred' | 'status' | 'versions'> {
  readonly id: string;
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

/** How one agreement was implemented. Retracted events are marked among the steps and have no other effect. */
export interface AgreementChain {
  /** Name of the agreement's record. */
  readonly stream: string;
  /** Null until the signing is recorded: a shipment may be recorded before the agreement that it implements. */
  readonly title: string | null;
  readonly signed: ProjectedRecord['occurred'] | null;
  /** The parties of the signing, then those that joined later. */
  readonly parties: readonly NamedActor[];
  /** EDTF date, as stated by the latest event that states one. */
  readonly inForceFrom: string | null;
  /** EDTF date, as stated by the latest event that states one. */
  readonly terminatedOn: string | null;
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
  version: 2,
  keysOf: agreementsOf,
  initial: (stream): AgreementChain => ({
    stream,
    title: null,
    signed: null,
    parties: [],
    inForceFrom: null,
    terminatedOn: null,
    steps: [],
    shipments: [],
    shipmentsKnown: false,
  }),
  when: {
    BriefingHeld: ignored,
    MouSigned: (chain, record) => {
      const { title } = record.data;
      return addStep(chain, record, { title: chain.title ?? title, signed: chain.signed ?? record.occurred });
    },
    MouAmended: (chain, record) => addStep(chain, record, {}),
    MouEnteredIntoForce: (chain, record) => addStep(chain, record, { inForceFrom: record.data.inForceFrom }),
    MouTerminated: (chain, record) => addStep(chain, record, { terminatedOn: record.data.terminatedOn }),
    ShipmentAnnounced: addShipmentStep,
    ShipmentDispatched: addShipmentStep,
    ShipmentArrived: addShipmentStep,
    ShipmentReturned: addShipmentStep,
    ShipmentCancelled: addShipmentStep,
  },
});

function agreementsOf(record: RecordVersion): readonly string[] {
  const { stream } = record.event;
  if (isAgreement(stream)) return [stream];
  const implemented = linksOf(record).implements.filter(isAgreement);
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

type MouRecord = ProjectedRecord<'MouSigned' | 'MouAmended' | 'MouEnteredIntoForce' | 'MouTerminated'>;

function addStep(chain: AgreementChain, record: MouRecord, changes: Partial<AgreementChain>): AgreementChain {
  const steps = [...chain.steps, stepOf(record, lastNotRetracted(chain.steps))];
  if (record.status === 'retracted') return { ...chain, steps };
  return { ...chain, ...changes, parties: addParties(chain.parties, record.data.parties ?? []), steps };
}

function addParties(parties: readonly NamedActor[], added: readonly Actor[]): readonly NamedActor[] {
  const names = new Set(parties.map(({ name }) => name));
  return [...parties, ...added.filter(({ name }) => !names.has(name)).map(namedActor)];
}

function addShipmentStep(chain: AgreementChain, record: ProjectedRecord): AgreementChain {
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

function stepOf(record: ProjectedRecord, before: ChainStep | undefined): ChainStep {
  const { type, headline, occurred, status, versions, sources, event } = record;
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
    sources: sources.length,
    position,
    recordedAt,
    daysSince,
  };
}

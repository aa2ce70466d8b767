import {
  type Actor,
  defineProjection,
  ignored,
  linksOf,
  type ProjectedRecord,
  type RecordVersion,
} from '../src/index.ts';
import { type Distance, daysBetween } from './days-between.ts';
import { type NamedActor, namedActor } from './named-actor.ts';

/** Key of the shipments of which no memorandum is known; the others are names of records, `mou-…`. */
const UNKNOWN = 'unknown';

/** One event of the chain. */
export interface AgreementStep
  extends Pick<ProjectedRecord, 'type' | 'headline' | 'occurred' | 'status' | 'versions'> {
  readonly id: string;
  /** Of an amendment: what it says. */
  readonly amendment?: string;
  readonly sources: number;
  readonly position: string;
  readonly recordedAt: string;
  /** From the step before, by date, of the same record; from the signing to a shipment's first. Retracted ones do not count. */
  readonly daysSince: (Distance & { readonly event: string }) | null;
}

export interface Shipment {
  readonly stream: string;
  readonly steps: readonly AgreementStep[];
}

/** How one memorandum was carried out. What is retracted is marked among the steps, and counts nowhere else. */
export interface AgreementChain {
  readonly stream: string;
  /** Null while no signing is known: a shipment may be recorded before what it carries out. */
  readonly title: string | null;
  readonly signed: ProjectedRecord['occurred'] | null;
  /** Of the signing, then those who joined later. */
  readonly parties: readonly NamedActor[];
  /** EDTF, by the last event that says so. */
  readonly inForceFrom: string | null;
  readonly terminatedOn: string | null;
  /** Of the memorandum itself. */
  readonly steps: readonly AgreementStep[];
  readonly shipments: readonly Shipment[];
  /** False: that anything was shipped under it is not known. */
  readonly shipmentsKnown: boolean;
}

/**
 * The chain from a memorandum to what was shipped under it. A shipment belongs to the memoranda that it is said to
 * implement: by its own event, by the first of its record, or by a link that somebody made to their record. One that
 * is stated to implement none is in no chain. A link to an event, not a record, leaves it with the unknown ones.
 */
export const agreements = defineProjection({
  name: 'agreements',
  version: 2,
  keysOf: memorandaOf,
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
      return own(chain, record, { title: chain.title ?? title, signed: chain.signed ?? record.occurred });
    },
    MouAmended: (chain, record) => own(chain, record, {}),
    MouEnteredIntoForce: (chain, record) => own(chain, record, { inForceFrom: record.data.inForceFrom }),
    MouTerminated: (chain, record) => own(chain, record, { terminatedOn: record.data.terminatedOn }),
    ShipmentAnnounced: shipped,
    ShipmentDispatched: shipped,
    ShipmentArrived: shipped,
    ShipmentReturned: shipped,
    ShipmentCancelled: shipped,
  },
});

function memorandaOf(record: RecordVersion): readonly string[] {
  const { stream } = record.event;
  if (isMemorandum(stream)) return [stream];
  const carriedOut = linksOf(record).implements.filter(isMemorandum);
  const isStated = (statedBy(record) ?? statedBy(record.opening)) !== undefined;
  return carriedOut.length === 0 && !isStated ? [UNKNOWN] : carriedOut;
}

function isMemorandum(name: string): boolean {
  return name.startsWith('mou-');
}

/** What the payload says that it implements; empty: nothing; undefined: it does not say. */
function statedBy(record: RecordVersion | undefined): readonly string[] | undefined {
  return record !== undefined && 'implements' in record.data ? record.data.implements : undefined;
}

type MouRecord = ProjectedRecord<'MouSigned' | 'MouAmended' | 'MouEnteredIntoForce' | 'MouTerminated'>;

function own(chain: AgreementChain, record: MouRecord, changes: Partial<AgreementChain>): AgreementChain {
  const steps = [...chain.steps, stepOf(record, lastStanding(chain.steps))];
  if (record.status === 'retracted') return { ...chain, steps };
  return { ...chain, ...changes, parties: joined(chain.parties, record.data.parties ?? []), steps };
}

function joined(parties: readonly NamedActor[], more: readonly Actor[]): readonly NamedActor[] {
  const known = new Set(parties.map(({ name }) => name));
  return [...parties, ...more.filter(({ name }) => !known.has(name)).map(namedActor)];
}

function shipped(chain: AgreementChain, record: ProjectedRecord): AgreementChain {
  const { stream } = record.event;
  const before = chain.shipments.find((shipment) => shipment.stream === stream);
  const signing = lastStanding(chain.steps.filter(({ type }) => type === 'MouSigned'));
  const step = stepOf(record, lastStanding(before?.steps ?? []) ?? signing);
  const shipment = { stream, steps: [...(before?.steps ?? []), step] };
  const shipments =
    before === undefined
      ? [...chain.shipments, shipment]
      : chain.shipments.map((known) => (known === before ? shipment : known));
  return { ...chain, shipments, shipmentsKnown: chain.shipmentsKnown || record.status !== 'retracted' };
}

function lastStanding(steps: readonly AgreementStep[]): AgreementStep | undefined {
  return steps.findLast(({ status }) => status !== 'retracted');
}

function stepOf(record: ProjectedRecord, before: AgreementStep | undefined): AgreementStep {
  const { type, headline, occurred, status, versions, sources, event } = record;
  const { id, position, recordedAt } = event;
  const isCounted = before !== undefined && status !== 'retracted';
  const daysSince = isCounted ? { event: before.id, ...daysBetween(before.occurred, occurred) } : null;
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

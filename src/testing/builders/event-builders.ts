import type { Relation } from '../../domain/event-types/correction.ts';
import type { ContentTypeName } from '../../domain/event-types/registry.ts';
import { defaultEvents } from './default-events.ts';
import type { SentData, SentEvent } from './sent-event.ts';

type EnvelopeField = Exclude<keyof SentEvent, 'type' | 'data'>;

/** Fields of the event and of its payload side by side; `undefined` leaves one of the payload out. */
export type EventOverrides<Type extends ContentTypeName> = {
  readonly [Field in EnvelopeField]?: SentEvent<Type>[Field];
} & { readonly [Field in keyof SentData[Type]]?: SentData[Type][Field] | undefined };

/** Makes an event of a type that is accepted as it is; what is given takes the place of what it would say. */
export type EventBuilder<Type extends ContentTypeName> = (
  overrides?: EventOverrides<Type>,
) => SentEvent<Type>;

/** What a curation is about: an event that was built, or one as it is read. */
export interface BuiltEvent {
  readonly id: string;
  readonly type: string;
  readonly stream: string;
  readonly occurred: string;
  readonly data: unknown;
}

const CURATED_ON = '2025-12-01';
const ENVELOPE_FIELDS: ReadonlySet<string> = new Set<EnvelopeField>([
  'id',
  'stream',
  'occurred',
  'sources',
  'correlationId',
  'causationId',
]);

/**
 * A set of builders of its own: its ids and the names of its records count from 1. Two sets give the same, so that a
 * history takes events of one only.
 */
export function builders() {
  return buildersCounting('a');
}

/** @param series tells ids of one set of builders from those of another: a hexadecimal digit, from 8 to b */
function buildersCounting(series: string) {
  let count = 0;
  const next = (): { readonly id: string; readonly number: number } => {
    count += 1;
    return { id: `00000000-0000-7000-${series}000-${String(count).padStart(12, '0')}`, number: count };
  };
  function of<Type extends ContentTypeName>(type: Type): EventBuilder<Type> {
    const { category, ...event } = defaultEvents[type];
    return (overrides = {}) => {
      const { id, number } = next();
      const fields = Object.entries(overrides);
      const envelope = Object.fromEntries(fields.filter(([name]) => ENVELOPE_FIELDS.has(name)));
      const payload = fields.filter(([name]) => !ENVELOPE_FIELDS.has(name));
      const data = withoutUndefined({ ...event.data, ...Object.fromEntries(payload) });
      const stream = `${category}-${number}`;
      return { id, type, stream, ...event, ...envelope, data } as unknown as SentEvent<Type>;
    };
  }
  function curation<Type extends keyof SentData>(type: Type, stream: string, data: SentData[Type]) {
    const { id } = next();
    const { sources } = defaultEvents.BriefingHeld;
    return { id, type, stream, occurred: CURATED_ON, data, sources } as unknown as SentEvent<Type>;
  }
  return {
    briefingHeld: of('BriefingHeld'),
    mouSigned: of('MouSigned'),
    mouAmended: of('MouAmended'),
    mouEnteredIntoForce: of('MouEnteredIntoForce'),
    mouTerminated: of('MouTerminated'),
    shipmentAnnounced: of('ShipmentAnnounced'),
    shipmentDispatched: of('ShipmentDispatched'),
    shipmentArrived: of('ShipmentArrived'),
    shipmentReturned: of('ShipmentReturned'),
    shipmentCancelled: of('ShipmentCancelled'),
    /** The event should have said this; `occurred` among the changes corrects its date. */
    eventCorrected(
      original: BuiltEvent,
      { occurred, ...change }: Readonly<Record<string, unknown>> & { readonly occurred?: string },
      reason = 'The outlet corrected its report.',
    ): SentEvent<'EventCorrected'> {
      const data = withoutUndefined({ ...payloadOf(original), ...change });
      const dated = occurred !== undefined && { occurred };
      return curation('EventCorrected', original.stream, { corrects: original.id, data, ...dated, reason });
    },
    eventRetracted(original: BuiltEvent, reason = 'It did not happen.'): SentEvent<'EventRetracted'> {
      return curation('EventRetracted', original.stream, { retracts: original.id, reason });
    },
    /** From an event, or a record by its name, to another. */
    recordLinked(
      from: BuiltEvent | string,
      to: BuiltEvent | string,
      relation: Relation = 'implements',
      basis = 'The report says so.',
    ): SentEvent<'RecordLinked'> {
      const stream = typeof from === 'string' ? from : from.stream;
      return curation('RecordLinked', stream, { from: nameOf(from), to: nameOf(to), relation, basis });
    },
    linkWithdrawn(link: BuiltEvent, reason = 'The link was a mistake.'): SentEvent<'LinkWithdrawn'> {
      return curation('LinkWithdrawn', link.stream, { withdraws: link.id, reason });
    },
  };
}

function nameOf(end: BuiltEvent | string): string {
  return typeof end === 'string' ? end : end.id;
}

/** Of a correction: what it says that the event should have said. */
function payloadOf({ type, data }: BuiltEvent): object {
  return type === 'EventCorrected' ? (data as { data: object }).data : (data as object);
}

function withoutUndefined(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

/** Those of a test file together: ids and names of records count on from one test to the next. */
export const {
  briefingHeld,
  mouSigned,
  mouAmended,
  mouEnteredIntoForce,
  mouTerminated,
  shipmentAnnounced,
  shipmentDispatched,
  shipmentArrived,
  shipmentReturned,
  shipmentCancelled,
  eventCorrected,
  eventRetracted,
  recordLinked,
  linkWithdrawn,
} = buildersCounting('9');

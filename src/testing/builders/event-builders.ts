import type { z } from 'zod';
import type { Relation } from '../../domain/event-types/correction.ts';
import { type ContentEventType, exampleSources } from '../../domain/event-types/define-event-type.ts';
import { type BuiltInType, builtInTypes, findCurationType } from '../../domain/event-types/registry.ts';
import type { BuilderOf, EventBuilder, SentData, SentEvent } from './sent-event.ts';

/** An event that a curation is about: one that was built, or one that was read. */
export interface BuiltEvent {
  readonly id: string;
  readonly type: string;
  readonly stream: string;
  readonly occurred: string;
  readonly data: unknown;
}

/** `mouSigned` builds a `MouSigned`, and so on for every built-in type. */
type ContentBuilders = {
  readonly [Type in BuiltInType as Uncapitalize<Type['name']>]: BuilderOf<Type>;
};

const CURATED_ON = '2025-12-01';
const ENVELOPE_FIELDS = new Set(['id', 'stream', 'occurred', 'sources', 'correlationId', 'causationId']);

/**
 * Makes an independent set of builders, whose ids and record names count from 1. Two sets make the same ids, so take
 * the events of one history from one set.
 */
export function builders() {
  return buildersOfSeries('a');
}

/** @param series distinguishes the ids of one set of builders from those of another: a hexadecimal digit, 8 to b */
function buildersOfSeries(series: string) {
  let count = 0;
  const next = (): { readonly id: string; readonly number: number } => {
    count += 1;
    return { id: `00000000-0000-7000-${series}000-${String(count).padStart(12, '0')}`, number: count };
  };

  function builderOf<Name extends string, Schema extends z.ZodType>(
    type: Pick<ContentEventType<Name, string, Schema>, 'name' | 'category' | 'example'>,
  ): EventBuilder<Name, z.input<Schema>> {
    return (overrides = {}) => {
      const { id, number } = next();
      const fields = Object.entries(overrides);
      const { occurred, data: example } = type.example;
      const envelope = {
        stream: `${type.category}-${number}`,
        occurred,
        sources: exampleSources,
        ...Object.fromEntries(fields.filter(([name]) => ENVELOPE_FIELDS.has(name))),
      };
      const payload = fields.filter(([name]) => !ENVELOPE_FIELDS.has(name));
      const data = withoutUndefined({ ...(example as object), ...Object.fromEntries(payload) });
      return { id, type: type.name, ...envelope, data } as unknown as ReturnType<
        EventBuilder<Name, z.input<Schema>>
      >;
    };
  }

  function curation<Type extends keyof SentData>(type: Type, stream: string, data: SentData[Type]) {
    const { id } = next();
    return {
      id,
      type,
      stream,
      occurred: CURATED_ON,
      data,
      sources: exampleSources,
    } as unknown as SentEvent<Type>;
  }

  const contentBuilders = Object.fromEntries(
    builtInTypes.map((type) => [
      type.name.replace(/^./, (first) => first.toLowerCase()),
      builderOf(type as unknown as ContentEventType),
    ]),
  ) as unknown as ContentBuilders;

  return {
    ...contentBuilders,
    /** Returns the builder of a type of your own. */
    builderOf,
    /** Builds a correction: the event with these fields changed. `occurred` corrects its date. */
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
    /** Builds another source of an event or, with the index of one of its sources, the correction of that one. */
    sourceAdded(
      to: BuiltEvent,
      source: SentEvent['sources'][number] = { outlet: 'Reuters' },
      corrected?: number,
    ): SentEvent<'SourceAdded'> {
      const data =
        corrected === undefined
          ? ({ to: to.id, act: 'corroborates' } as const)
          : ({ to: to.id, act: 'corrects-source', source: corrected } as const);
      return { ...curation('SourceAdded', to.stream, data), sources: [source] };
    },
    /** Builds a link from an event, or from a record given by its name, to another. */
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

/** Returns what a correction changes: the payload of the event, or the payload that an earlier correction gave it. */
function payloadOf({ type, data }: BuiltEvent): object {
  return findCurationType(type)?.carriesPayload ? (data as { data: object }).data : (data as object);
}

function withoutUndefined(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

/** One set of builders for a whole test file: ids and record names count on from one test to the next. */
export const {
  builderOf,
  briefingHeld,
  mouSigned,
  mouAmended,
  mouEnteredIntoForce,
  mouRenewed,
  mouTerminated,
  mouParticipationChanged,
  shipmentAnnounced,
  shipmentDispatched,
  shipmentIntercepted,
  shipmentArrived,
  shipmentReturned,
  shipmentCancelled,
  meetingHeld,
  measureImposed,
  measureEased,
  measureLifted,
  topicDefined,
  eventCorrected,
  eventRetracted,
  sourceAdded,
  recordLinked,
  linkWithdrawn,
} = buildersOfSeries('9');

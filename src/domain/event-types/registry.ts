import type { z } from 'zod';
import { briefingHeld } from './briefing.ts';
import { eventCorrected, eventRetracted, linkWithdrawn, recordLinked, sourceAdded } from './correction.ts';
import {
  type AnyEventType,
  type ContentEventType,
  type CurationEventType,
  requireWellDefined,
} from './define-event-type.ts';
import { measureEased, measureImposed, measureLifted } from './measure.ts';
import { meetingHeld } from './meeting.ts';
import {
  mouAmended,
  mouEnteredIntoForce,
  mouParticipationChanged,
  mouRenewed,
  mouSigned,
  mouTerminated,
} from './mou.ts';
import { contentRedacted, eventRedacted } from './redaction.ts';
import {
  shipmentAnnounced,
  shipmentArrived,
  shipmentCancelled,
  shipmentDispatched,
  shipmentIntercepted,
  shipmentReturned,
} from './shipment.ts';
import { topicDefined } from './topic-defined.ts';

/** The built-in types that say what happened. Adding one takes its definition and a row here. */
export const builtInTypes = [
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
] as const;

/** The types that change how other events of their record read. `record/record.ts` and `record/rules.ts` apply them. */
export const curationTypes = [
  eventCorrected,
  eventRetracted,
  sourceAdded,
  recordLinked,
  linkWithdrawn,
  eventRedacted,
] as const;

export type BuiltInType = (typeof builtInTypes)[number];
type CurationType = (typeof curationTypes)[number];

export type Category = BuiltInType['category'];

/** Event type → its recorded payload. */
export type ContentData = { readonly [Type in BuiltInType as Type['name']]: z.infer<Type['data']> };
export type CurationData = { readonly [Type in CurationType as Type['name']]: z.infer<Type['data']> };
export type EventData = ContentData & CurationData;

export type ContentTypeName = keyof ContentData;
export type CurationTypeName = keyof CurationData;
export type EventTypeName = keyof EventData;

const contentByName = new Map<string, ContentEventType>(
  builtInTypes.map((type) => [type.name, erased(type)]),
);
const curationByName = new Map<string, CurationEventType>(
  curationTypes.map((type) => [type.name, erased(type)]),
);

/**
 * Adds types to those of the process. Call it before the log is opened, with the same types in every process that
 * reads the log: an event of an unknown type stops the projections. Registering a definition again has no effect.
 *
 * @throws RangeError when a definition is not well formed, or its name is taken by another one; then none is added.
 */
export function registerEventTypes(types: readonly ContentEventType[]): void {
  for (const type of types) {
    requireWellDefined(type);
    const known = findEventType(type.name);
    if (known === undefined || known === type) continue;
    throw new RangeError(`Event type ${type.name} is defined already; give yours another name`);
  }
  for (const type of types) contentByName.set(type.name, type);
}

/** The types that say what happened, the built-in ones first. */
export function contentTypes(): readonly ContentEventType[] {
  return [...contentByName.values()];
}

/** The types of the entries of timelines. */
export function entryTypes(): readonly ContentEventType[] {
  return [...contentTypes(), erased(contentRedacted)];
}

/** Every type that is recorded, those of curation last. */
export function eventTypes(): readonly AnyEventType[] {
  return [...contentByName.values(), ...curationByName.values()];
}

export function findEventType(name: string): AnyEventType | undefined {
  return contentByName.get(name) ?? curationByName.get(name);
}

/** Finds also the type that events are read as whose content was removed. It is not among those that are recorded. */
export function findContentType(name: string): ContentEventType | undefined {
  return name === contentRedacted.name ? erased(contentRedacted) : contentByName.get(name);
}

export function findCurationType(name: string): CurationEventType | undefined {
  return curationByName.get(name);
}

/** Erases the payload type. A definition's functions get payloads of its own type only. */
function erased<Erased extends AnyEventType>(type: AnyEventType): Erased {
  return type as unknown as Erased;
}

import type { z } from 'zod';
import { briefingHeld } from './briefing.ts';
import { eventCorrected, eventRetracted, linkWithdrawn, recordLinked } from './correction.ts';
import type { AnyEventType, ContentEventType } from './define-event-type.ts';
import { mouAmended, mouEnteredIntoForce, mouSigned, mouTerminated } from './mou.ts';
import {
  shipmentAnnounced,
  shipmentArrived,
  shipmentCancelled,
  shipmentDispatched,
  shipmentReturned,
} from './shipment.ts';

/** Every type that says what happened. A new type is its definition and its row here. */
export const contentTypes = [
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
] as const;

/** Every type that changes how other events of its record read. */
export const curationTypes = [eventCorrected, eventRetracted, recordLinked, linkWithdrawn] as const;

type ContentTypes = (typeof contentTypes)[number];
type CurationTypes = (typeof curationTypes)[number];

export type Category = ContentTypes['category'];

/** Event type → its payload, as recorded. */
export type ContentData = { readonly [Type in ContentTypes as Type['name']]: z.infer<Type['data']> };
export type CurationData = { readonly [Type in CurationTypes as Type['name']]: z.infer<Type['data']> };
export type EventData = ContentData & CurationData;

export type ContentTypeName = keyof ContentData;
export type CurationTypeName = keyof CurationData;
export type EventTypeName = keyof EventData;

const contentByName = new Map<string, ContentEventType>(
  contentTypes.map((type) => [type.name, erased(type)]),
);
const typesByName = new Map<string, AnyEventType>(
  [...contentTypes, ...curationTypes].map((type) => [type.name, type]),
);

export function findEventType(name: string): AnyEventType | undefined {
  return typesByName.get(name);
}

export function findContentType(name: string): ContentEventType | undefined {
  return contentByName.get(name);
}

export function isContentTypeName(name: string): name is ContentTypeName {
  return contentByName.has(name);
}

/** Only payloads that passed the type's own schema are handed to its account. */
function erased(type: ContentTypes): ContentEventType {
  return type as unknown as ContentEventType;
}

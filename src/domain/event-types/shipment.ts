import { z } from 'zod';
import { type CountryCode, countryName } from '../countries/countries.ts';
import { actor } from '../fields/actor.ts';
import { date, dateNotes, line, listOf, refusedField, streamOf, topic } from '../fields/field-schemas.ts';
import { goods } from '../fields/goods.ts';
import { type Place, place } from '../fields/place.ts';
import type { Role } from '../fields/role.ts';
import { enumerate, withArticle } from '../values/text.ts';
import { defineEventType, type Upcast } from './define-event-type.ts';

/** What any step may say; the first event of a record had better say all of it that is known. */
const details = {
  consignor: actor.exactOptional(),
  consignee: actor.exactOptional(),
  carrier: actor.exactOptional(),
  origin: place.exactOptional(),
  destination: place.exactOptional(),
  mode: z.enum(['sea', 'air', 'rail', 'road', 'courier']).exactOptional(),
  goods: goods.exactOptional(),
  /** Records of memoranda that it carries out. Empty: stated to be none; absent: not known. */
  implements: listOf(streamOf('mou')).exactOptional(),
  topics: listOf(topic).exactOptional(),
  ...dateNotes,
};

const announced = z.strictObject({
  ...details,
  origin: place,
  destination: place,
  goods: goods.min(1),
  expectedOn: date.exactOptional(),
});
const dispatched = z.strictObject({ ...details, expectedOn: date.exactOptional() });
const arrived = z.strictObject({
  ...details,
  /** The stations of the arrival in the order reached, such as the port of discharge and then the refinery. */
  places: listOf(place).min(1).exactOptional(),
  place: refusedField('Send places instead, a list in the order reached, such as [{"country":"US"}].'),
});
const reversed = z.strictObject({ ...details, reason: line.exactOptional() });

/** Version 1 had one `place`. */
const placeToPlaces: Upcast = {
  payload: ({ place, ...others }) => (place === undefined ? others : { ...others, places: [place] }),
  moved: { '/place': '/places/0' },
};

const shared = z.strictObject(details);
type Details = z.infer<typeof shared>;

const account = (step: string) => ({
  headline: (shipment: Details & { reason?: string }) => headlineOf(step, shipment),
  roles: rolesIn,
  topics: (shipment: Details) => shipment.topics ?? [],
  implements: (shipment: Details) => shipment.implements,
});

export const shipmentAnnounced = defineEventType({
  name: 'ShipmentAnnounced',
  category: 'shipment',
  schemaVersion: 1,
  data: announced,
  inherits: false,
  summary: account('announced'),
});

export const shipmentDispatched = defineEventType({
  name: 'ShipmentDispatched',
  category: 'shipment',
  schemaVersion: 1,
  data: dispatched,
  inherits: true,
  summary: account('dispatched'),
});

export const shipmentArrived = defineEventType({
  name: 'ShipmentArrived',
  category: 'shipment',
  schemaVersion: 2,
  upcasts: [placeToPlaces],
  data: arrived,
  inherits: true,
  summary: account('arrived'),
});

export const shipmentReturned = defineEventType({
  name: 'ShipmentReturned',
  category: 'shipment',
  schemaVersion: 1,
  data: reversed,
  inherits: true,
  summary: account('returned'),
});

export const shipmentCancelled = defineEventType({
  name: 'ShipmentCancelled',
  category: 'shipment',
  schemaVersion: 1,
  data: reversed,
  inherits: true,
  summary: account('cancelled'),
});

function rolesIn(shipment: Details & { places?: Place[] }): readonly (readonly [CountryCode, Role])[] {
  const { origin, destination, consignor, consignee, carrier, places = [] } = shipment;
  const roles: [CountryCode, Role][] = [];
  if (origin !== undefined) roles.push([origin.country, 'origin']);
  if (destination !== undefined) roles.push([destination.country, 'destination']);
  for (const party of [consignor, consignee]) {
    if (party?.country !== undefined) roles.push([party.country, 'party']);
  }
  if (carrier?.country !== undefined) roles.push([carrier.country, 'mentioned']);
  for (const { country } of places) roles.push([country, 'mentioned']);
  return roles;
}

function headlineOf(step: string, shipment: Details & { reason?: string }): string {
  const what = enumerate((shipment.goods ?? []).map((good) => good.description));
  const way = [wayPart('from', shipment.origin), wayPart('to', shipment.destination)].filter(
    (part) => part !== '',
  );
  const parts = [shipment.consignor?.name ?? '', what, way.join(' ')].filter((part) => part !== '');
  const told = parts.length === 0 ? `Shipment ${step}` : `Shipment ${step}: ${parts.join(', ')}`;
  return shipment.reason === undefined ? told : `${told}; ${shipment.reason}`;
}

function wayPart(word: string, end: Place | undefined): string {
  if (end === undefined) return '';
  const land = countryName(end.country);
  return end.name === undefined ? `${word} ${withArticle(land)}` : `${word} ${end.name} (${land})`;
}

import { z } from 'zod';
import { countryName } from '../countries/countries.ts';
import { actor } from '../fields/actor.ts';
import { labelled, ofKind } from '../fields/field-kind.ts';
import { date, dateNotes, line, listOf, refusedField, streamOf, topic } from '../fields/field-schemas.ts';
import { goods } from '../fields/goods.ts';
import { type Place, place } from '../fields/place.ts';
import { enumerate, withArticle } from '../values/text.ts';
import {
  type CountryRole,
  defineEventType,
  type Step,
  type Upcast,
  type Warning,
} from './define-event-type.ts';

const MODES = { sea: 'sea', air: 'air', rail: 'rail', road: 'road', courier: 'courier' } as const;

/** Fields that any step may have. The first event of a record should give all that is known. */
const details = {
  consignor: actor.meta({ title: 'From', description: 'Who sends it.' }).exactOptional(),
  consignee: actor.meta({ title: 'To', description: 'Who receives it.' }).exactOptional(),
  carrier: actor.meta({ title: 'Carrier' }).exactOptional(),
  origin: place.meta({ title: 'Origin' }).exactOptional(),
  destination: place.meta({ title: 'Destination' }).exactOptional(),
  mode: labelled(MODES).meta({ title: 'By' }).exactOptional(),
  goods: goods.meta({ title: 'Goods' }).exactOptional(),
  implements: listOf(streamOf('mou'))
    .meta({
      title: 'Implements',
      description: 'Agreements that it carries out. An empty list: stated to be none; absent: not known.',
    })
    .exactOptional(),
  topics: listOf(topic).meta({ title: 'Topics' }).exactOptional(),
  ...dateNotes,
};

const expectedOn = date.meta({ title: 'Expected', description: 'Day of arrival, EDTF.' }).exactOptional();

const announced = z.strictObject({
  ...details,
  origin: place.meta({ title: 'Origin' }),
  destination: place.meta({ title: 'Destination' }),
  goods: goods.min(1).meta({ title: 'Goods' }),
  expectedOn,
});
const dispatched = z.strictObject({ ...details, expectedOn });
const arrived = z.strictObject({
  ...details,
  places: listOf(place)
    .min(1)
    .meta({
      title: 'Places',
      description:
        'Where it arrived, in the order reached, such as the port of discharge and then the refinery.',
    })
    .exactOptional(),
  place: ofKind(
    'refused',
    refusedField('Send places instead, a list in the order reached, such as [{"country":"US"}].'),
  ),
});
const reversed = z.strictObject({ ...details, reason: line.meta({ title: 'Reason' }).exactOptional() });

/** Version 1 had one `place`. */
const placeToPlaces: Upcast = {
  payload: ({ place, ...others }) => (place === undefined ? others : { ...others, places: [place] }),
  moved: { '/place': '/places/0' },
};

const shared = z.strictObject(details);
type Details = z.infer<typeof shared>;

const shipment = (step: string) => ({
  category: 'shipment' as const,
  lane: 'Shipments',
  headline: (shipment: Details & { reason?: string }) => headlineOf(step, shipment),
  countries: countriesOf,
  implements: (shipment: Details) => shipment.implements,
});

export const shipmentAnnounced = defineEventType({
  ...shipment('announced'),
  name: 'ShipmentAnnounced',
  label: 'Shipment announced',
  description: 'Somebody says that goods will be sent.',
  version: 1,
  data: announced,
  warnings: missingDetails,
  example: {
    occurred: '2025-10-02',
    data: {
      origin: { country: 'PK' },
      destination: { country: 'US' },
      goods: [{ description: 'antimony' }],
      topics: ['rare-earths'],
    },
  },
});

export const shipmentDispatched = defineEventType({
  ...shipment('dispatched'),
  name: 'ShipmentDispatched',
  label: 'Shipment dispatched',
  description: 'Goods leave their origin.',
  version: 1,
  data: dispatched,
  inherits: true,
  warnings: missingDetails,
  example: { occurred: '2025-10-03', data: {} },
});

export const shipmentArrived = defineEventType({
  ...shipment('arrived'),
  name: 'ShipmentArrived',
  label: 'Shipment arrived',
  description: 'Goods reach a place on their way, or their destination.',
  version: 2,
  upcasts: [placeToPlaces],
  data: arrived,
  inherits: true,
  warnings: (step) => [...withoutDispatch('arrival', step), ...missingDetails(step)],
  example: { occurred: '2025-10-20', data: {} },
});

export const shipmentReturned = defineEventType({
  ...shipment('returned'),
  name: 'ShipmentReturned',
  label: 'Shipment returned',
  description: 'Goods are sent back.',
  version: 1,
  data: reversed,
  inherits: true,
  warnings: (step) => [...withoutDispatch('return', step), ...missingDetails(step)],
  example: { occurred: '2025-10-25', data: {} },
});

export const shipmentCancelled = defineEventType({
  ...shipment('cancelled'),
  name: 'ShipmentCancelled',
  label: 'Shipment cancelled',
  description: 'An announced shipment will not take place.',
  version: 1,
  data: reversed,
  inherits: true,
  warnings: missingDetails,
  example: { occurred: '2025-10-04', data: {} },
});

function countriesOf(shipment: Details & { places?: Place[] }): readonly CountryRole[] {
  const { origin, destination, consignor, consignee, carrier, places = [] } = shipment;
  const roles: CountryRole[] = [];
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
  const route = [routeEnd('from', shipment.origin), routeEnd('to', shipment.destination)];
  const parts = [shipment.consignor?.name ?? '', what, route.filter((end) => end !== '').join(' ')];
  const facts = parts.filter((part) => part !== '').join(', ');
  const headline = facts === '' ? `Shipment ${step}` : `Shipment ${step}: ${facts}`;
  return shipment.reason === undefined ? headline : `${headline}; ${shipment.reason}`;
}

function routeEnd(preposition: string, end: Place | undefined): string {
  if (end === undefined) return '';
  const country = countryName(end.country);
  return end.name === undefined
    ? `${preposition} ${withArticle(country)}`
    : `${preposition} ${end.name} (${country})`;
}

/** Reporting is partial, so a step may be recorded before the dispatch. */
function withoutDispatch(step: 'arrival' | 'return', { has }: Step<unknown>): readonly Warning[] {
  if (has(shipmentDispatched.name)) return [];
  return [{ code: `${step}-without-dispatch`, detail: `No dispatch is recorded for this ${step}.` }];
}

/** A shipment whose first event omits its route or its goods appears on few timelines. */
function missingDetails({ data, isFirst }: Step<Details>): readonly Warning[] {
  if (!isFirst) return [];
  return (['origin', 'destination', 'goods'] as const)
    .filter((field) => data[field] === undefined)
    .map((field) => ({
      code: 'opening-incomplete',
      detail: `The record opens without its ${field}; later steps have nothing to take it from.`,
      pointer: `/data/${field}`,
    }));
}

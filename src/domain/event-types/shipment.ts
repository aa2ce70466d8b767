import { z } from 'zod';
import { countryName } from '../countries/countries.ts';
import { actor } from '../fields/actor.ts';
import { amount } from '../fields/amount.ts';
import { labelled } from '../fields/field-kind.ts';
import { date, dateNotes, line, listOf, streamOf, topic } from '../fields/field-schemas.ts';
import { goods, withQuantityObjects } from '../fields/goods.ts';
import { type Place, place } from '../fields/place.ts';
import { countriesAs } from '../fields/role.ts';
import { changeField, moveField } from '../values/json.ts';
import { limits } from '../values/limits.ts';
import { enumerate, normalizeName, withArticle } from '../values/text.ts';
import {
  type CountryRole,
  defineEventType,
  type Step,
  type Upcast,
  type Warning,
} from './define-event-type.ts';

const INTERCEPTIONS = {
  seized: 'seized',
  detained: 'detained',
  diverted: 'diverted',
  inspected: 'inspected',
} as const;

const MODES = { sea: 'sea', air: 'air', rail: 'rail', road: 'road', courier: 'courier' } as const;

/** Fields that any step may have. The first event of a record should give all that is known. */
const details = {
  consignor: actor.meta({ title: 'From', description: 'Who sends it.' }).exactOptional(),
  consignee: actor.meta({ title: 'To', description: 'Who receives it.' }).exactOptional(),
  carrier: actor.meta({ title: 'Carrier' }).exactOptional(),
  origin: place.meta({ title: 'Origin' }).exactOptional(),
  destination: place.meta({ title: 'Destination' }).exactOptional(),
  mode: labelled(MODES).meta({ title: 'Transport' }).exactOptional(),
  goods: goods.meta({ title: 'Goods' }).exactOptional(),
  payments: listOf(amount, limits.itemsMax).meta({ title: 'Payments' }).exactOptional(),
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

const underWay = z.strictObject({ ...details, expectedOn });
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
});
const reason = line.meta({ title: 'Reason' }).exactOptional();
const reversed = z.strictObject({ ...details, reason });
const intercepted = z.strictObject({
  ...details,
  by: actor.meta({ title: 'By', description: 'Who intercepts it.' }).exactOptional(),
  act: labelled(INTERCEPTIONS).meta({ title: 'Act' }),
  place: place.meta({ title: 'Place' }).exactOptional(),
  reason,
});

/** Version 1 had one `place`. */
const placeToPlaces: Upcast = {
  payload: (older) => moveField(older, 'place', 'places', (place) => [place]),
  moved: { '/place': '/places/0' },
};

/** Before, the `quantity` of goods was a number, with its `unit` next to it. */
const quantityObjects: Upcast = {
  payload: (older) => changeField(older, 'goods', withQuantityObjects),
};

const shared = z.strictObject(details);
type Details = z.infer<typeof shared>;
type Intercepted = z.infer<typeof intercepted>;
type Arrived = z.infer<typeof arrived>;

const shipment = (step: string) => ({
  category: 'shipment' as const,
  lane: 'Shipments',
  headline: (shipment: Details & { reason?: string }) => headlineOf(step, shipment),
  countries: countriesOf,
  implements: (shipment: Details) => shipment.implements,
  ownFields: ['by', 'act', 'place', 'places', 'reason', 'payments'],
  inheritedRoles: ['origin', 'destination', 'party', 'mentioned'] as const,
});

export const shipmentAnnounced = defineEventType({
  ...shipment('announced'),
  name: 'ShipmentAnnounced',
  label: 'Shipment announced',
  description: 'Somebody says that goods will be sent.',
  version: 2,
  upcasts: [quantityObjects],
  data: underWay,
  warnings: missingDetails,
  chronology: { order: 0 },
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
  version: 2,
  upcasts: [quantityObjects],
  data: underWay,
  inherits: true,
  warnings: missingDetails,
  chronology: { order: 1, isSame: () => true },
  example: { occurred: '2025-10-03', data: {} },
});

export const shipmentArrived = defineEventType({
  ...shipment('arrived'),
  name: 'ShipmentArrived',
  label: 'Shipment arrived',
  description: 'Goods reach a place on their way, or their destination.',
  version: 3,
  upcasts: [placeToPlaces, quantityObjects],
  data: arrived,
  inherits: true,
  warnings: (step) => [...withoutDispatch('arrival', step), ...missingDetails(step)],
  chronology: { order: 2, isSame: mayBeSamePlace },
  example: { occurred: '2025-10-20', data: {} },
});

export const shipmentReturned = defineEventType({
  ...shipment('returned'),
  name: 'ShipmentReturned',
  label: 'Shipment returned',
  description: 'Goods are sent back.',
  version: 2,
  upcasts: [quantityObjects],
  data: reversed,
  inherits: true,
  warnings: (step) => [...withoutDispatch('return', step), ...missingDetails(step)],
  chronology: { order: 2, isSame: () => true },
  example: { occurred: '2025-10-25', data: {} },
});

export const shipmentCancelled = defineEventType({
  ...shipment('cancelled'),
  name: 'ShipmentCancelled',
  label: 'Shipment cancelled',
  description: 'An announced shipment will not take place.',
  version: 2,
  upcasts: [quantityObjects],
  data: reversed,
  inherits: true,
  warnings: missingDetails,
  chronology: { order: 0, excludes: [shipmentDispatched.name, shipmentArrived.name] },
  example: { occurred: '2025-10-04', data: {} },
});

export const shipmentIntercepted = defineEventType({
  ...shipment('intercepted'),
  name: 'ShipmentIntercepted',
  label: 'Shipment intercepted',
  description: 'Authorities or others seize, detain, divert or inspect a shipment on its way.',
  version: 1,
  data: intercepted,
  inherits: true,
  headline: (shipment: Intercepted) => {
    const by = shipment.by === undefined ? '' : ` by ${shipment.by.name}`;
    const where = shipment.place?.name ?? shipment.place?.waters;
    return headlineOf(
      `${INTERCEPTIONS[shipment.act]}${by}${where === undefined ? '' : ` in ${where}`}`,
      shipment,
    );
  },
  countries: ({ by, place, ...shipment }) => [
    ...countriesOf(shipment),
    ...countriesAs('interceptor', by),
    ...countriesAs('mentioned', place),
  ],
  warnings: missingDetails,
  chronology: { order: 2 },
  example: {
    occurred: '2025-10-05',
    data: { by: { name: 'Customs', kind: 'government-body', country: 'AE' }, act: 'detained' },
  },
});

/** False only if both say where it arrived, and name no place in common: it may arrive at several on its way. */
function mayBeSamePlace(a: Arrived, b: Arrived): boolean {
  const [placesOfA, placesOfB] = [a, b].map(({ places = [] }) => places.map(placeKey));
  const isStated = (placesOfA?.length ?? 0) > 0 && (placesOfB?.length ?? 0) > 0;
  return !isStated || placesOfA?.some((key) => placesOfB?.includes(key)) === true;
}

function placeKey({ locode, name, waters, country }: Place): string {
  return normalizeName(locode ?? name ?? waters ?? country ?? '');
}

function countriesOf(shipment: Details & { places?: readonly Place[] }): readonly CountryRole[] {
  const { origin, destination, consignor, consignee, carrier, places = [] } = shipment;
  return [
    ...countriesAs('origin', origin),
    ...countriesAs('destination', destination),
    ...countriesAs('party', consignor, consignee),
    ...countriesAs('mentioned', carrier, ...places),
  ];
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
  const country = end?.country === undefined ? undefined : countryName(end.country);
  const name = end?.name ?? end?.waters;
  if (name === undefined) return country === undefined ? '' : `${preposition} ${withArticle(country)}`;
  return country === undefined ? `${preposition} ${name}` : `${preposition} ${name} (${country})`;
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

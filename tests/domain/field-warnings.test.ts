import { describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { defineEventType } from '../../src/domain/event-types/define-event-type.ts';
import { findEventType } from '../../src/domain/event-types/registry.ts';
import { correctedFieldWarnings, fieldWarnings } from '../../src/domain/events/field-warnings.ts';
import { fields } from '../../src/domain/fields/fields.ts';
import { briefing, mou, shipment } from '../append/sent-events.ts';

/** It is 2025-12-05 in most of the world, and 2025-12-06 already in Kiritimati. */
const now = new Date('2025-12-05T10:30:00.000Z');

type Event = Parameters<typeof fieldWarnings>[1] & { readonly type: string };

/** `code pointer` of each warning. */
function warnings({ type, ...event }: Event): readonly string[] {
  const definition = findEventType(type);
  if (definition === undefined) throw new Error(`No such type: ${type}`);
  return fieldWarnings(definition, event, now).map(({ code, pointer }) => `${code} ${pointer}`);
}

const withData = <Sent extends { readonly data: object }>(event: Sent, data: object) => ({
  ...event,
  data: { ...event.data, ...data },
});

test('an event without anything unusual has no warnings', () => {
  expect([briefing, mou, shipment].flatMap(warnings)).toEqual([]);
});

describe('a date', () => {
  test.each(['2025-12-05', '2025-12-06', '2025-12', '2025', '2025-12-05/2026-02', '../2030'])(
    '%s may be in the past',
    (occurred) => {
      expect(warnings({ ...mou, occurred })).toEqual([]);
    },
  );

  test.each(['2025-12-07', '2026', '2026-01/2026-02', '2205-10-13~'])('%s is in the future', (occurred) => {
    expect(warnings({ ...mou, occurred })).toEqual(['future-date /occurred']);
  });

  test('in a payload may be in the future', () => {
    const data = { inForceFrom: '2030-01-01' };
    expect(warnings({ ...mou, type: 'MouEnteredIntoForce', data })).toEqual([]);
  });

  test('of a source is not in the future', () => {
    const sources = [
      { outlet: 'Dawn', publishedOn: '2025-11-30', retrievedAt: '2025-12-01T09:00:00Z' },
      { outlet: 'Dawn', publishedOn: '2052-11-30', retrievedAt: '2052-12-01T09:00:00Z' },
    ];
    expect(warnings({ ...mou, sources })).toEqual([
      'future-date /sources/1/publishedOn',
      'future-date /sources/1/retrievedAt',
    ]);
  });
});

test('a local time that the clocks skipped is warned of', () => {
  const startsAt = (local: string) =>
    withData({ ...briefing, occurred: '2025-03-09' }, { startsAt: { local, zone: 'America/New_York' } });
  expect(warnings(startsAt('2025-03-09T03:30'))).toEqual([]);
  expect(warnings(startsAt('2025-03-09T02:30'))).toEqual(['skipped-local-time /data/startsAt/local']);
});

test('a state that did not exist yet is warned of, wherever it is named', () => {
  const parties = [
    { name: 'A', kind: 'state', country: 'SS' },
    { name: 'B', kind: 'state', country: 'US' },
  ];
  const signing = withData(mou, { parties, place: { country: 'TL' } });
  expect(warnings({ ...signing, occurred: '1990' })).toEqual([
    'country-before-its-time /data/parties/0/country',
    'country-before-its-time /data/place/country',
  ]);
  expect(warnings({ ...signing, occurred: '2012' })).toEqual([]);
});

test('goods with an HS code that is none are warned of', () => {
  const goods = [
    { description: 'copper ore', hsCode: '260300' },
    { description: 'nothing', hsCode: '770100' },
    { description: 'nicotine', hsCode: '2404', hsEdition: '2017' },
  ];
  expect(warnings(withData(shipment, { goods }))).toEqual([
    'unknown-hs-code /data/goods/1/hsCode',
    'unknown-hs-code /data/goods/2/hsCode',
  ]);
});

describe('a LOCODE', () => {
  const from = (origin: object) => withData(shipment, { origin });

  test('of another country is warned of', () => {
    expect(warnings(from({ country: 'PK', locode: 'PKKHI' }))).toEqual([]);
    expect(warnings(from({ country: 'PK', locode: 'INBOM' }))).toEqual([
      'locode-of-another-country /data/origin/locode',
    ]);
  });

  test('in a former country is that of a present one', () => {
    expect(warnings({ ...from({ country: 'SU', locode: 'RULED' }), occurred: '1985' })).toEqual([]);
  });

  test('is looked at in lists too', () => {
    const places = [{ country: 'AE' }, { country: 'US', locode: 'AEDXB' }];
    expect(warnings(withData({ ...shipment, type: 'ShipmentArrived' }, { places }))).toEqual([
      'locode-of-another-country /data/places/1/locode',
    ]);
  });
});

describe('a party', () => {
  const between = (...parties: readonly object[]) => withData(mou, { parties });
  const party = (name: string, country?: string) => ({ name, kind: 'company', ...(country && { country }) });

  test('that a list has twice is warned of, in whatever case it is written', () => {
    expect(warnings(between(party('Straße AG', 'DE'), party('X', 'FR'), party('STRASSE  AG', 'DE')))).toEqual(
      ['repeated-party /data/parties/2'],
    );
  });

  test('of another country, or of an unknown one, is another party', () => {
    expect(warnings(between(party('Air', 'DE'), party('Air', 'FR'), party('Air')))).toEqual([]);
  });

  test('may come back in a chain of attribution', () => {
    const [xinhua, reuters] = [
      { name: 'Xinhua', kind: 'media' } as const,
      { name: 'Reuters', kind: 'media' } as const,
    ];
    const sources = [{ outlet: 'Dawn', attribution: [xinhua, reuters, xinhua] }];
    expect(warnings({ ...mou, sources })).toEqual([]);
  });
});

test('the payload of a correction is looked at as one of the corrected type, at its date', () => {
  const type = findEventType('ShipmentAnnounced');
  if (type === undefined) throw new Error('No such type');
  const data = { ...shipment.data, goods: [{ description: 'x', hsCode: '00' }] };
  expect(correctedFieldWarnings(type, { data, occurred: '2026-01-01' }, '2025-10', now)).toMatchObject([
    { code: 'future-date', pointer: '/data/occurred' },
    { code: 'unknown-hs-code', pointer: '/data/data/goods/0/hsCode' },
  ]);
  expect(correctedFieldWarnings(type, { data: shipment.data }, '2025-10', now)).toEqual([]);
});

test('the fields of own types are looked at, those of alternatives once', () => {
  const stay = z.strictObject({ place: fields.place });
  const visit = defineEventType({
    name: 'VisitPaid',
    category: 'visit',
    lane: 'Visits',
    label: 'Visit',
    description: 'Somebody goes somewhere.',
    version: 1,
    data: z.strictObject({ to: z.union([stay, z.strictObject({ place: fields.place, days: z.int() })]) }),
    headline: () => 'Visit',
    countries: () => [],
    example: { occurred: '2025', data: { to: { place: { country: 'PK' } } } },
  });
  const data = { to: { place: { country: 'PK', locode: 'INBOM' } } };
  expect(fieldWarnings(visit, { occurred: '2025', data, sources: mou.sources }, now)).toEqual([
    {
      code: 'locode-of-another-country',
      detail: 'INBOM is a place in IN, not in PK.',
      pointer: '/data/to/place/locode',
    },
  ]);
});

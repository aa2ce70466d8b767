import { describe, expect, test } from '@jest/globals';
import { evolveRecord } from '../../src/domain/record/record.ts';
import { emptyRecord } from '../../src/domain/record/record-version.ts';
import { checkAgainstRecord } from '../../src/domain/record/rules.ts';
import {
  briefing,
  correction,
  id,
  link,
  mou,
  parsed,
  recorded,
  retraction,
  shipment,
  withdrawal,
} from './events.ts';

const arrival = { ...shipment, type: 'ShipmentArrived', data: {} };

function rule(stream: string, history: readonly object[], input: object) {
  return checkAgainstRecord(parsed(input), recorded(...history).reduce(evolveRecord, emptyRecord(stream)));
}

/** `reason pointer code` of each error, or the codes of the warnings. */
function verdict(stream: string, history: readonly object[], input: object): readonly string[] {
  const ruling = rule(stream, history, input);
  if (ruling.outcome === 'accepted')
    return ruling.warnings.map(({ code, pointer = '' }) => `${code}${pointer}`);
  return ruling.errors.map(({ pointer, code }) => `${ruling.reason} ${pointer} ${code}`);
}

describe('a content event', () => {
  test('is appended to records of its category only', () => {
    expect(verdict('mou-refinery', [], mou)).toEqual([]);
    const { stream: _stream, ...event } = mou;
    expect(verdict('shipment-samples', [], event)).toEqual(['invalid /stream wrong-category']);
  });

  test('may be recorded without the step before it, with a warning', () => {
    expect(verdict('shipment-samples', [shipment], arrival)).toEqual([]);
    expect(verdict('shipment-samples', [{ ...shipment, type: 'ShipmentAnnounced' }], arrival)).toEqual([
      'arrival-without-dispatch',
    ]);
    expect(verdict('shipment-samples', [shipment, retraction(1)], arrival)).toEqual([
      'arrival-without-dispatch',
    ]);
    expect(verdict('shipment-samples', [arrival], { ...arrival, type: 'ShipmentReturned' })).toEqual([
      'return-without-dispatch',
    ]);
    const amendment = { ...mou, type: 'MouAmended', data: { amendment: 'Tungsten' } };
    expect(verdict('mou-refinery', [], amendment)).toEqual(['step-without-signing']);
    expect(verdict('mou-refinery', [mou], amendment)).toEqual([]);
  });

  test('opens a shipment with route and goods, or with a warning', () => {
    expect(verdict('shipment-samples', [], { ...arrival, data: { origin: { country: 'PK' } } })).toEqual([
      'arrival-without-dispatch',
      'opening-incomplete/data/destination',
      'opening-incomplete/data/goods',
    ]);
  });

  test('is refused if the record is full', () => {
    const full = { ...emptyRecord('mou-refinery'), revision: 999 };
    expect(checkAgainstRecord(parsed(mou), full)).toMatchObject({ outcome: 'refused', reason: 'conflict' });
    expect(checkAgainstRecord(parsed(mou), { ...full, revision: 998 })).toMatchObject({
      outcome: 'accepted',
    });
  });
});

test.each([
  ['a correction', correction(1, mou.data)],
  ['a retraction', retraction(1)],
  ['a link', link('mou-refinery', 'mou-port')],
  ['a withdrawal', withdrawal(1)],
])('%s needs a record', (_name, event) => {
  expect(verdict('mou-refinery', [], event)).toEqual(['not-found /stream unknown-record']);
});

describe('a correction', () => {
  test('is parsed as the type of the corrected event, and keeps the texts as sent', () => {
    const data = { ...briefing.data, hosts: ['中国'] };
    const ruling = rule('briefing-mfa', [briefing], correction(1, data));

    expect(ruling).toMatchObject({
      outcome: 'accepted',
      event: { data: { data: { hosts: ['CN'] } }, verbatim: { '/data/data/hosts/0': '中国' } },
    });
  });

  test.each([
    [correction(1, { ...briefing.data, colour: 'red' }), 'invalid /data/data/colour unknown-field'],
    [correction(1, { ...briefing.data, hosts: ['Congo'] }), 'invalid /data/data/hosts/0 ambiguous-country'],
    [correction(1, { ...briefing.data, hosts: ['SU'] }), 'invalid /data/data/hosts/0 country-out-of-time'],
    [
      correction(1, { ...briefing.data, startsAt: { local: '2025-10-12T15:00', zone: 'Asia/Shanghai' } }),
      'invalid /data/data/startsAt/local date-mismatch',
    ],
    [correction(9, briefing.data), 'not-found /data/corrects unknown-event'],
  ])('is refused, case %#', (event, error) => {
    expect(verdict('briefing-mfa', [briefing], event)).toEqual([error]);
  });

  test('is checked against its own date', () => {
    const event = correction(1, { ...briefing.data, hosts: ['SU'] }, { occurred: '1985' });
    expect(verdict('briefing-mfa', [briefing], event)).toEqual([]);
  });

  test('carries the schema version of its payload: the current one of the corrected type', () => {
    const places = [{ country: 'US' }];
    expect(rule('shipment-samples', [shipment, arrival], correction(2, { places }))).toMatchObject({
      outcome: 'accepted',
      event: { schemaVersion: 1, correctedSchemaVersion: 3, data: { data: { places } } },
    });
  });

  test('may be sent in an earlier version', () => {
    expect(rule('shipment-samples', [arrival], correction(1, { place: { country: 'PK' } }))).toMatchObject({
      event: { correctedSchemaVersion: 3, data: { data: { places: [{ country: 'PK' }] } } },
    });
  });

  test('of an older version is checked after upcasting, and one of a newer version is refused', () => {
    const written = (correctedSchemaVersion: number, data: object) => {
      const event = { ...parsed(correction(2, data)), correctedSchemaVersion };
      return checkAgainstRecord(event, recorded(shipment, arrival).reduce(evolveRecord, emptyRecord('')));
    };
    expect(written(1, { place: { country: 'US' } })).toMatchObject({
      outcome: 'accepted',
      event: { correctedSchemaVersion: 3, data: { data: { places: [{ country: 'US' }] } } },
    });
    expect(written(1, { place: { country: 'Atlantis' } })).toMatchObject({
      outcome: 'refused',
      errors: [{ pointer: '/data/data/places/0/country', code: 'unknown-country' }],
    });
    expect(written(4, {})).toMatchObject({
      outcome: 'refused',
      reason: 'invalid',
      errors: [{ pointer: '/correctedSchemaVersion', code: 'out-of-range' }],
    });
  });

  test('may target a correction, but no retracted event', () => {
    expect(verdict('mou-refinery', [mou, correction(1, mou.data)], correction(2, mou.data))).toEqual([]);
    const retracted = [mou, correction(1, mou.data), retraction(1)];
    for (const named of [1, 2]) {
      expect(verdict('mou-refinery', retracted, correction(named, mou.data))).toEqual([
        'conflict /data/corrects already-retracted',
      ]);
    }
  });
});

test('a retraction targets an event that was not retracted, and no correction', () => {
  expect(verdict('mou-refinery', [mou], retraction(1))).toEqual([]);
  expect(verdict('mou-refinery', [mou, retraction(1)], retraction(1))).toEqual([
    'conflict /data/retracts already-retracted',
  ]);
  expect(verdict('mou-refinery', [mou], retraction(7))).toEqual(['not-found /data/retracts unknown-event']);
  expect(verdict('mou-refinery', [mou, correction(1, mou.data)], retraction(2))).toEqual([
    'invalid /data/retracts wrong-target',
  ]);
});

test('a link connects this record to another', () => {
  expect(verdict('mou-refinery', [mou], link('mou-refinery', 'mou-port'))).toEqual([]);
  expect(verdict('mou-refinery', [mou], link(id(1), 'mou-port'))).toEqual([]);
  expect(verdict('mou-refinery', [mou], link('mou-port', 'mou-refinery'))).toEqual([
    'not-found /data/from unknown-event',
  ]);
  expect(verdict('mou-refinery', [mou], link(id(1), id(1)))).toEqual(['invalid /data/to self-link']);
});

test('a link is withdrawn once', () => {
  const linked = [mou, link('mou-refinery', 'mou-port')];
  expect(verdict('mou-refinery', linked, withdrawal(2))).toEqual([]);
  expect(verdict('mou-refinery', linked, withdrawal(1))).toEqual(['not-found /data/withdraws unknown-event']);
  expect(verdict('mou-refinery', [...linked, withdrawal(2)], withdrawal(2))).toEqual([
    'conflict /data/withdraws already-withdrawn',
  ]);
});

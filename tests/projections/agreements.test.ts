import { describe, expect, test } from '@jest/globals';
import { agreements } from '../../projections/agreements.ts';
import { evolveRecord } from '../../src/domain/record/record.ts';
import { emptyRecord, type RecordVersion } from '../../src/domain/record/record-version.ts';
import { correction, id, link, mou, recorded, retraction, shipment, withdrawal } from '../domain/events.ts';

/** Returns the versions of the events of one record. */
function versionsOf(...events: readonly object[]): readonly RecordVersion[] {
  return [
    ...recorded(...events)
      .reduce(evolveRecord, emptyRecord('mou-refinery'))
      .versions.values(),
  ];
}

/** Returns the chains that the last event of a record is in. */
function chainsOf(...events: readonly object[]): readonly string[] {
  const version = versionsOf(...events).at(-1);
  if (version === undefined) throw new Error('Nothing was recorded');
  return [...agreements.partitionBy(version, undefined).keys()];
}

/** Returns the chain of mou-refinery after the events of several records, each given in the order of its dates. */
function chain(...records: readonly (readonly object[])[]) {
  const versions = records.flatMap((events) => versionsOf(...events));
  const entries = versions.map((version) => JSON.stringify(agreements.entry(version, undefined)));
  return agreements.fold('mou-refinery', entries);
}

function shipped(type: string, occurred: string, more: object = {}, stream = 'shipment-samples') {
  const { origin, destination, goods } = shipment.data;
  return { type, stream, occurred, data: { origin, destination, goods, ...more }, sources: shipment.sources };
}

const step = (type: string, occurred: string, data: object) => ({ ...mou, type, occurred, data });
const amended = step('MouAmended', '2025-10-08', { amendment: 'Tungsten added' });
const under = { implements: ['mou-refinery'] };

describe('A shipment', () => {
  test('is in the chain of each agreement that its event names', () => {
    const several = { implements: ['mou-refinery', 'mou-framework'] };
    expect(chainsOf(shipped('ShipmentDispatched', '2025-10', several))).toEqual(several.implements);
  });

  test('is in the chains that the first event of its record names, unless its event names others', () => {
    const opening = shipped('ShipmentAnnounced', '2025-09', under);
    expect(chainsOf(opening, shipped('ShipmentArrived', '2025-10'))).toEqual(['mou-refinery']);
    const other = shipped('ShipmentArrived', '2025-10', { implements: ['mou-other'] });
    expect(chainsOf(opening, other)).toEqual(['mou-other']);
  });

  test('is in the chain of an agreement that a curator linked it to, until the link is withdrawn', () => {
    const events = [shipped('ShipmentArrived', '2025-10'), link(id(1), 'mou-refinery', 'implements')];
    expect(chainsOf(...events)).toEqual(['mou-refinery']);
    expect(chainsOf(...events, withdrawal(2))).toEqual(['unknown']);
  });

  test('is in the chain unknown if it names no agreement and is linked to none', () => {
    expect(chainsOf(shipped('ShipmentArrived', '2025-10'))).toEqual(['unknown']);
    expect(chainsOf(shipped('ShipmentArrived', '2025-10'), link(id(1), id(9), 'implements'))).toEqual([
      'unknown',
    ]);
    expect(chainsOf(shipped('ShipmentArrived', '2025-10'), link(id(1), 'mou-refinery', 'cites'))).toEqual([
      'unknown',
    ]);
  });

  test('is in no chain if it is stated to implement none', () => {
    const opening = shipped('ShipmentAnnounced', '2025-09', { implements: [] });
    expect(chainsOf(opening)).toEqual([]);
    expect(chainsOf(opening, shipped('ShipmentArrived', '2025-10'))).toEqual([]);
  });
});

describe('The chain of an agreement', () => {
  test('has the steps of its own record with the days between them', () => {
    const inForce = step('MouEnteredIntoForce', '2025-10', {
      inForceFrom: '2025-11-01',
      parties: [...mou.data.parties, { name: 'A refinery', kind: 'company', country: 'PK' }],
    });
    const ended = step('MouTerminated', '2026', { terminatedOn: '2026-06', reason: 'No ore' });
    const state = chain([mou, amended, inForce, ended]);
    expect(state).toMatchObject({
      stream: 'mou-refinery',
      title: 'Refinery memorandum',
      signed: { edtf: '2025-09-08', earliest: '2025-09-08', latest: '2025-09-08' },
      inForceFrom: '2025-11-01',
      terminatedOn: '2026-06',
      shipments: [],
      shipmentsKnown: false,
    });
    expect(state.parties.map(({ name }) => name)).toEqual([
      'US Strategic Metals',
      'Frontier Works Organization',
      'A refinery',
    ]);
    expect(state.steps).toMatchObject([
      { id: id(1), type: 'MouSigned', status: 'current', sources: 1, daysSince: null },
      // from 8 September to 8 October; from there to any day of October; from any day of October to any day of 2026
      { type: 'MouAmended', amendment: 'Tungsten added', daysSince: { event: id(1), least: 30, most: 30 } },
      { type: 'MouEnteredIntoForce', daysSince: { event: id(2), least: 0, most: 23 } },
      { type: 'MouTerminated', daysSince: { event: id(3), least: 62, most: 456 } },
    ]);
  });

  test('has the steps of each shipment, the first with the days since the signing', () => {
    const state = chain(
      [mou],
      [
        shipped('ShipmentDispatched', '2025-09-08/2025-10-13', under),
        shipped('ShipmentArrived', '2025-11-01', under),
      ],
      [shipped('ShipmentAnnounced', '2025-12-08', under, 'shipment-second')],
    );
    expect(state.shipmentsKnown).toBe(true);
    expect(state.shipments).toMatchObject([
      {
        stream: 'shipment-samples',
        steps: [
          { type: 'ShipmentDispatched', daysSince: { event: id(1), least: 0, most: 35 } },
          { type: 'ShipmentArrived', daysSince: { least: 19, most: 54 } },
        ],
      },
      { stream: 'shipment-second', steps: [{ daysSince: { least: 91, most: 91 } }] },
    ]);
  });

  test('has no signing while only a shipment is recorded', () => {
    expect(chain([shipped('ShipmentArrived', '2025-10', under)])).toMatchObject({
      title: null,
      signed: null,
      parties: [],
      steps: [],
      shipments: [{ steps: [{ type: 'ShipmentArrived', daysSince: null }] }],
      shipmentsKnown: true,
    });
  });

  test('marks retracted events and skips them in all else', () => {
    const state = chain(
      [mou, amended, { ...amended, occurred: '2025-10-18' }, retraction(2)],
      [shipped('ShipmentArrived', '2025-10', under), retraction(1)],
    );
    expect(state.steps).toMatchObject([
      { status: 'current' },
      { status: 'retracted', daysSince: null },
      { status: 'current', daysSince: { event: id(1), least: 40, most: 40 } },
    ]);
    expect(state.shipments).toMatchObject([{ steps: [{ status: 'retracted', daysSince: null }] }]);
    expect(state.shipmentsKnown).toBe(false);
    expect(chain([mou, retraction(1)])).toMatchObject({ title: null, signed: null, parties: [] });
  });

  test('shows corrected values', () => {
    const state = chain([mou, correction(1, { ...mou.data, title: 'Smelter' }, { occurred: '2025-09-09' })]);
    expect(state).toMatchObject({ title: 'Smelter', signed: { edtf: '2025-09-09' } });
    expect(state.steps).toMatchObject([{ status: 'corrected', versions: 2, sources: 2 }]);
  });
});

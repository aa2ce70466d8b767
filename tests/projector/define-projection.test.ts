import { describe, expect, test } from '@jest/globals';
import { emptyRecord, evolveRecord, type RecordVersion } from '../../src/domain/record/record.ts';
import {
  defineProjection,
  ignored,
  type ProjectionDefinition,
} from '../../src/projector/define-projection.ts';
import { briefing, correction, mou, recorded, shipment } from '../domain/events.ts';

type Told = readonly string[];

const definition: ProjectionDefinition<'told', Told> = {
  name: 'told',
  version: 1,
  keysOf: ({ event }) => [event.stream, 'all'],
  initial: (key) => [key],
  when: {
    BriefingHeld: ignored,
    MouSigned: (told, { data }) => [...told, `signed: ${data.title}`],
    MouAmended: (told, { data, opening }) => [...told, `${opening?.type} amended: ${data.amendment}`],
    MouEnteredIntoForce: ignored,
    MouTerminated: ignored,
    ShipmentAnnounced: ignored,
    ShipmentDispatched: (told, { data, links, event }) => {
      return [...told, `${data.goods?.length} under ${links.implements}, told by ${event.actor}`];
    },
    ShipmentArrived: ignored,
    ShipmentReturned: ignored,
    ShipmentCancelled: ignored,
  },
};

const told = defineProjection(definition);

function readings(...events: readonly object[]): readonly RecordVersion[] {
  return [
    ...recorded(...events)
      .reduce(evolveRecord, emptyRecord('a-record'))
      .versions.values(),
  ];
}

function entries(...events: readonly object[]): readonly string[] {
  return readings(...events).map((version) => JSON.stringify(told.entry(version, undefined)));
}

const amendment = { ...mou, type: 'MouAmended', data: { amendment: 'Tungsten added' } };

describe('a projection', () => {
  test('puts a record into the states of its keys', () => {
    const [version] = readings(mou);
    expect(version && [...told.partitionBy(version, undefined)]).toEqual([
      ['mou-refinery', {}],
      ['all', {}],
    ]);
  });

  test('puts what it ignores nowhere, without asking for keys', () => {
    const [version] = readings(briefing);
    const asked = defineProjection({
      ...definition,
      keysOf: () => {
        throw new Error('asked');
      },
    });
    expect(version && asked.partitionBy(version, undefined).size).toBe(0);
  });

  test('folds its entries from the initial state, each as it reads after its corrections', () => {
    const corrected = correction(1, { ...mou.data, title: 'Smelter memorandum' });
    expect(told.fold('all', entries(mou, amendment, corrected))).toEqual([
      'all',
      'signed: Smelter memorandum',
      'MouSigned amended: Tungsten added',
    ]);
    expect(told.fold('none', [])).toEqual(['none']);
  });

  test('hands a handler what the record inherits, and who recorded it', () => {
    const { implements: _, ...step } = shipment.data;
    const state = told.fold('all', entries(shipment, { ...shipment, data: step }));
    expect(state).toEqual([
      'all',
      '1 under mou-refinery, told by desk',
      '1 under mou-refinery, told by desk',
    ]);
  });

  test('passes over an entry of a type that it ignores', () => {
    expect(told.fold('all', entries(briefing))).toEqual(['all']);
  });

  test('needs a slug for a name, and a version', () => {
    expect(() => defineProjection({ ...definition, name: 'Told' as 'told' })).toThrow(RangeError);
    expect(() => defineProjection({ ...definition, version: 0 })).toThrow(RangeError);
  });

  test('does not compile when a type of event is forgotten, or handled as another', () => {
    const { ShipmentCancelled: _, ...forgetful } = definition.when;
    // @ts-expect-error ShipmentCancelled is neither handled nor ignored
    defineProjection({ ...definition, when: forgetful });
    defineProjection({
      ...definition,
      // @ts-expect-error a signing has no amendment
      when: { ...definition.when, MouSigned: (state: Told, { data }) => [...state, data.amendment] },
    });
  });
});

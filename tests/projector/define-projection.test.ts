import { describe, expect, test } from '@jest/globals';
import { evolveRecord } from '../../src/domain/record/record.ts';
import { emptyRecord, type RecordVersion } from '../../src/domain/record/record-version.ts';
import {
  defineProjection,
  ignored,
  type ProjectionDefinition,
} from '../../src/projector/define-projection.ts';
import { briefing, correction, mou, recorded, shipment } from '../domain/events.ts';

type Lines = readonly string[];

const definition: ProjectionDefinition<'report', Lines> = {
  name: 'report',
  version: 1,
  keysOf: ({ event }) => [event.stream, 'all'],
  initial: (key) => [key],
  when: {
    BriefingHeld: ignored,
    MouSigned: (lines, { data }) => [...lines, `signed: ${data.title}`],
    MouAmended: (lines, { data, opening }) => [...lines, `${opening?.type} amended: ${data.amendment}`],
    MouEnteredIntoForce: ignored,
    MouRenewed: ignored,
    MouTerminated: ignored,
    MouParticipationChanged: ignored,
    ShipmentAnnounced: ignored,
    ShipmentDispatched: (lines, { data, links, event }) => {
      return [...lines, `${data.goods?.length} under ${links.implements}, recorded by ${event.actor}`];
    },
    ShipmentArrived: ignored,
    ShipmentReturned: ignored,
    ShipmentCancelled: ignored,
    ShipmentIntercepted: ignored,
    MeetingHeld: ignored,
    MeasureImposed: ignored,
    MeasureEased: ignored,
    MeasureLifted: ignored,
    TopicDefined: ignored,
  },
};

const projection = defineProjection(definition);

function versionsOf(...events: readonly object[]): readonly RecordVersion[] {
  return [
    ...recorded(...events)
      .reduce(evolveRecord, emptyRecord('a-record'))
      .versions.values(),
  ];
}

function entries(...events: readonly object[]): readonly string[] {
  return versionsOf(...events).map((version) => JSON.stringify(projection.entry(version, undefined)));
}

const amendment = { ...mou, type: 'MouAmended', data: { amendment: 'Tungsten added' } };

describe('defineProjection', () => {
  test('puts a record into the states of its keys', () => {
    const [version] = versionsOf(mou);
    expect(version && [...projection.partitionBy(version, undefined)]).toEqual([
      ['mou-refinery', {}],
      ['all', {}],
    ]);
  });

  test('puts an ignored type into no state, without calling keysOf', () => {
    const [version] = versionsOf(briefing);
    const withoutKeys = defineProjection({
      ...definition,
      keysOf: () => {
        throw new Error('keysOf was called');
      },
    });
    expect(version && withoutKeys.partitionBy(version, undefined).size).toBe(0);
  });

  test('folds corrected entries from the initial state', () => {
    const corrected = correction(1, { ...mou.data, title: 'Smelter memorandum' });
    expect(projection.fold('all', entries(mou, amendment, corrected))).toEqual([
      'all',
      'signed: Smelter memorandum',
      'MouSigned amended: Tungsten added',
    ]);
    expect(projection.fold('none', [])).toEqual(['none']);
  });

  test('passes inherited fields and the actor to a handler', () => {
    const { implements: _, ...step } = shipment.data;
    const state = projection.fold('all', entries(shipment, { ...shipment, data: step }));
    expect(state).toEqual([
      'all',
      '1 under mou-refinery, recorded by desk',
      '1 under mou-refinery, recorded by desk',
    ]);
  });

  test('skips an entry of an ignored type', () => {
    expect(projection.fold('all', entries(briefing))).toEqual(['all']);
  });

  test('requires a slug as name and a positive version', () => {
    expect(() => defineProjection({ ...definition, name: 'Report' as 'report' })).toThrow(RangeError);
    expect(() => defineProjection({ ...definition, version: 0 })).toThrow(RangeError);
  });

  test('does not compile if an event type is missing or handled as another', () => {
    const { ShipmentCancelled: _, ...incomplete } = definition.when;
    // @ts-expect-error ShipmentCancelled is neither handled nor ignored
    defineProjection({ ...definition, when: incomplete });
    defineProjection({
      ...definition,
      // @ts-expect-error MouSigned has no amendment
      when: { ...definition.when, MouSigned: (state: Lines, { data }) => [...state, data.amendment] },
    });
  });
});

import { describe, expect, test } from '@jest/globals';
import { actorTimeline } from '../../projections/actor.ts';
import { evolveRecord } from '../../src/domain/record/record.ts';
import { emptyRecord } from '../../src/domain/record/record-version.ts';
import { briefing, mou, recorded } from '../domain/events.ts';

/** Returns the timelines of the last event with their fields. */
function timelines(...events: readonly object[]): Record<string, unknown> {
  const record = recorded(...events).reduce(evolveRecord, emptyRecord('a-record'));
  const version = [...record.versions.values()].at(-1);
  if (version === undefined) throw new Error('Nothing was recorded');
  return Object.fromEntries(actorTimeline.partitionBy(version, undefined));
}

describe('The actor timeline', () => {
  test('has an event once for each actor, and once for each of their names', () => {
    expect(timelines(briefing)).toEqual({
      'cn~foreign-ministry-of-china': { roles: ['issuer'], actor: briefing.data.institution },
      '=foreign ministry of china\ncn~foreign-ministry-of-china': {},
      'cn~lin-jian': { roles: ['speaker'], actor: { name: 'Lin Jian', kind: 'person', country: 'CN' } },
      '=lin jian\ncn~lin-jian': {},
    });
  });

  test('lists the names of an actor with an identifier, as the events write them', () => {
    const identifiers = { wikidata: 'Q7184' };
    const parties = [
      { name: 'NATO', kind: 'igo', names: { fr: 'OTAN' } },
      { name: 'The Alliance', kind: 'igo', identifiers },
    ];
    expect(timelines({ ...mou, data: { ...mou.data, parties } })).toEqual({
      nato: { roles: ['party'], actor: { name: 'NATO', kind: 'igo' } },
      '=nato\nnato': {},
      '@nato\nNATO': {},
      '=the alliance\nnato': {},
      '@nato\nThe Alliance': {},
    });
  });

  test('has the names of later steps as well as those of the first event of the record', () => {
    const carrier = { name: 'Ever Given', kind: 'vessel', identifiers: { imo: '9811000' } };
    const announced = {
      ...mou,
      type: 'ShipmentAnnounced',
      stream: 'shipment-1',
      data: {
        origin: { country: 'PK' },
        destination: { country: 'US' },
        goods: [{ description: 'ore' }],
        carrier,
      },
    };
    const arrived = { ...announced, type: 'ShipmentArrived', data: {} };
    expect(Object.keys(timelines(announced, arrived))).toEqual([
      'imo-9811000',
      '=ever given\nimo-9811000',
      '@imo-9811000\nEver Given',
    ]);
  });
});

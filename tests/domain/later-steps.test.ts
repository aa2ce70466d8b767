import { expect, test } from '@jest/globals';
import { evolveRecord } from '../../src/domain/record/record.ts';
import { emptyRecord } from '../../src/domain/record/record-version.ts';
import { headline, rolesByCountry } from '../../src/domain/record/summary.ts';
import { mou, recorded, shipment } from './events.ts';

/** Returns the headline and the roles of the last event of a record. */
function lastOf(...events: readonly object[]) {
  const state = recorded(...events).reduce(evolveRecord, emptyRecord('a-record'));
  const version = [...state.versions.values()].at(-1);
  if (version === undefined) throw new Error('Nothing was recorded');
  return { headline: headline(version), roles: Object.fromEntries(rolesByCountry(version)) };
}

const step = (opening: { stream: string }, type: string, data: object) => ({ ...opening, type, data });
const swissSigning = {
  ...mou,
  data: {
    ...mou.data,
    place: { country: 'CH' },
    witnesses: [{ name: 'France', kind: 'state', country: 'FR' }],
    term: { until: '2025-12-31' },
  },
};

test('a renewal does not state the term of the signing as its own', () => {
  expect(lastOf(swissSigning, step(mou, 'MouRenewed', {})).headline).toBe(
    'Memorandum of understanding renewed: US Strategic Metals and Frontier Works Organization',
  );
});

test('a later step of an agreement concerns its parties, not the place or the witnesses of the signing', () => {
  const { roles } = lastOf(swissSigning, step(mou, 'MouTerminated', { terminatedOn: '2045' }));
  expect(roles).toEqual({ US: ['party'], PK: ['party'] });
});

test('an amendment concerns the parties of the signing and those that join with it', () => {
  const joined = {
    amendment: 'Türkiye joins.',
    parties: [{ name: 'Türkiye', kind: 'state', country: 'TR' }],
  };
  expect(Object.keys(lastOf(mou, step(mou, 'MouAmended', joined)).roles).sort()).toEqual(['PK', 'TR', 'US']);
});

test('a later step of a shipment does not repeat who intercepted it and why', () => {
  const customs = { name: 'Customs', kind: 'government-body', country: 'AE' };
  const detained = step(shipment, 'ShipmentIntercepted', {
    ...shipment.data,
    by: customs,
    act: 'detained',
    reason: 'Suspected arms',
  });
  const seized = lastOf(detained, step(shipment, 'ShipmentIntercepted', { act: 'seized' }));
  expect(seized.headline).toBe('Shipment seized: antimony, from Pakistan to the United States');
  expect(seized.roles).toEqual({ PK: ['origin'], US: ['destination'] });
});

test('an easing for some goods stays on the timeline of the country that the measure is aimed at', () => {
  const measure = { ...mou, stream: 'measure-a' };
  const imposers = [{ name: 'Treasury', kind: 'government-body', country: 'US' }];
  const imposed = { instrument: 'sanctions', imposers, targets: { countries: ['RU'] } };
  const eased = { change: 'Titanium is exempt.', targets: { goods: [{ description: 'titanium' }] } };
  const { roles } = lastOf(step(measure, 'MeasureImposed', imposed), step(measure, 'MeasureEased', eased));
  expect(roles).toEqual({ US: ['imposer'], RU: ['target'] });
});

test.each([
  ['acceded', 'acceded to by Oman'],
  ['entered-into-force-for', 'in force for Oman'],
  ['objected', 'objection by Oman'],
  ['withdrew', 'withdrawal of Oman'],
])('the headline of a party that %s reads “%s”', (act, words) => {
  const party = { name: 'Oman', kind: 'state', country: 'OM' };
  expect(lastOf(mou, step(mou, 'MouParticipationChanged', { party, act })).headline).toBe(
    `Refinery memorandum: ${words}`,
  );
});

test('the headline of a signing says that other parties are not named', () => {
  const [party] = mou.data.parties;
  const data = { ...mou.data, parties: [party], partiesIncomplete: true, subject: undefined };
  const { subject: _subject, ...sent } = data;
  expect(lastOf({ ...mou, data: sent }).headline).toBe(
    'Memorandum of understanding signed: US Strategic Metals and others',
  );
});

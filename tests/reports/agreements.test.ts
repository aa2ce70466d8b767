import { expect, test } from '@jest/globals';
import { desk, person, reportedBy, state } from './desk.ts';

const { record, country, roles, agreement } = desk();
const stream = 'mou-river-convention';

/** Ten states signed the convention; the reports name three of them. It is in force since 1 May 1975. */
async function recordConvention(): Promise<void> {
  await record({
    type: 'MouSigned',
    stream,
    occurred: '1974-03-12',
    data: {
      title: 'Convention on the Upper River',
      instrument: 'convention',
      parties: [state('Hungary', 'HU'), state('Austria', 'AT'), state('Romania', 'RO')],
      partiesIncomplete: true,
    },
    sources: reportedBy('River Commission'),
  });
  await record({
    type: 'MouEnteredIntoForce',
    stream,
    occurred: '1975-05-01',
    data: { inForceFrom: '1975-05-01' },
    sources: reportedBy('River Commission'),
  });
}

const step = (occurred: string, data: object) => ({
  type: 'MouParticipationChanged',
  stream,
  occurred,
  data,
  sources: reportedBy('River Commission'),
});

/** What the signing and the entry into force put on the timeline of a party. */
const BOTH_EARLIER_STEPS = [['party'], ['party']];

test('a treaty is renewed and will renew itself again', async () => {
  // Peru and Ecuador signed a treaty on border markets on 1 June 2016, for ten years. On 20 May 2026 they renewed it
  // from 1 June until 31 May 2036; after that it renews itself automatically.
  const markets = { stream: 'mou-border-markets', sources: reportedBy('Andes Post') };
  await record({
    ...markets,
    type: 'MouSigned',
    occurred: '2016-06-01',
    data: {
      title: 'Treaty on Border Markets',
      instrument: 'treaty',
      parties: [state('Peru', 'PE'), state('Ecuador', 'EC')],
      term: { until: '2026-05-31', renewal: 'by-agreement' },
    },
  });
  expect(await agreement('mou-border-markets')).toMatchObject({ until: '2026-05-31' });
  const { warnings } = await record({
    ...markets,
    type: 'MouRenewed',
    occurred: '2026-05-20',
    data: { renewedFrom: '2026-06-01', term: { until: '2036-05-31', renewal: 'automatic' } },
  });
  expect(warnings).toEqual([]);
  expect(await agreement('mou-border-markets')).toMatchObject({
    signed: { edtf: '2016-06-01' },
    until: '2036-05-31',
    terminatedOn: null,
    participation: [],
  });
  for (const code of ['PE', 'EC']) {
    expect((await country(code)).at(-1)).toMatchObject({
      headline: 'Treaty renewed: Peru and Ecuador, until 2036-05-31',
      roles: ['party'],
      occurred: { edtf: '2026-05-20' },
    });
  }
});

test('a state accedes to an old convention', async () => {
  // Moldova acceded to the Convention on the Upper River on 2 February 2026. For Moldova it is in force from 4 May.
  await recordConvention();
  const { id } = await record(
    step('2026-02-02', { party: state('Moldova', 'MD'), act: 'acceded', effectiveFrom: '2026-05-04' }),
  );
  expect(await country('MD')).toMatchObject([
    {
      id,
      roles: ['party'],
      headline: 'Convention on the Upper River: acceded to by Moldova',
      countries: ['MD'],
    },
  ]);
  for (const code of ['HU', 'AT', 'RO']) expect(await roles(code)).toEqual(BOTH_EARLIER_STEPS);
  expect(await agreement(stream)).toMatchObject({
    signed: { edtf: '1974-03-12' },
    inForceFrom: '1975-05-01',
    parties: [{ country: 'HU' }, { country: 'AT' }, { country: 'RO' }, { country: 'MD' }],
    participation: [
      { party: state('Moldova', 'MD'), acts: [{ act: 'acceded', effectiveFrom: '2026-05-04', event: id }] },
    ],
  });
});

test('one party denounces a convention', async () => {
  // Hungary denounced the Convention on the Upper River on 30 June 2026. The denunciation has effect a year later.
  await recordConvention();
  const { id } = await record(
    step('2026-06-30', { party: state('Hungary', 'HU'), act: 'denounced', effectiveFrom: '2027-06-30' }),
  );
  expect((await country('HU')).at(-1)).toMatchObject({
    id,
    headline: 'Convention on the Upper River: denounced by Hungary',
    countries: ['HU'],
  });
  for (const code of ['AT', 'RO']) expect(await roles(code)).toEqual(BOTH_EARLIER_STEPS);
  // The convention goes on for the others.
  expect(await agreement(stream)).toMatchObject({
    terminatedOn: null,
    inForceFrom: '1975-05-01',
    participation: [{ party: { country: 'HU' }, acts: [{ act: 'denounced', effectiveFrom: '2027-06-30' }] }],
  });
});

test('a state makes a reservation and another one objects', async () => {
  // On 1 March 2026 Romania made a reservation to the Convention on the Upper River: it does not consider itself
  // bound by article 9. Austria objected to the reservation on 8 April 2026. Hungary did neither.
  await recordConvention();
  const text = 'Romania does not consider itself bound by article 9.';
  const reservation = await record(
    step('2026-03-01', { party: state('Romania', 'RO'), act: 'reserved', text }),
  );
  const objection = await record(
    step('2026-04-08', {
      party: state('Austria', 'AT'),
      act: 'objected',
      text: 'To the reservation of Romania.',
    }),
  );
  await record({
    type: 'RecordLinked',
    stream,
    occurred: '2026-04-08',
    data: {
      from: objection.id,
      to: reservation.id,
      relation: 'responds-to',
      basis: 'The objection says so.',
    },
    sources: reportedBy('River Commission'),
  });
  expect((await country('RO')).at(-1)).toMatchObject({
    id: reservation.id,
    headline: 'Convention on the Upper River: reservation by Romania',
    links: { respondedToBy: [objection.id] },
  });
  expect((await country('AT')).at(-1)).toMatchObject({
    id: objection.id,
    links: { respondsTo: [reservation.id] },
  });
  expect(await roles('HU')).toEqual(BOTH_EARLIER_STEPS);
  expect((await agreement(stream)).participation).toMatchObject([
    { party: { country: 'RO' }, acts: [{ act: 'reserved' }] },
    { party: { country: 'AT' }, acts: [{ act: 'objected' }] },
  ]);
});

test('only one party is known of an agreement signed early in a month', async () => {
  // Uruguay signed a memorandum on grain storage in early October 2026 with a partner that was not named. The
  // ambassador of Spain witnessed the signing.
  await record({
    type: 'MouSigned',
    stream: 'mou-grain-storage',
    occurred: '2026-10-01/2026-10-10',
    data: {
      title: 'Memorandum on grain storage',
      instrument: 'mou',
      parties: [state('Uruguay', 'UY')],
      partiesIncomplete: true,
      witnesses: [person('Ambassador of Spain', 'ES')],
      dateBasis: 'inferred',
      dateVerbatim: 'in early October',
    },
    sources: reportedBy('Plata Times'),
  });
  const occurred = {
    edtf: '2026-10-01/2026-10-10',
    earliest: '2026-10-01',
    latest: '2026-10-10',
    basis: 'inferred',
    verbatim: 'in early October',
  };
  expect(await country('UY')).toMatchObject([{ roles: ['party'], occurred }]);
  expect(await roles('ES')).toEqual([['mentioned']]);
  expect((await agreement('mou-grain-storage')).parties).toEqual([state('Uruguay', 'UY')]);
});

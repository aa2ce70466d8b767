import { expect, test } from '@jest/globals';
import { desk, english, ministry, person, reportedBy, state } from './desk.ts';

const { record, event, country, roles, statements } = desk();

test('a ship is seized in a strait', async () => {
  // Iran’s Revolutionary Guards seized a tanker in the Strait of Hormuz on 7 July 2026. It carried diesel from
  // Kuwait to Kenya. The report does not say in whose waters that was.
  const { id, warnings } = await record({
    type: 'ShipmentIntercepted',
    stream: 'shipment-diesel-hormuz',
    occurred: '2026-07-07',
    data: {
      by: ministry('Revolutionary Guards', 'IR'),
      act: 'seized',
      place: { waters: 'the Strait of Hormuz' },
      mode: 'sea',
      origin: { country: 'KW' },
      destination: { country: 'KE' },
      goods: [{ description: 'diesel' }],
    },
    sources: reportedBy('Straits Bulletin'),
  });
  expect(warnings).toEqual([]);
  const headline =
    'Shipment seized by Revolutionary Guards in the Strait of Hormuz: diesel, from Kuwait to Kenya';
  expect(await country('IR')).toMatchObject([
    { roles: ['interceptor'], headline, countries: ['KW', 'KE', 'IR'] },
  ]);
  expect(await roles('KW')).toEqual([['origin']]);
  expect(await roles('KE')).toEqual([['destination']]);
  expect(await roles('OM')).toEqual([]);
  expect((await event(id)).event.data.place).toEqual({ waters: 'the Strait of Hormuz' });
});

test('a ministry denies a shipment that an outlet announced', async () => {
  // The Straits Bulletin wrote on 2 October 2026 that Nepal would send tea to Bhutan. On 4 October Nepal’s commerce
  // ministry said at a briefing that no such shipment was planned.
  const stream = 'shipment-tea-bhutan';
  const announced = await record({
    type: 'ShipmentAnnounced',
    stream,
    occurred: '2026-10-02',
    data: { origin: { country: 'NP' }, destination: { country: 'BT' }, goods: [{ description: 'tea' }] },
    sources: reportedBy('Straits Bulletin'),
  });
  const denied = await record({
    type: 'BriefingHeld',
    stream: 'briefing-nepal-2026-10-04',
    occurred: '2026-10-04',
    data: {
      institution: ministry('Ministry of Commerce', 'NP'),
      format: 'regular',
      statements: [
        {
          key: 'tea',
          speaker: person('the spokesman', 'NP'),
          speechAct: 'deny',
          text: english('No such shipment is planned.'),
          quoted: 'paraphrase',
          about: [stream],
        },
      ],
    },
    sources: reportedBy('Kathmandu Courier'),
  });
  await record({
    type: 'RecordLinked',
    stream: 'briefing-nepal-2026-10-04',
    occurred: '2026-10-04',
    data: { from: denied.id, to: announced.id, relation: 'contradicts', basis: 'The spokesman denies it.' },
    sources: reportedBy('Kathmandu Courier'),
  });
  expect(await country('BT')).toMatchObject([
    { id: announced.id, status: 'current', roles: ['destination'], links: { contradictedBy: [denied.id] } },
  ]);
  expect((await country('NP')).at(-1)).toMatchObject({
    id: denied.id,
    speechActs: ['deny'],
    links: { contradicts: [announced.id] },
  });
  expect(await statements(`about=${stream}`)).toMatchObject([{ id: denied.id, speechAct: 'deny' }]);
});

test('export controls are imposed, eased for some and lifted by one', async () => {
  // Japan and Norway put licences on exports of laser optics to Malaysia and Chile on 5 January 2026. On 1 March
  // both exempted civilian users in Chile. On 1 June Norway alone lifted its controls.
  const measure = { stream: 'measure-laser-optics', sources: reportedBy('Danube Wire') };
  const norway = state('Norway', 'NO');
  await record({
    ...measure,
    type: 'MeasureImposed',
    occurred: '2026-01-05',
    data: {
      instrument: 'export-control',
      imposers: [state('Japan', 'JP'), norway],
      targets: { countries: ['MY', 'CL'], goods: [{ description: 'laser optics' }] },
    },
  });
  await record({
    ...measure,
    type: 'MeasureEased',
    occurred: '2026-03-01',
    data: { change: 'Civilian users are exempt.', targets: { countries: ['CL'] } },
  });
  await record({ ...measure, type: 'MeasureLifted', occurred: '2026-06-01', data: { imposers: [norway] } });
  const stepsOf = async (code: string) =>
    (await country(code)).map((entry: { type: string; roles: string[] }) => [entry.type, ...entry.roles]);
  expect(await stepsOf('JP')).toEqual([
    ['MeasureImposed', 'imposer'],
    ['MeasureEased', 'imposer'],
  ]);
  expect(await stepsOf('NO')).toEqual([
    ['MeasureImposed', 'imposer'],
    ['MeasureEased', 'imposer'],
    ['MeasureLifted', 'imposer'],
  ]);
  expect(await stepsOf('MY')).toEqual([
    ['MeasureImposed', 'target'],
    ['MeasureLifted', 'target'],
  ]);
  expect((await country('CL')).map(({ headline }: { headline: string }) => headline)).toEqual([
    'Export control imposed by Japan and Norway: Malaysia, Chile and laser optics',
    'Export control eased by Japan and Norway: Chile; Civilian users are exempt.',
    'Export control lifted by Norway: Malaysia, Chile and laser optics',
  ]);
});

test('aid is pledged, and a part of it is paid', async () => {
  // Germany pledged about 50 million euros of food aid to Sudan on 3 February 2026. On 9 April at least 12,000
  // tonnes of wheat left Romania for Sudan, for which Germany paid 8.5 million euros.
  const sources = reportedBy('Danube Wire');
  const pledged = { value: '50000000', currency: 'EUR', qualifier: 'about', role: 'commitment' };
  await record({
    type: 'MeasureImposed',
    stream: 'measure-food-aid-sudan',
    occurred: '2026-02-03',
    data: {
      instrument: 'aid',
      imposers: [state('Germany', 'DE')],
      targets: { countries: ['SD'] },
      amounts: [pledged],
    },
    sources,
  });
  const paid = { value: '8500000', currency: 'EUR', qualifier: 'exact', role: 'paid' };
  const quantity = { value: '12000', unit: 'tonne', qualifier: 'at-least' };
  await record({
    type: 'ShipmentDispatched',
    stream: 'shipment-wheat-sudan',
    occurred: '2026-04-09',
    data: {
      origin: { country: 'RO' },
      destination: { country: 'SD' },
      goods: [{ description: 'wheat', quantity }],
      payments: [paid],
    },
    sources,
  });
  const [pledge, wheat] = await country('SD');
  expect([pledge.roles, pledge.amounts, pledge.quantities]).toEqual([['target'], [pledged], undefined]);
  expect(wheat).toMatchObject({ roles: ['destination'], headline: expect.stringContaining('wheat') });
  expect([wheat.amounts, wheat.quantities]).toEqual([[paid], [{ description: 'wheat', quantity }]]);
  expect(await roles('DE')).toEqual([['imposer']]);
});

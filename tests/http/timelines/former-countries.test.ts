import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { storedEnvelopeJson } from '../../../src/domain/events/event.ts';
import { mou, uuid } from '../../append/sent-events.ts';
import { type Harness, startHarness } from '../../harness.ts';
import { askTwice as ask, post } from '../support/client.ts';

let chancery: Harness;
beforeEach(async () => {
  chancery = await startHarness();
});
afterEach(() => chancery.close());

const get = (path: string, headers: Record<string, string> = {}) => ask(chancery.url, path, { headers });

const [, partner] = mou.data.parties;
const signedBy = (country: string, occurred: string, number: number) => ({
  ...mou,
  id: uuid(number),
  stream: `mou-${number}`,
  occurred,
  data: { ...mou.data, parties: [{ name: 'Škoda', kind: 'company', country }, partner] },
});

async function settled(position: string): Promise<void> {
  for (const path of ['/countries/PK', '/relations/CSHH/PK']) await get(`${path}?after=${position}`);
}

const idsOn = async (path: string): Promise<string[]> =>
  (await get(path)).json.entries.map(({ id }: { id: string }) => id);

test('the two states that had the code CS have a timeline each, by the date of the event', async () => {
  const early = await post(chancery.url, signedBy('CS', '1985', 1));
  const late = await post(chancery.url, signedBy('CS', '2004', 2));
  expect([early.status, late.status]).toEqual([201, 201]);
  await settled(late.json.events[0].position);
  expect(await idsOn('/countries/CSHH')).toEqual([uuid(1)]);
  expect(await idsOn('/countries/CSXX')).toEqual([uuid(2)]);
  expect(await idsOn('/relations/CSHH/PK')).toEqual([uuid(1)]);
  expect(await idsOn('/countries/PK?countries=Czechoslovakia')).toEqual([uuid(1)]);
  expect(await idsOn('/countries/PK?countries=CSXX')).toEqual([uuid(2)]);
  expect((await get('/countries')).json.countries).toMatchObject([
    { code: 'CSHH', name: 'Czechoslovakia' },
    { code: 'CSXX', name: 'Serbia and Montenegro' },
    { code: 'PK' },
  ]);
  expect((await get('/countries/CSHH', { accept: 'text/html' })).text).toContain('>Czechoslovakia</h1>');
  expect((await get('/search?q=czecho')).json.countries).toMatchObject([{ code: 'CSHH', entries: 1 }]);
});

test('the URL of CS leads to both states', async () => {
  const { status, json } = await get('/countries/CS');
  expect(status).toBe(404);
  expect(json).toMatchObject({
    type: '/problems/unknown-country',
    candidates: [
      { code: 'CSHH', name: 'Czechoslovakia' },
      { code: 'CSXX', name: 'Serbia and Montenegro' },
    ],
  });
  const page = await get('/countries/CS', { accept: 'text/html' });
  expect(page.text).toContain('<a href="/countries/CSHH">Czechoslovakia</a>');
  expect(page.text).toContain('<a href="/countries/CSXX">Serbia and Montenegro</a>');
  expect((await get('/relations/CS/PK')).status).toBe(404);
  const filtered = await get('/countries/PK?countries=CS');
  expect(filtered.status).toBe(400);
  expect(filtered.json.errors[0].detail).toMatch(/CSHH for Czechoslovakia or CSXX for Serbia and Montenegro/);
});

test.each([
  ['/countries/cshh', '/countries/CSHH'],
  ['/countries/Czechoslovakia', '/countries/CSHH'],
  ['/countries/SCG', '/countries/CSXX'],
])('%s redirects to %s', async (path, location) => {
  const { status, headers } = await get(path);
  expect([status, headers.location]).toEqual([308, location]);
});

test('an export of an earlier version that holds CS is imported unchanged, and read by its dates', async () => {
  const server = { revision: 0, recordedAt: '2024-11-05T10:00:00.000Z', actor: 'desk', schemaVersion: 1 };
  const signing = { ...signedBy('CS', '1985', 1), ...server, position: '1' };
  const corrected = {
    ...{ ...server, id: uuid(2), type: 'EventCorrected', stream: signing.stream, revision: 1, position: '2' },
    ...{ occurred: '2024-12-01', sources: mou.sources, correctedSchemaVersion: 1 },
    data: { corrects: uuid(1), occurred: '2004', data: signing.data, reason: 'Misread.' },
  };
  const imported = await chancery.recorder.restore([signing, corrected]);
  expect(imported).toMatchObject({ outcome: 'recorded' });
  const [first] = await chancery.store.readStream(signing.stream, { direction: 'forwards', maxCount: 1 });
  expect(first && JSON.parse(storedEnvelopeJson(first)).data).toEqual(signing.data);
  await settled('2');
  expect(await idsOn('/countries/CSXX')).toEqual([uuid(1)]);
  expect((await get('/countries/CSHH')).json.entries).toEqual([]);
});

test('an imported CS whose date allows both states is read as the first', async () => {
  const server = { revision: 0, recordedAt: '2024-11-05T10:00:00.000Z', actor: 'desk', schemaVersion: 1 };
  const signing = { ...signedBy('CS', '1992/2003', 1), ...server, position: '1' };
  expect(await chancery.recorder.restore(signing)).toMatchObject({ outcome: 'recorded' });
  await settled('1');
  expect(await idsOn('/countries/CSHH')).toEqual([uuid(1)]);
});

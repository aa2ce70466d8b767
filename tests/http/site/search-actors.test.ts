import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { mou } from '../../domain/events.ts';
import { type Harness, startHarness } from '../../harness.ts';
import { askTwice as ask, post } from '../support/client.ts';

let harness: Harness;

/** Returns the keys of the actors that are found. */
async function found(text: string, limit = 10): Promise<readonly string[]> {
  const { json } = await ask(
    harness.url,
    `/search?results=names&q=${encodeURIComponent(text)}&limit=${limit}`,
  );
  return json.actors.map(({ key }: { key: string }) => key);
}

beforeAll(async () => {
  harness = await startHarness();
  const parties = [
    { name: 'Metals Trading', kind: 'company', country: 'US' },
    { name: 'Metals', kind: 'company', country: 'PK' },
    { name: 'Rare Metals', kind: 'company' },
    { name: 'Straße', kind: 'person', country: 'DE' },
    { name: 'CERN', kind: 'igo', identifiers: { wikidata: 'Q42944' } },
    {
      name: 'Organisation européenne pour la recherche nucléaire',
      kind: 'igo',
      identifiers: { wikidata: 'Q42944' },
    },
    { name: 'a|b%', kind: 'other' },
  ];
  const { json } = await post(harness.url, { ...mou, data: { ...mou.data, parties } });
  await ask(harness.url, `/actors/nato?after=${json.events[0].position}`);
});

afterAll(() => harness.close());

test('finds actors by name: exact matches first, then those at the start, then those within', async () => {
  expect(await found('metals')).toEqual(['pk~metals', 'us~metals-trading', '~rare-metals']);
  expect(await found('METALS  t')).toEqual(['us~metals-trading']);
  expect(await found('metals', 2)).toEqual(['pk~metals', 'us~metals-trading']);
});

test('says what an actor is, and how many entries it has', async () => {
  const { json } = await ask(harness.url, '/search?q=cern');
  expect(json.actors).toEqual([{ key: 'Q42944', name: 'CERN', kind: 'igo', country: null, entries: 1 }]);
});

test('finds an actor by each of its names and by its key', async () => {
  for (const text of ['CERN', 'organisation EUROPÉENNE', 'Q42944'])
    expect(await found(text)).toEqual(['Q42944']);
});

test('finds well-known organisations by any of their names, before an event names them', async () => {
  expect(await found('OTAN')).toEqual(['nato']);
  expect(await found('shanghai coop')).toEqual(['sco']);
});

test.each(['|', '%', 'zzz', '=', '@', '\n', '=metals\npk~metals', '@Q42944\nCERN', '~'.repeat(1_000)])(
  'answers %j',
  async (text) => {
    expect(await found(text)).toEqual(text === '|' || text === '%' ? ['~a|b%'] : []);
  },
);

test('shows the actors on the page', async () => {
  const { text } = await ask(harness.url, '/search?q=metals', { headers: { accept: 'text/html' } });
  expect(text).toContain('<a href="/actors/pk~metals" dir="auto">Metals</a> (company, Pakistan)');
});

import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { mou, shipment } from '../../domain/events.ts';
import { type Harness, startHarness } from '../../harness.ts';
import { askTwice as ask, post } from '../support/client.ts';

let harness: Harness;
const search = async (query: string, headers: Readonly<Record<string, string>> = {}) =>
  (await ask(harness.url, `/search?${query}`, { headers })).json;

beforeAll(async () => {
  harness = await startHarness();
  for (const event of [mou, shipment]) await post(harness.url, event);
  for (const path of ['/countries/PK', '/topics/rare-earths', '/actors/nato'])
    await ask(harness.url, `${path}?after=2`);
});

afterAll(() => harness.close());

test('finds countries by a name in any language, those with entries first', async () => {
  const { countries } = await search('q=pa');
  expect(countries[0]).toEqual({ code: 'PK', name: 'Pakistan', matched: 'Pakistan', entries: 2 });
  expect(countries.map(({ code }: { code: string }) => code)).toContain('PA');
  const inUrdu = await search(`q=${encodeURIComponent('پاکس')}`);
  expect(inUrdu.countries[0]).toMatchObject({ code: 'PK', matched: 'پاکستان' });
});

test('ranks the exact name first, and entries only among equal matches', async () => {
  const { countries } = await search('q=guinea');
  expect(countries[0]).toEqual({ code: 'GN', name: 'Guinea', matched: 'Guinea', entries: 0 });
  const found = await search('q=stan&limit=50');
  expect(found.countries.map(({ code }: { code: string }) => code)).not.toContain('GN');
});

test('shows the name that matched in the language of the reader', async () => {
  const french = { 'accept-language': 'fr-CA,fr;q=0.9,en;q=0.5' };
  const page = { ...french, accept: 'text/html' };
  expect((await search('q=guin%C3%A9e', french)).countries[0]).toMatchObject({
    code: 'GN',
    matched: 'Guinée',
  });
  expect((await search('q=saudi', { 'accept-language': 'de;q=0.4, en;q=0.3' })).countries[0]).toMatchObject({
    code: 'SA',
    matched: 'Saudi-Arabien',
  });
  const { text, headers } = await ask(harness.url, '/search?q=guin%C3%A9e', { headers: page });
  expect(text).toContain('(<bdi>Guinée</bdi>)');
  expect(headers.vary).toBe('Accept, Accept-Language, Accept-Encoding');
});

test.each(['', '*', 'en-a', 'xx;q=0', 'fr;q=2', 'x'.repeat(2_000), ';;;,,,'])(
  'falls back to English for the Accept-Language %.10s',
  async (language) => {
    const { countries } = await search('q=saudi', { 'accept-language': language });
    expect(countries[0]).toMatchObject({ code: 'SA', matched: 'Saudi Arabia' });
  },
);

test('finds nothing for a text longer than any name', async () => {
  const { countries, topics } = await search(`results=names&q=${encodeURIComponent('ﷺ'.repeat(500))}`);
  expect([countries, topics]).toEqual([[], []]);
});

test('finds topics by any of their words', async () => {
  expect((await search('q=earths')).topics).toEqual([{ slug: 'rare-earths', entries: 1 }]);
  expect((await search('q=Rare+ea')).topics).toEqual([{ slug: 'rare-earths', entries: 1 }]);
  expect((await search('q=rare-earths')).topics).toHaveLength(1);
});

test('finds nothing for an empty query, and refuses invalid parameters', async () => {
  expect(await search('q=')).toEqual({ query: '', countries: [], topics: [], actors: [] });
  expect(await search('')).toEqual({ query: '', countries: [], topics: [], actors: [] });
  expect((await ask(harness.url, '/search?q=a&limit=0')).status).toBe(400);
  expect((await search('q=a&limit=3')).countries.length).toBeLessThanOrEqual(3);
});

import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { mou, shipment } from '../../domain/events.ts';
import { type Harness, startHarness } from '../../harness.ts';
import { ask, post } from '../support/client.ts';

let harness: Harness;
const search = async (query: string) => (await ask(harness.url, `/search?${query}`)).json;

beforeAll(async () => {
  harness = await startHarness();
  for (const event of [mou, shipment]) await post(harness.url, event);
  for (const path of ['/countries/PK', '/topics/rare-earths']) await ask(harness.url, `${path}?after=2`);
});

afterAll(() => harness.close());

test('finds countries by a name in any language, those with entries first', async () => {
  const { countries } = await search('q=pa');
  expect(countries[0]).toEqual({ code: 'PK', name: 'Pakistan', matched: 'Pakistan', entries: 2 });
  expect(countries.map(({ code }: { code: string }) => code)).toContain('PA');
  const inUrdu = await search(`q=${encodeURIComponent('پاکس')}`);
  expect(inUrdu.countries[0]).toMatchObject({ code: 'PK', matched: 'پاکستان' });
});

test('finds topics by any of their words', async () => {
  expect((await search('q=earths')).topics).toEqual([{ slug: 'rare-earths', entries: 1 }]);
  expect((await search('q=Rare+ea')).topics).toEqual([{ slug: 'rare-earths', entries: 1 }]);
  expect((await search('q=rare-earths')).topics).toHaveLength(1);
});

test('finds nothing for an empty query, and refuses invalid parameters', async () => {
  expect(await search('q=')).toEqual({ query: '', countries: [], topics: [] });
  expect(await search('')).toEqual({ query: '', countries: [], topics: [] });
  expect((await ask(harness.url, '/search?q=a&limit=0')).status).toBe(400);
  expect((await search('q=a&limit=3')).countries.length).toBeLessThanOrEqual(3);
});

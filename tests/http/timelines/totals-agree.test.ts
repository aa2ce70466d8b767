import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import type { Harness } from '../../harness.ts';
import { fuzzRounds } from '../../property/fuzz-rounds.ts';
import { ask } from '../support/client.ts';
import { startWithGeneratedEvents } from '../support/generated-history.ts';

const numRuns = fuzzRounds(15);
const EVENTS = 400;

let chancery: Harness;
beforeAll(async () => {
  chancery = await startWithGeneratedEvents(EVENTS);
  // One entry is retracted and one corrected: both still count, as they are still shown.
  const { json } = await ask(chancery.url, '/countries/US?types=MouSigned&limit=2');
  const [retracted] = json.entries;
  const retraction = {
    type: 'EventRetracted',
    stream: retracted.stream,
    occurred: '2026-01-01',
    data: { retracts: retracted.id, reason: 'It was not signed.' },
    sources: [{ outlet: 'Dawn', language: 'en', retrievedAt: '2026-01-01T00:00:00Z' }],
  };
  const headers = { 'content-type': 'application/json' };
  await ask(chancery.url, '/events', { method: 'POST', headers, body: JSON.stringify(retraction) });
  for (const projection of Object.values(chancery.projections)) {
    await projection.waitFor(String(EVENTS + 1) as never, 10_000);
  }
});
afterAll(() => chancery.close());

const json = async (path: string) => (await ask(chancery.url, path)).json;

async function rowsOf(path: string, query: string): Promise<readonly number[]> {
  const csv = await ask(chancery.url, `${path}.csv?${query}`);
  const ndjson = await ask(chancery.url, `${path}.ndjson?${query}`);
  const rows = parse(csv.text, { columns: true, bom: true });
  return [rows.length, ndjson.text.split('\n').filter((line) => line !== '').length];
}

/** “1,234 entries”, or “50 of 1,234 entries”, in the heading of a page. */
async function totalOnPage(path: string, query: string): Promise<number> {
  const { text } = await ask(chancery.url, `${path}?${query}`, { headers: { accept: 'text/html' } });
  const found = /<h2[^>]*>(?:[\d,]+ of )?([\d,]+) (?:entr|countr|relation|topic|agreement|actor)/.exec(text);
  return Number(found?.[1]?.replaceAll(',', ''));
}

const FILTERS = ['', 'types=MouSigned', 'countries=CN,PK', 'from=2009-01-05&to=2009-01-20', 'roles=party'];

test('a filter has the same total as JSON, on its page, in exports and in its counts, as of any state', async () => {
  const query = fc.record({
    path: fc.constantFrom('/countries/US', '/countries/CN'),
    filters: fc.subarray(FILTERS, { minLength: 1, maxLength: 2 }),
    asOf: fc.integer({ min: 1, max: EVENTS + 1 }),
  });
  await fc.assert(
    fc.asyncProperty(query, async ({ path, filters, asOf }) => {
      const asked = [...filters.filter((filter) => filter !== ''), `asOf=${asOf}`].join('&');
      const { total } = await json(`${path}?${asked}&limit=1`);
      expect([asked, ...(await rowsOf(path, asked))]).toEqual([asked, total, total]);
      expect((await json(`${path}/facets?${asked}`)).counted).toBe(total);
      if (total > 0) expect(await totalOnPage(path, asked)).toBe(total);
    }),
    { numRuns },
  );
});

test('lists and the search say of each timeline how many entries it has, retracted ones included', async () => {
  for (const asOf of ['', `&asOf=${EVENTS - 100}`]) {
    const { countries } = await json(`/countries?limit=1000${asOf}`);
    for (const { code, entries } of countries.slice(0, 8)) {
      expect([code, (await json(`/countries/${code}?limit=1${asOf}`)).total]).toEqual([code, entries]);
    }
    const { relations } = await json(`/relations?limit=1000&sort=entries&order=desc${asOf}`);
    for (const relation of relations.slice(0, 8)) {
      const [first, second] = relation.countries;
      const { total } = await json(`/relations/${first}/${second}?limit=1${asOf}`);
      expect([first, second, total]).toEqual([first, second, relation.entries]);
    }
  }
  const found = await json('/search?q=China');
  const china = found.countries.find(({ code }: { code: string }) => code === 'CN');
  expect(china.entries).toBe((await json('/countries/CN?limit=1')).total);
});

test('each list says how many items it has, in every format', async () => {
  for (const path of ['/countries', '/relations', '/topics', '/mous', '/actors']) {
    const { total } = await json(`${path}?limit=1`);
    expect([path, ...(await rowsOf(path, ''))]).toEqual([path, total, total]);
    if (total > 0) expect([path, await totalOnPage(path, '')]).toEqual([path, total]);
  }
});

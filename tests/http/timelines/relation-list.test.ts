import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { correction, mou, uuid } from '../../append/sent-events.ts';
import type { Harness } from '../../harness.ts';
import { fuzzRounds } from '../../property/fuzz-rounds.ts';
import { type Answer, ask, post } from '../support/client.ts';
import { startWithGeneratedEvents } from '../support/generated-history.ts';

const numRuns = fuzzRounds(10);
const EVENTS = 300;

interface Listed {
  readonly countries: readonly [string, string];
  readonly names: readonly string[];
  readonly entries: number;
  readonly earliest: string | null;
  readonly latest: string | null;
}

let chancery: Harness;
beforeAll(async () => {
  chancery = await startWithGeneratedEvents(EVENTS);
  await chancery.projections.relation.waitFor(String(EVENTS) as never, 10_000);
});
afterAll(() => chancery.close());

const get = (path: string, headers: Record<string, string> = {}): Promise<Answer> =>
  ask(chancery.url, path, { headers });

async function reached(position: string): Promise<string> {
  await chancery.projections.relation.waitFor(position as never, 10_000);
  return position;
}

async function listed(query: string, limit = 1_000): Promise<readonly Listed[]> {
  const found: Listed[] = [];
  let cursor = '';
  do {
    const { status, json } = await get(`/relations?${query}&limit=${limit}${cursor}`);
    expect(status).toBe(200);
    found.push(...json.relations);
    cursor = json.next === null ? '' : `&cursor=${json.next}`;
  } while (cursor !== '');
  return found;
}

const FILTERS: Readonly<Record<string, (item: Listed) => boolean>> = {
  'countries=PK': ({ countries }) => countries.includes('PK'),
  'countries=China,US': ({ countries }) => countries.includes('CN') || countries.includes('US'),
  'from=2009-02': ({ latest }) => latest === null || latest >= '2009-02-01',
  'from=2009-01-05&to=2009-01': ({ earliest, latest }) =>
    (earliest ?? '') <= '2009-01-31' && (latest ?? '~') >= '2009-01-05',
};

describe('the list of relations', () => {
  test.each(Object.entries(FILTERS))(
    'keeps with %s those that match, and counts them',
    async (filter, matches) => {
      const all = await listed('sort=key');
      const kept = await listed(filter);
      expect(kept).toEqual(all.filter(matches));
      expect((await get(`/relations?${filter}&limit=1`)).json.total).toBe(kept.length);
    },
  );

  test.each(['trade', 'Rare Earths', 'trade,rare-earths'])(
    'keeps those with entries on %s',
    async (topics) => {
      const expected: Listed[] = [];
      for (const item of await listed('sort=key')) {
        const [first, second] = item.countries;
        const { json } = await get(
          `/relations/${first}/${second}?limit=1&topics=${encodeURIComponent(topics)}`,
        );
        if (json.entries.length > 0) expected.push(item);
      }
      const query = `topics=${encodeURIComponent(topics)}`;
      expect(await listed(query, 7)).toEqual(expected);
      expect(expected.length).toBeGreaterThan(7);
      const { json } = await get(`/relations?${query}&limit=1&matrix=40`);
      expect(json.total).toBe(expected.length);
      const codes = json.matrix.countries.map(({ code }: { code: string }) => code);
      for (const { countries, entries } of expected) {
        const [row, column] = countries.map((code) => codes.indexOf(code)) as [number, number];
        if (row >= 0 && column >= 0) expect(json.matrix.entries[row][column]).toBe(entries);
      }
      const ofChina = expected.filter(({ countries }) => countries.includes('CN'));
      expect(await listed(`${query}&countries=CN`)).toEqual(ofChina);
    },
  );

  test('loses a relation whose only entry on the topic is retracted, but not as of before', async () => {
    const event = { ...mou, id: uuid(1), stream: 'mou-topic', data: { ...mou.data, topics: ['tin'] } };
    const first = (await post(chancery.url, event)).json.events[0].position;
    const before = await get(`/relations?topics=tin&asOf=${await reached(first)}`);
    expect(before.json.relations).toMatchObject([{ countries: ['PK', 'US'] }]);
    const corrected = { ...event.data, topics: ['zinc'] };
    const last = (await post(chancery.url, correction(uuid(1), event.stream, corrected))).json.events[0]
      .position;
    await reached(last);
    expect((await get('/relations?topics=tin')).json).toMatchObject({ total: 0, relations: [] });
    expect((await get('/relations?topics=zinc')).json.total).toBe(1);
    expect((await get(`/relations?topics=tin&asOf=${first}`)).json).toEqual(before.json);
    const page = await get('/relations?topics=zinc', { accept: 'text/html' });
    expect(page.text).toContain('<bdi>Topics: zinc</bdi>');
    expect((await get('/relations.csv?topics=zinc')).text.trim().split('\n')).toHaveLength(2);
    expect((await get('/relations.atom?topics=tin')).text).not.toContain('<entry>');
  });

  test('is sorted by entries, last activity and name', async () => {
    const byEntries = (await listed('sort=entries&order=desc')).map(({ entries }) => entries);
    expect(byEntries).toEqual(byEntries.toSorted((a, b) => b - a));
    const byLatest = (await listed('sort=latest')).map(({ latest }) => latest ?? '~');
    expect(byLatest).toEqual(byLatest.toSorted());
    const byName = (await listed('sort=name')).map(({ names }) => names.join(' and ').toLowerCase());
    expect(byName).toEqual(byName.toSorted());
  });

  test('has the same relations in pages and in exports, as of any state', async () => {
    const query = fc.record({
      filter: fc.constantFrom('certainly=no', 'topics=trade', ...Object.keys(FILTERS)),
      sort: fc.constantFrom('key', 'entries', 'latest', 'name'),
      order: fc.constantFrom('asc', 'desc'),
      limit: fc.integer({ min: 5, max: 50 }),
      asOf: fc.integer({ min: 1, max: EVENTS }),
    });
    await fc.assert(
      fc.asyncProperty(query, async ({ filter, sort, order, limit, asOf }) => {
        const asked = `${filter === 'certainly=no' ? '' : `${filter}&`}sort=${sort}&order=${order}&asOf=${asOf}`;
        const whole = await listed(asked);
        expect(await listed(asked, limit)).toEqual(whole);
        expect((await get(`/relations?${asked}&limit=1`)).json.total).toBe(whole.length);
        const lines = (await get(`/relations.ndjson?${asked}`)).text
          .split('\n')
          .filter((line) => line !== '');
        expect(lines.map((line) => JSON.parse(line))).toEqual(whole);
      }),
      { numRuns },
    );
  });

  test('has a matrix of the countries with most entries, whose numbers are those of the list', async () => {
    const { json } = await get('/relations?matrix=5&limit=1000');
    const entriesOf = new Map(
      json.relations.map(({ countries, entries }: Listed) => [countries.join('~'), entries]),
    );
    expect(json.matrix.countries).toHaveLength(5);
    const codes = json.matrix.countries.map(({ code }: { code: string }) => code);
    const expected = codes.map((row: string) =>
      codes.map((column: string) =>
        row === column ? null : (entriesOf.get([row, column].sort().join('~')) ?? 0),
      ),
    );
    expect(json.matrix.entries).toEqual(expected);
    const totals = json.matrix.countries.map(({ entries }: { entries: number }) => entries);
    expect(totals).toEqual(totals.toSorted((a: number, b: number) => b - a));
    expect((await get('/relations')).json).not.toHaveProperty('matrix');
    expect((await get('/relations?matrix=5&asOf=1')).json.matrix.countries.length).toBeLessThan(5);
  });

  test.each([
    ['sort=size', 'sort'],
    ['matrix=41', 'matrix'],
    ['countries=Atlantis', 'countries'],
    ['from=2014&to=2013', 'to'],
  ])('refuses ?%s', async (query, parameter) => {
    const { status, json } = await get(`/relations?${query}`);
    expect([status, json.errors[0].parameter]).toEqual([400, parameter]);
  });
});

describe('the page of relations', () => {
  test('shows the matrix with headings and links, and a table sorted by its headings', async () => {
    const { json } = await get('/relations?matrix=3&countries=US');
    const { text } = await get('/relations?matrix=3&countries=US&sort=entries&order=desc', {
      accept: 'text/html',
    });
    const [first] = json.matrix.countries;
    expect(text).toContain(`<th scope="row"><a href="/countries/${first.code}">${first.name}</a>`);
    expect(text).toMatch(/<td class="tint-5"><a href="\/relations\/[A-Z]{2}\/[A-Z]{2}">/);
    expect(text).toContain('aria-sort="descending"');
  });
});

describe('the list of countries', () => {
  test('is sorted by entries, last activity and name', async () => {
    const sorted = async (query: string) => (await get(`/countries?${query}&limit=1000`)).json.countries;
    const entries = (await sorted('sort=entries&order=desc')).map(
      (item: { entries: number }) => item.entries,
    );
    expect(entries).toEqual(entries.toSorted((a: number, b: number) => b - a));
    const names = (await sorted('sort=name')).map((item: { name: string }) => item.name.toLowerCase());
    expect(names).toEqual(names.toSorted());
  });
});

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { mou, shipment } from '../../append/sent-events.ts';
import { type Harness, startHarness } from '../../harness.ts';
import { fuzzRounds } from '../../property/fuzz-rounds.ts';
import { type Answer, ask } from '../support/client.ts';

const numRuns = fuzzRounds(25);

interface Listed {
  readonly stream: string;
  readonly title: string | null;
  readonly signed: { readonly earliest: string } | null;
  readonly parties: readonly { readonly country?: string }[];
  readonly topics: readonly string[];
  readonly instrument: string | null;
  readonly state: string | null;
  readonly changedAt: string | null;
}

const COUNTRIES = ['PK', 'US', 'CN', 'FR', 'BR'];
const TOPICS = ['trade', 'rare-earths', 'none'];
const INSTRUMENTS = ['mou', 'treaty', 'convention'];
const AGREEMENTS = 36;

/** Agreements that differ in all that the list is filtered and sorted by, and one that is known only by a shipment. */
function* history(): Generator<object> {
  for (let n = 0; n < AGREEMENTS; n += 1) {
    const codes = n === 5 ? [] : COUNTRIES.slice(n % 3, (n % 3) + 2 + (n % 4 === 0 ? 1 : 0));
    const parties = codes.map((country) => ({
      name: `Ministry of ${country}`,
      kind: 'government-body',
      country,
    }));
    const data = {
      title: `Agreement ${(n * 7) % AGREEMENTS}`,
      instrument: INSTRUMENTS[n % 3],
      parties: parties.length === 0 ? mou.data.parties.slice(0, 1) : parties,
      topics: [TOPICS[n % 2 === 0 ? n % 3 : 0]],
    };
    const stream = `mou-n${String(n).padStart(2, '0')}`;
    yield { ...mou, stream, occurred: `20${10 + (n % 8)}-0${1 + (n % 9)}`, data };
    if (n % 3 === 1) yield step(stream, 'MouEnteredIntoForce', { inForceFrom: `20${20 + (n % 5)}-01-01` });
    if (n % 6 === 1) yield step(stream, 'MouTerminated', { terminatedOn: '2026-06-30' });
  }
  yield { ...shipment, stream: 'shipment-one', data: { ...shipment.data, implements: ['mou-untold'] } };
}

function step(stream: string, type: string, data: object): object {
  return { type, stream, occurred: '2026-07-01', data, sources: mou.sources };
}

let chancery: Harness;
let events = 0;
beforeAll(async () => {
  chancery = await startHarness();
  const lines = [...history()].map((event) => JSON.stringify(event));
  events = lines.length;
  const headers = { 'content-type': 'application/x-ndjson' };
  await ask(chancery.url, '/events', { method: 'POST', headers, body: lines.join('\n') });
  await chancery.projections.agreements.waitFor(String(events) as never, 10_000);
});
afterAll(() => chancery.close());

const get = (path: string, headers: Record<string, string> = {}): Promise<Answer> =>
  ask(chancery.url, path, { headers });

/** Reads all pages of a list. */
async function listed(query: string, limit = 200): Promise<readonly Listed[]> {
  const found: Listed[] = [];
  let cursor = '';
  do {
    const { status, json } = await get(`/mous?${query}&limit=${limit}${cursor}`);
    expect(status).toBe(200);
    found.push(...json.mous);
    cursor = json.next === null ? '' : `&cursor=${json.next}`;
  } while (cursor !== '');
  return found;
}

const streams = (items: readonly Listed[]): readonly string[] => items.map(({ stream }) => stream);

/** A filter and what passes it, by the fields that the list shows. */
const FILTERS: Readonly<Record<string, (item: Listed) => boolean>> = {
  'countries=CN': ({ parties }) => parties.some(({ country }) => country === 'CN'),
  'countries=France,US': ({ parties }) => parties.some(({ country = '' }) => ['FR', 'US'].includes(country)),
  'topics=none': ({ topics }) => topics.includes('none'),
  'topics=rare-earths,none': ({ topics }) => topics.some((topic) => topic !== 'trade'),
  'instruments=treaty': ({ instrument }) => instrument === 'treaty',
  'states=in-force,terminated': ({ state }) => state === 'in-force' || state === 'terminated',
  'states=none': ({ state }) => state === null,
  'parties=bilateral': ({ parties }) => parties.length === 2,
  'parties=multilateral': ({ parties }) => parties.length > 2,
  'from=2012&to=2014-06': ({ signed }) =>
    signed !== null && signed.earliest >= '2012' && signed.earliest < '2014-07',
};

describe('the list of agreements', () => {
  test.each(Object.entries(FILTERS))(
    'keeps with %s those that match, and counts them',
    async (filter, matches) => {
      const all = await listed('sort=key');
      const kept = await listed(filter);
      expect(kept.length).toBeGreaterThan(0);
      expect(streams(kept)).toEqual(streams(all.filter(matches)));
      expect((await get(`/mous?${filter}&limit=1`)).json.total).toBe(kept.length);
    },
  );

  test('keeps those that were in force in a range of days', async () => {
    const inForce = async (query: string) => (await listed(query)).length;
    // In force from 2020 to 2024 on: 12 agreements, of which 6 ended in June 2026.
    expect(await inForce('inForceFrom=2019&inForceTo=2019-12')).toBe(0);
    expect(await inForce('inForceTo=2024')).toBe(12);
    expect(await inForce('inForceFrom=2026-06-30')).toBe(12);
    expect(await inForce('inForceFrom=2026-07')).toBe(6);
  });

  test('is sorted by each value, with those that lack it at the end', async () => {
    const sortedBy = async (sort: string, order: string, shown: (item: Listed) => unknown) =>
      (await listed(`sort=${sort}&order=${order}`)).map(shown);
    const signed = await sortedBy('signed', 'desc', (item) => item.signed?.earliest);
    expect(signed.at(-1)).toBe(undefined);
    expect(signed.slice(0, -1)).toEqual(signed.slice(0, -1).toSorted().reverse());
    const parties = await sortedBy('parties', 'asc', (item) => item.parties.length);
    expect(parties.slice(0, -1)).toEqual(parties.slice(0, -1).toSorted());
    const titles = await sortedBy('title', 'asc', (item) => item.title?.toLowerCase());
    expect([titles[0], titles.at(-1)]).toEqual(['agreement 0', undefined]);
    const changed = await sortedBy('changed', 'asc', (item) => item.changedAt);
    expect(changed.slice(0, -1)).toEqual(changed.slice(0, -1).toSorted());
  });

  test('has the same agreements in pages, in exports and in any order of its filters', async () => {
    const query = fc.record({
      filters: fc.uniqueArray(fc.constantFrom(...Object.keys(FILTERS)), {
        maxLength: 3,
        selector: (filter) => filter.split('=')[0],
      }),
      sort: fc.constantFrom('key', 'signed', 'changed', 'title', 'parties'),
      order: fc.constantFrom('asc', 'desc'),
      limit: fc.integer({ min: 1, max: 20 }),
      asOf: fc.integer({ min: 1, max: 60 }),
    });
    await fc.assert(
      fc.asyncProperty(query, async ({ filters, sort, order, limit, asOf }) => {
        const state = `sort=${sort}&order=${order}&asOf=${Math.min(asOf, events)}`;
        const whole = await listed([...filters, state].join('&'));
        expect(await listed([state, ...filters.toReversed()].join('&'), limit)).toEqual(whole);
        const { json } = await get(`/mous?${[...filters, state].join('&')}&limit=1`);
        expect(json.total).toBe(whole.length);
        const exported = await get(`/mous.ndjson?${[...filters, state].join('&')}`);
        const lines = exported.text.split('\n').filter((line) => line !== '');
        expect(lines.map((line) => JSON.parse(line))).toEqual(whole);
      }),
      { numRuns },
    );
  });

  test.each([
    { facets: ['states', 'countries', 'parties'], filters: ['countries=CN', 'states=signed'] },
    { facets: ['states', 'instruments', 'parties', 'countries', 'topics'], filters: [] },
  ])('counts its agreements by the values of $facets, each as choosing it alone would', async (counted) => {
    const { facets, filters } = counted;
    const { json } = await get(`/mous?${[`facets=${facets}`, ...filters].join('&')}`);
    expect(Object.keys(json.facets)).toEqual(facets);
    for (const [name, counts] of Object.entries<{ value: string; count: number }[]>(json.facets)) {
      const others = filters.filter((filter) => !filter.startsWith(name));
      for (const { value, count } of counts) {
        expect((await listed([...others, `${name}=${value}`].join('&'))).length).toBe(count);
      }
    }
  });

  test('counts nothing unless it is asked to', async () => {
    expect((await get('/mous')).json).not.toHaveProperty('facets');
  });

  test('shows the state of its first page on the next ones', async () => {
    const first = await get('/mous?sort=title&limit=30');
    const signing = { ...mou, stream: 'mou-later', data: { ...mou.data, title: 'A first title' } };
    const body = JSON.stringify(signing);
    await ask(chancery.url, '/events', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    });
    await chancery.projections.agreements.waitFor(String(events + 1) as never, 10_000);
    const second = await get(`/mous?sort=title&limit=30&cursor=${first.json.next}`);
    expect(first.json.mous.length + second.json.mous.length).toBe(first.json.total);
    expect(second.json.asOf.position).toBe(first.json.asOf.position);
    expect((await get('/mous?sort=title&limit=1')).json.mous[0].title).toBe('A first title');
  });

  test.each(['sort=title&order=desc', 'sort=signed', '', 'sort=title&asOf=40'])(
    'refuses ?%s with the cursor of another order or state',
    async (query) => {
      const { next } = (await get('/mous?sort=title&limit=5')).json;
      const { status, json } = await get(`/mous?${query}&cursor=${next}`);
      expect([status, json.errors[0].parameter]).toEqual([400, 'cursor']);
    },
  );

  test.each([
    ['states=over', 'states'],
    ['sort=size', 'sort'],
    ['facets=amounts', 'facets'],
    ['facets=states&shipments=none', 'facets'],
    ['countries=Atlantis', 'countries'],
    ['from=2014&to=2013', 'to'],
    ['inForceFrom=soon', 'inForceFrom'],
  ])('refuses ?%s', async (query, parameter) => {
    const { status, json } = await get(`/mous?${query}`);
    expect([status, json.errors[0].parameter]).toEqual([400, parameter]);
  });
});

describe('the page of agreements', () => {
  const page = (query: string) => get(`/mous?${query}`, { accept: 'text/html' });

  test('is sorted by links in its headings, which say the order', async () => {
    const { text } = await page('sort=signed&order=desc&states=signed');
    expect(text).toContain('aria-sort="descending"');
    expect(text).toContain('href="/mous?sort=signed&amp;states=signed"');
    expect(text).toContain('href="/mous?sort=title&amp;states=signed"');
  });

  test('shows active filters, counts beside the others, and how many agreements there are', async () => {
    const { json } = await get('/mous?states=signed');
    const { text } = await page('states=signed');
    expect(text).toContain(`${json.total} agreements</h2>`);
    expect(text).toContain('State: signed');
    expect(text).toMatch(/name="states" value="terminated">\s*terminated <span class="count">6</);
  });

  test('redirects what its form sends to the canonical URL', async () => {
    const { status, headers } = await page('countries=&states=signed&states=terminated&from=+2012+');
    expect([status, headers['location']]).toEqual([308, '/mous?states=signed,terminated&from=2012']);
  });

  test('says that nothing matches', async () => {
    expect((await page('countries=AT')).text).toContain('Nothing matches the filter.');
  });
});

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { parse } from 'csv-parse/sync';
import { FORMATS, type FormatName, urlInFormat } from '../../../src/http/protocol/formats.ts';
import { mou } from '../../append/sent-events.ts';
import { generateEvents } from '../../bench/generate-events.ts';
import { type Harness, startHarness } from '../../harness.ts';
import { type Answer, ask, nextOf, post } from '../support/client.ts';

const EVENTS = 600;

let chancery: Harness;

beforeAll(async () => {
  chancery = await startHarness();
  const lines = [...generateEvents(EVENTS), mou].map((event) => JSON.stringify(event)).join('\n');
  const headers = { 'content-type': 'application/x-ndjson' };
  const { text } = await ask(chancery.url, '/events', { method: 'POST', headers, body: lines });
  expect(text).toContain(`"recorded":${EVENTS + 1}`);
  const all = Object.values(chancery.projections);
  await Promise.all(all.map((each) => each.waitFor(String(EVENTS + 1) as never, 10_000)));
});
afterAll(() => chancery.close());

const get = (path: string, headers: Record<string, string> = {}): Promise<Answer> =>
  ask(chancery.url, path, { headers });

/** Returns all items of a list, page by page. */
async function allItems(path: string, member: string): Promise<readonly object[]> {
  const items: object[] = [];
  for (let next: string | undefined = path; next !== undefined; ) {
    const answer: Answer = await get(next);
    items.push(...answer.json[member]);
    next = nextOf(answer);
  }
  return items;
}

const linesOf = ({ text }: Answer): readonly object[] =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));

/** Resources with several formats, and the list of their formats that a refusal names. */
const RESOURCES = [
  '/countries/US',
  '/topics/trade',
  '/relations/CN/US',
  '/actors/nato',
  '/statements',
  '/mous',
  `/mous/${mou.stream}`,
  '/mous/unknown',
  `/streams/${mou.stream}`,
  '/countries',
  '/topics',
  '/relations',
  '/actors',
  '/search',
  '/projections/country/timelines',
  '/projections/country/timelines/US',
];

interface Offered {
  readonly type: string;
  readonly url: string;
}

async function formatsOf(path: string): Promise<readonly Offered[]> {
  return (await get(path, { accept: 'image/png' })).json.formats;
}

describe('a resource', () => {
  test.each(RESOURCES)('%s sends the same for the suffix of a format as for its media type', async (path) => {
    const formats = await formatsOf(path);
    expect(formats.length).toBeGreaterThan(1);
    for (const { type, url } of formats) {
      const [byAccept, bySuffix] = [await get(path, { accept: type }), await get(url, { accept: type })];
      expect([url, byAccept.status, bySuffix.status]).toEqual([url, 200, 200]);
      expect(byAccept.headers['content-type']).toBe(bySuffix.headers['content-type']);
      expect(byAccept.headers['content-type']?.split(';')[0]).toBe(type);
      expect(byAccept.headers['vary']).toMatch(/^Accept/);
      if (type !== FORMATS.html.mediaType) expect(byAccept.text).toBe(bySuffix.text);
    }
  });

  test.each(RESOURCES)('%s refuses every other format with the list of its own', async (path) => {
    const offered = (await formatsOf(path)).map(({ type }) => type);
    const others = Object.entries(FORMATS).filter(
      ([, format]) => 'suffix' in format && !offered.includes(format.mediaType),
    );
    for (const [name, { mediaType }] of others) {
      const url = urlInFormat(path, '', name as FormatName);
      for (const answer of [await get(path, { accept: mediaType }), await get(url)]) {
        expect(answer).toMatchObject({ status: 406, json: { type: '/problems/not-acceptable' } });
        expect(answer.json.formats.map(({ type }: Offered) => type)).toEqual(offered);
      }
    }
  });

  test('is not found under a suffix if it does not exist', async () => {
    expect((await get('/countries/nowhere.csv')).status).toBe(404);
    expect((await get('/healthz.csv')).status).toBe(404);
  });

  test('with a name that ends like a suffix has a URL with an encoded dot', async () => {
    const stream = 'mou-table.csv';
    const { json } = await post(chancery.url, { ...mou, stream });
    expect(json.events[0].stream).toBe(stream);
    expect((await get(`/streams/${stream}`)).json).not.toMatchObject({ stream });
    expect((await get('/streams/mou-table%2Ecsv')).json.stream).toBe(stream);
    const page = await get(`/events/${json.events[0].id}`, { accept: 'text/html' });
    expect(page.text).toContain('href="/mous/mou-table%2Ecsv"');
  });

  test('under another spelling redirects to the same format', async () => {
    const { status, headers } = await get('/countries/pakistan.csv?from=2025');
    expect([status, headers['location']]).toEqual([308, '/countries/PK.csv?from=2025']);
  });
});

describe('an export of a timeline', () => {
  test.each([
    '/countries/US',
    '/countries/US?order=desc&types=BriefingHeld',
    '/statements?speechAct=deny',
    '/countries/US?asOf=300',
    '/projections/country/timelines/US',
  ])('%s has all entries, as its pages have them', async (path) => {
    const [base = '', query = ''] = path.split('?');
    const entries = await allItems(`${base}?${query}&limit=200`.replace('?&', '?'), 'entries');
    const exported = await get(`${base}.ndjson?${query}`);
    expect(entries.length).toBeGreaterThan(20);
    expect(linesOf(exported)).toEqual(entries);
  });

  test.each([
    ['/countries', 'countries'],
    ['/topics', 'topics'],
    ['/relations', 'relations'],
    ['/actors', 'actors'],
    ['/mous', 'mous'],
    ['/projections/topic/timelines', 'timelines'],
  ])('of the list %s has all items', async (path, member) => {
    const items = await allItems(`${path}?limit=7`, member);
    expect(items.length).toBeGreaterThan(7);
    expect(linesOf(await get(`${path}.ndjson`))).toEqual(items);
  });

  test('puts amounts, parties, instrument and dates of agreements into columns', async () => {
    const { text } = await get('/relations/PK/US.csv?types=MouSigned&topics=critical-minerals');
    const rows = parse(text, { columns: true, bom: true }) as readonly Record<string, string>[];
    expect(rows.filter(({ record }) => record === mou.stream)).toEqual([
      expect.objectContaining({
        type: 'MouSigned',
        occurred: '2025-09-08',
        earliest: '2025-09-08',
        latest: '2025-09-08',
        instrument: 'mou',
        parties: 'US Strategic Metals (US); Frontier Works Organization (PK)',
        countries: 'US; PK',
        topics: 'critical-minerals',
        status: 'current',
        version: '1',
      }),
    ]);
  });

  test('has one row for each entry, and names the same events', async () => {
    const entries = (await allItems('/countries/CN?limit=200', 'entries')) as readonly { id: string }[];
    const { text } = await get('/countries/CN.csv');
    const rows = parse(text, { columns: true, bom: true }) as readonly { id: string }[];
    expect(rows.map(({ id }) => id)).toEqual(entries.map(({ id }) => id));
  });

  test('is not sent again as long as the timeline does not change', async () => {
    const first = await get('/countries/PK.csv');
    const etag = String(first.headers['etag']);
    expect((await get('/countries/PK.csv', { 'if-none-match': etag })).status).toBe(304);
    expect((await get('/countries/PK.ndjson', { 'if-none-match': etag })).status).toBe(200);
    const { json } = await post(chancery.url, { ...mou, stream: 'mou-another' });
    const { position } = json.events[0];
    const again = await get(`/countries/PK.csv?after=${position}`, { 'if-none-match': etag });
    expect(again.status).toBe(200);
    expect(again.text).toContain('mou-another');
  });

  test('answers HEAD without reading the entries', async () => {
    const { status, text } = await ask(chancery.url, '/countries/US.csv', { method: 'HEAD' });
    expect([status, text]).toEqual([200, '']);
  });

  test('of a timeline without events has the head alone', async () => {
    expect((await get('/countries/TO.ndjson')).text).toBe('');
    expect(parse((await get('/countries/TO.csv')).text, { bom: true })).toHaveLength(1);
  });

  test('takes no paging parameters, as it has everything', async () => {
    const { status, json } = await get('/countries/US.csv?limit=10');
    expect(status).toBe(400);
    expect(json.errors).toMatchObject([{ parameter: 'limit', code: 'unknown-parameter' }]);
  });
});

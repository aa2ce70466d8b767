import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { mou, uuid } from '../../append/sent-events.ts';
import { type Harness, startHarness } from '../../harness.ts';
import { ask, post } from '../support/client.ts';

let chancery: Harness;

/** Three signings of the United States and Pakistan, the last one in a month that is known only. */
beforeAll(async () => {
  chancery = await startHarness();
  for (const [index, occurred] of ['2025-01-08', '2025-03-09', '2025-06'].entries()) {
    const event = { ...mou, id: uuid(index + 1), stream: `mou-${index}`, occurred };
    expect((await post(chancery.url, event)).status).toBe(201);
  }
  await ask(chancery.url, '/countries/PK?after=3');
});
afterAll(() => chancery.close());

const get = (path: string) => ask(chancery.url, path);
const page = (path: string) => ask(chancery.url, path, { headers: { accept: 'text/html' } });

describe('GET /compare', () => {
  test('counts the entries of each country on one time axis', async () => {
    const { status, json } = await get('/compare?countries=PK,United%20States,FR');
    expect(status).toBe(200);
    expect(json).toMatchObject({ unit: 'week', relation: null, asOf: { position: '3' } });
    expect(json.countries).toMatchObject([
      { code: 'PK', name: 'Pakistan', total: 3, kinds: ['Agreements'] },
      { code: 'US', total: 3 },
      { code: 'FR', total: 0, kinds: [] },
    ]);
    const times = json.countries.map(({ bins }: { bins: { from: string; to: string }[] }) =>
      bins.map(({ from, to }) => `${from}/${to}`),
    );
    expect(times[1]).toEqual(times[0]);
    expect(times[2]).toEqual(times[0]);
    expect(json.countries[0].bins.filter(({ possible }: { possible: number }) => possible > 0)).toHaveLength(
      6,
    );
  });

  test('takes the filters of timelines and an earlier state, and links two countries to their relation', async () => {
    const { json } = await get('/compare?countries=US,PK&from=2025-01&to=2025-03&asOf=1');
    expect(json).toMatchObject({ relation: '/relations/PK/US', asOf: { position: '1' } });
    expect(json.countries.map(({ total }: { total: number }) => total)).toEqual([1, 1]);
    const { json: none } = await get('/compare?countries=US,PK&types=BriefingHeld');
    expect(none).toMatchObject({
      unit: null,
      countries: [
        { total: 0, bins: [] },
        { total: 0, bins: [] },
      ],
    });
  });

  test.each([
    ['', 'Expected 2 to 6 countries'],
    ['countries=PK', 'Expected 2 to 6 countries'],
    ['countries=PK,Pakistan', 'Expected 2 to 6 countries'],
    ['countries=PK,US,CN,FR,DE,IN,GB', 'Expected 2 to 6 countries'],
    ['countries=PK,Nowhere', 'Nowhere'],
  ])('refuses ?%s', async (query, detail) => {
    const { status, json } = await get(`/compare?${query}`);
    expect([status, json.errors[0].parameter]).toEqual([400, 'countries']);
    expect(json.errors[0].detail).toContain(detail);
  });

  test('refuses an unknown parameter and a state that the log has not reached', async () => {
    expect((await get('/compare?countries=PK,US&limit=5')).json.errors).toMatchObject([
      { parameter: 'limit', code: 'unknown-parameter' },
    ]);
    expect((await get('/compare?countries=PK,US&asOf=99')).json.errors).toMatchObject([
      { parameter: 'asOf' },
    ]);
  });
});

describe('the file of a comparison', () => {
  const query = 'countries=PK,FR&from=2025-03&to=2025-04&types=MouSigned';

  test('has a row for each country and bin, and describes its columns', async () => {
    const { json } = await get(`/compare?${query}`);
    const { headers, text } = await get(`/compare.csv?${query}`);
    const [columns, ...rows] = text.replace('\uFEFF', '').trim().split('\r\n');
    expect(columns).toBe('code,name,from,to,entries,possible,url');
    const [pakistan, france] = json.countries;
    expect(rows).toHaveLength(pakistan.bins.length + france.bins.length);
    const signed = pakistan.bins.find(({ entries }: { entries: number[] }) => entries[0] === 1);
    const url = `${chancery.url}/countries/PK?from=${signed.from}&to=${signed.to}&types=MouSigned`;
    expect(rows).toContain(`PK,Pakistan,${signed.from},${signed.to},1,0,${url}`);
    const described = await get(String(/<([^>]+)>; rel="describedby"/.exec(String(headers['link']))?.[1]));
    expect(
      JSON.parse(described.text).resources[0].schema.fields.map(({ name }: { name: string }) => name),
    ).toEqual(columns?.split(','));
  });

  test.each(['.csv', '.json'])('is not sent again as long as nothing is recorded (%s)', async (suffix) => {
    const { headers } = await get(`/compare${suffix}?${query}`);
    const conditional = { 'if-none-match': String(headers['etag']) };
    expect((await ask(chancery.url, `/compare${suffix}?${query}`, { headers: conditional })).status).toBe(
      304,
    );
  });

  test('is linked below the charts', async () => {
    expect((await page(`/compare?${query}`)).text).toContain(
      'href="/compare.csv?countries=PK%2CFR&amp;from=2025-03&amp;to=2025-04&amp;types=MouSigned"',
    );
    expect((await page('/compare?countries=PK')).text).not.toContain('/compare.csv');
  });

  test('has a row without counts for a country with too many entries to count, and the page says so', async () => {
    const { reader } = chancery.projections.country;
    if (reader === undefined) throw new Error('There are no rows.');
    const density = reader.density.bind(reader);
    reader.density = (key, asked) => (key === 'PK' ? undefined : density(key, asked));
    try {
      const filtered = 'countries=PK,US,FR&types=MouSigned&q=minerals';
      const { text } = await get(`/compare.csv?${filtered}`);
      const rows = text.split('\r\n').filter((row) => row.startsWith('PK,'));
      expect(rows).toEqual([`PK,Pakistan,,,,,${chancery.url}/countries/PK?types=MouSigned&q=minerals`]);
      expect((await get(`/compare?${filtered}`)).json.countries[0]).toMatchObject({
        total: 3,
        isTotalExact: true,
      });
      const html = (await page(`/compare?${filtered}`)).text;
      expect(html.match(/There are too many entries to chart/g)).toHaveLength(1);
      expect(html.match(/<svg class="chart"/g)).toHaveLength(2);
    } finally {
      reader.density = density;
    }
  });

  test('counts the entries of each country once', async () => {
    const { reader } = chancery.projections.country;
    if (reader === undefined) throw new Error('There are no rows.');
    const density = reader.density.bind(reader);
    const counted: string[] = [];
    reader.density = (key, asked) => {
      counted.push(key);
      return density(key, asked);
    };
    await get('/compare?countries=PK,US&types=MouSigned,MouAmended').finally(() => {
      reader.density = density;
    });
    expect(counted).toEqual(['PK', 'US']);
  });

  test('is refused with the query', async () => {
    expect((await get('/compare.csv?countries=PK')).status).toBe(400);
  });
});

describe('the page that compares countries', () => {
  test('draws a chart of each, with the same axis and links to the timelines with their filter', async () => {
    const { status, text } = await page('/compare?countries=PK,US&types=MouSigned');
    expect(status).toBe(200);
    expect(text.match(/<svg class="chart"/g)).toHaveLength(2);
    expect(text).toContain(
      '<a href="/countries/PK?types=MouSigned">Pakistan</a> <span class="count">3 entries',
    );
    expect(text).toContain('<a href="/relations/PK/US">Their relation</a>');
    expect(text).toContain('<a href="/compare?countries=PK,US" aria-label="Remove Event types: Signing">');
  });

  test('begins with a form, and opens it again with what is wrong', async () => {
    const empty = await page('/compare');
    expect([empty.status, empty.text.includes('id="f-countries"')]).toEqual([200, true]);
    expect((await page('/compare?countries=PK')).text).toContain('Add at least one more');
    const { status, text } = await page('/compare?countries=PK,Nowhere&from=x');
    expect(status).toBe(400);
    expect(text).toContain('<a href="#f-countries">Countries</a>: ');
    expect(text).toContain('value="PK,Nowhere"');
    expect(text).toMatch(/<p class="error" id="error-from"/);
  });

  test('has a field in its form for each filter and the state, so that none is lost', async () => {
    const { text } = await page('/compare?countries=PK,US&q=minerals&relay=Lin+Jian&outlet=Dawn&asOf=3');
    const [, form = ''] = /<form class="compare-form".*?>(.*?)<\/form>/s.exec(text) ?? [];
    for (const [name, value] of [
      ['q', 'minerals'],
      ['relay', 'Lin Jian'],
      ['outlet', 'Dawn'],
      ['asOf', '\\d{4}-[^"]+'],
    ]) {
      expect(form).toMatch(new RegExp(`<input id="f-${name}"[^>]* value="${value}"`));
    }
  });

  test('links what is wrong to the fields that its form has', async () => {
    const { text } = await page('/compare?countries=PK,US&q=%22a&certain=x&roles=x');
    const [, summary = ''] = /<section class="summary".*?<ul>(.*?)<\/ul>/s.exec(text) ?? [];
    for (const [, id] of summary.matchAll(/href="#(.*?)"/g)) expect(text).toContain(` id="${id}"`);
    expect(summary).toContain('<a href="#f-q">Words</a>: ');
    expect(summary).toContain('<bdi>Roles</bdi>: ');
  });

  test('is linked from the page of a country and from the list of countries', async () => {
    expect((await page('/countries/PK')).text).toContain('href="/compare?countries=PK"');
    expect((await page('/countries')).text).toContain('href="/compare"');
  });
});

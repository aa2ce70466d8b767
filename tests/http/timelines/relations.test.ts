import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { briefing, correction, mou, shipment, uuid } from '../../append/sent-events.ts';
import { type Harness, startHarness } from '../../harness.ts';
import { type Answer, askTwice as ask, nextOf, post } from '../support/client.ts';

let chancery: Harness;

beforeEach(async () => {
  chancery = await startHarness();
});
afterEach(() => chancery.close());

const get = (path: string, headers: Record<string, string> = {}): Promise<Answer> =>
  ask(chancery.url, path, { headers });

async function record(event: object): Promise<string> {
  const { status, json } = await post(chancery.url, event);
  expect(status).toBe(201);
  const position = json.events.at(-1).position as string;
  expect((await get(`/relations/CN/PK?after=${position}`)).status).toBe(200);
  return position;
}

const idsOf = ({ json }: Answer): string[] => json.entries.map(({ id }: { id: string }) => id);

/** Returns a briefing in which a speaker of one country mentions another. */
function briefingOf(speaker: string, country: string, day: string, number: number) {
  const statement = {
    key: 'a',
    speaker: { name: 'A spokesperson', kind: 'person', country: speaker },
    speechAct: 'affirm',
    text: [{ language: 'en', value: 'All is well.' }],
    quoted: 'paraphrase',
    countries: [{ country, role: 'mentioned' }],
  };
  const institution = { ...briefing.data.institution, country: speaker };
  const data = { ...briefing.data, institution, hosts: [speaker], statements: [statement] };
  return { ...briefing, id: uuid(number), occurred: day, data };
}

describe('GET /relations/{a}/{b}', () => {
  test('shows the events that involve both countries, with the role of each', async () => {
    await record(briefingOf('PK', 'CN', '2025-10-14', 1));
    await record(briefingOf('CN', 'PK', '2025-10-13', 2));
    const position = await record(briefingOf('CN', 'US', '2025-10-13', 3));
    expect(position).toBe('3');
    const { status, json } = await get('/relations/CN/PK');
    expect(status).toBe(200);
    expect(json).toMatchObject({
      relation: [
        { code: 'CN', name: 'China' },
        { code: 'PK', name: 'Pakistan' },
      ],
      asOf: { position: '2' },
      entries: [
        { id: uuid(2), roles: ['CN:host', 'CN:issuer', 'CN:speaker', 'PK:mentioned'], type: 'BriefingHeld' },
        { id: uuid(1), roles: ['CN:mentioned', 'PK:host', 'PK:issuer', 'PK:speaker'] },
      ],
      next: null,
    });
  });

  test.each([
    ['roles=CN:speaker', [1]],
    ['roles=PK:speaker', [2]],
    ['roles=CN:speaker,PK:speaker', [1, 2]],
    ['roles=PK:party', []],
    ['from=2025-11', [2]],
    ['countries=CN', [1, 2]],
    ['types=MouSigned', []],
  ])('filters by ?%s', async (query, numbers) => {
    await record(briefingOf('CN', 'PK', '2025-10-13', 1));
    await record(briefingOf('PK', 'CN', '2025-11-13', 2));
    expect(idsOf(await get(`/relations/CN/PK?${query}`))).toEqual(numbers.map(uuid));
  });

  test.each(['speaker', 'US:speaker', 'CN:', 'CN:guest', 'Pakistan:party'])(
    'refuses roles=%s and lists the allowed values',
    async (roles) => {
      const { status, json } = await get(`/relations/CN/PK?roles=${roles}`);
      expect([status, json.errors.length]).toEqual([400, 1]);
      expect(json.errors[0]).toMatchObject({ parameter: 'roles', code: 'invalid-value' });
      expect(json.errors[0].detail).toMatch(/CN:speaker.*PK:mentioned/);
    },
  );

  test('moves a corrected event, and shows the past state as of before', async () => {
    const position = await record({ ...mou, id: uuid(1) });
    const parties = [mou.data.parties[0], { name: 'A company', kind: 'company', country: 'IN' }];
    await record(correction(uuid(1), mou.stream, { ...mou.data, parties }));
    expect(idsOf(await get('/relations/PK/US'))).toEqual([]);
    expect((await get('/relations/IN/US')).json.entries).toMatchObject([{ status: 'corrected' }]);
    expect(idsOf(await get(`/relations/PK/US?asOf=${position}`))).toEqual([uuid(1)]);
  });

  test('is paged, and returns 304 until an event changes it', async () => {
    await record(briefingOf('CN', 'PK', '2025-10-13', 1));
    await record(briefingOf('PK', 'CN', '2025-11-13', 2));
    const first = await get('/relations/CN/PK?limit=1');
    const second = await get(nextOf(first) ?? '');
    expect([first, second].map(idsOf)).toEqual([[uuid(1)], [uuid(2)]]);
    // when: an event of another relation is recorded
    await record(mou);
    const conditional = { 'if-none-match': String(first.headers['etag']) };
    expect((await get('/relations/CN/PK?limit=1', conditional)).status).toBe(304);
    await record(briefingOf('CN', 'PK', '2025-12-13', 3));
    expect((await get('/relations/CN/PK?limit=1', conditional)).status).toBe(200);
  });
});

describe('the URL of a relation', () => {
  test.each([
    ['PK/CN', 'CN/PK'],
    ['cn/pk', 'CN/PK'],
    ['China/Pakistan', 'CN/PK'],
    [`US/${encodeURIComponent('中国')}`, 'CN/US'],
    ['UK/Burma', 'GB/MM'],
  ])('redirects %s to the canonical URL', async (path, canonical) => {
    const answer = await get(`/relations/${path}?limit=5`);
    expect(answer).toMatchObject({ status: 308, headers: { location: `/relations/${canonical}?limit=5` } });
  });

  test.each([
    ['CN/Congo', ['CD', 'CG']],
    ['Atlantis/CN', []],
  ])('returns 404 with candidates for %s', async (path, codes) => {
    const { status, json } = await get(`/relations/${path}`);
    expect([status, json.type]).toEqual([404, '/problems/unknown-country']);
    expect(json.candidates.map(({ code }: { code: string }) => code).sort()).toEqual(codes);
  });

  test('needs two different countries', async () => {
    expect(await get('/relations/CN/China')).toMatchObject({
      status: 404,
      json: { type: '/problems/same-country', detail: expect.stringContaining('/countries/CN') },
    });
  });

  test('shows an empty timeline for two countries without events in common', async () => {
    expect((await get('/relations/FJ/IS')).json).toEqual({
      relation: [
        { code: 'FJ', name: 'Fiji' },
        { code: 'IS', name: 'Iceland' },
      ],
      asOf: null,
      total: 0,
      isTotalExact: true,
      entries: [],
      next: null,
    });
  });
});

test('GET /relations shows the relations with their counts and dates', async () => {
  await record(mou);
  await record(shipment);
  const position = await record(briefingOf('PK', 'CN', '2025-10-14', 1));
  const { json } = await get('/relations');
  expect(json).toEqual({
    asOf: { position, instant: expect.any(String), token: expect.any(String) },
    total: 2,
    relations: [
      {
        countries: ['CN', 'PK'],
        names: ['China', 'Pakistan'],
        entries: 1,
        earliest: '2025-10-14',
        latest: '2025-10-14',
      },
      {
        countries: ['PK', 'US'],
        names: ['Pakistan', 'United States'],
        entries: 2,
        earliest: '2025-09-08',
        latest: '2025-10-31',
      },
    ],
    next: null,
  });
  const page = await get('/relations?limit=1&asOf=2');
  expect(page.json.relations).toMatchObject([{ countries: ['PK', 'US'] }]);
  expect(page.json.next).toBeNull();
});

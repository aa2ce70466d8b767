import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { briefing, correction, mou, retraction, shipment, uuid } from '../../append/sent-events.ts';
import { type Harness, startHarness } from '../../harness.ts';
import { type Answer, askTwice as ask, nextOf, post } from '../support/client.ts';

let chancery: Harness;

beforeEach(async () => {
  chancery = await startHarness();
});
afterEach(() => chancery.close());

const get = (path: string, headers: Record<string, string> = {}): Promise<Answer> =>
  ask(chancery.url, path, { headers });

/** Records the event, and waits until the projections of countries and topics contain it. */
async function record(event: object): Promise<string> {
  const { status, json } = await post(chancery.url, event);
  expect(status).toBe(201);
  const position = json.events.at(-1).position as string;
  expect((await get(`/countries/PK?after=${position}`)).status).toBe(200);
  expect([200, 404]).toContain((await get(`/topics/none?after=${position}`)).status);
  return position;
}

const on = (day: string, number: number) => ({ ...briefing, id: uuid(number), occurred: day });
const idsOf = ({ json }: Answer): string[] => json.entries.map(({ id }: { id: string }) => id);

describe('a timeline', () => {
  test('shows the events of a country in the order of their dates, with its roles', async () => {
    await record({ ...shipment, id: uuid(1) });
    const position = await record({ ...mou, id: uuid(2) });
    const { status, headers, json } = await get('/countries/PK');
    expect(status).toBe(200);
    expect(headers).toMatchObject({ 'content-type': 'application/json', 'cache-control': 'no-cache' });
    expect(json.country).toEqual({ code: 'PK', name: 'Pakistan' });
    expect(json.asOf).toEqual({ position, instant: expect.stringMatching(/Z$/), token: expect.any(String) });
    expect(json.next).toBeNull();
    expect(json.entries).toMatchObject([
      {
        id: uuid(2),
        roles: ['party'],
        occurred: { edtf: '2025-09-08' },
        status: 'current',
        topics: ['critical-minerals'],
      },
      {
        id: uuid(1),
        roles: ['origin'],
        occurred: { edtf: '2025-10', earliest: '2025-10-01', latest: '2025-10-31' },
      },
    ]);
  });

  test('shows the events of a topic', async () => {
    await record({ ...shipment, id: uuid(1) });
    const { json } = await get('/topics/rare-earths');
    expect(json.topic).toMatchObject({ slug: 'rare-earths' });
    expect(json.entries).toMatchObject([{ id: uuid(1), countries: expect.arrayContaining(['PK', 'US']) }]);
    expect(json.entries[0]).not.toHaveProperty('roles');
  });

  test('moves corrected events and marks retracted ones', async () => {
    await record({ ...mou, id: uuid(1) });
    const [american] = mou.data.parties;
    const parties = [american, { name: 'A company', kind: 'company', country: 'IN' }];
    await record(correction(uuid(1), mou.stream, { ...mou.data, parties }));
    expect(idsOf(await get('/countries/PK'))).toEqual([]);
    expect((await get('/countries/IN')).json.entries).toMatchObject([{ status: 'corrected', versions: 2 }]);
    await record(retraction(uuid(1)));
    expect((await get('/countries/IN')).json.entries).toMatchObject([{ status: 'retracted', versions: 3 }]);
  });

  test.each([
    ['', [1, 2, 3, 4]],
    ['order=desc', [4, 3, 2, 1]],
    ['from=2025-09', [2, 3, 4]],
    ['to=2025-09', [1, 2, 3]],
    ['from=2025-09-10&to=2025-09-20', [3]],
    ['from=2025-09&to=2025-09&certain=true', [2, 3]],
    ['from=2025&to=2025', [1, 2, 3, 4]],
    ['from=2026', []],
    ['types=BriefingHeld', [1, 2, 3, 4]],
    ['types=MouSigned,ShipmentAnnounced', []],
    ['roles=host', [1, 2, 3, 4]],
    ['roles=party', []],
    ['countries=China', [1, 2, 3, 4]],
    ['countries=PK,US', []],
    ['topics=rare-earths', [1, 2, 3, 4]],
    ['topics=tariffs', []],
    ['speechActs=deny', []],
    ['limit=2', [1, 2]],
  ])('filters by ?%s', async (query, numbers) => {
    await record(on('2025-08-01', 1));
    await record(on('2025-09-01', 2));
    await record(on('2025-09-15', 3));
    await record(on('2025-10', 4));
    const answer = await get(`/countries/CN?${query}`);
    expect(answer.status).toBe(200);
    expect(idsOf(answer)).toEqual(numbers.map(uuid));
  });

  test.each([
    ['/countries/PK', 'from=soon', 'from'],
    ['/countries/PK', 'from=2025-13', 'from'],
    ['/countries/PK', 'from=2025-10~', 'from'],
    ['/countries/PK', 'from=2025-10&to=2025-09', 'to'],
    ['/countries/PK', 'certain=yes', 'certain'],
    ['/countries/PK', 'types=MouSinged', 'types'],
    ['/countries/PK', 'types=', 'types'],
    ['/countries/PK', 'roles=guest', 'roles'],
    ['/topics/rare-earths', 'roles=party', 'roles'],
    ['/countries/PK', 'countries=Congo', 'countries'],
    ['/countries/PK', 'topics=--', 'topics'],
    ['/countries/PK', 'speechActs=mumble', 'speechActs'],
    ['/countries/PK', 'order=up', 'order'],
    ['/countries/PK', 'limit=201', 'limit'],
    ['/countries/PK', 'cursor=WyJldmVudHMiLCIxIl0', 'cursor'],
    ['/countries/PK', 'after=soon', 'after'],
    ['/countries/PK', 'colour=red', 'colour'],
    ['/countries', 'order=up', 'order'],
  ])('refuses %s?%s', async (path, query, parameter) => {
    const answer = await get(`${path}?${query.replaceAll(' ', '%20')}`);
    expect(answer).toMatchObject({ status: 400, json: { type: '/problems/invalid-query' } });
    expect(answer.json.errors).toMatchObject([{ parameter, detail: expect.any(String) }]);
  });

  test('lists the known parameters if one is unknown', async () => {
    const { json } = await get('/topics/rare-earths?roles=party');
    expect(json.errors[0].detail).toContain('speechActs');
  });

  test('shows the same state on all pages, even if events are appended between the requests', async () => {
    for (let number = 1; number <= 7; number += 1) await record(on(`2025-09-0${number}`, number));
    const first = await get('/countries/CN?limit=3');
    // when: between two pages an entry is added before them, one after them, and one changes
    await record(on('2025-08-01', 8));
    await record(on('2025-12-01', 9));
    await record(retraction(uuid(5), `briefing-${uuid(5)}`));
    const second = await get(nextOf(first) ?? '');
    const third = await get(nextOf(second) ?? '');
    expect([first, second, third].map(idsOf)).toEqual([
      [1, 2, 3].map(uuid),
      [4, 5, 6].map(uuid),
      [7].map(uuid),
    ]);
    expect(second.json.entries).toMatchObject([{}, { status: 'current' }, {}]);
    expect(new Set([first, second, third].map(({ json }) => JSON.stringify(json.asOf))).size).toBe(1);
    expect(first.json.next).toBe(new URL(nextOf(first) ?? '', chancery.url).searchParams.get('cursor'));
    expect([third.json.next, nextOf(third)]).toEqual([null, undefined]);
    expect(idsOf(await get('/countries/CN?limit=3'))).toEqual([8, 1, 2].map(uuid));
  });

  test('returns 304 until an event changes the timeline', async () => {
    await record(on('2025-09-01', 1));
    const first = await get('/countries/CN?limit=1');
    const conditional = { 'if-none-match': `"other", ${first.headers['etag']}`, 'cache-control': 'no-cache' };
    const unchanged = await get('/countries/CN?limit=1', conditional);
    expect(unchanged).toMatchObject({ status: 304, text: '', headers: { etag: first.headers['etag'] } });
    expect((await get('/countries/CN', conditional)).status).toBe(304);
    expect((await get('/countries/CN', { 'if-match': '"other"' })).status).toBe(412);
    // when: an event of other countries is recorded, then one of China
    await record({ ...mou, id: uuid(2) });
    expect((await get('/countries/CN?limit=1', conditional)).status).toBe(304);
    await record(on('2025-08-01', 3));
    const changed = await get('/countries/CN?limit=1', conditional);
    expect(changed.status).toBe(200);
    expect(idsOf(changed)).toEqual([uuid(3)]);
  });

  test('sends the same response from the cache', async () => {
    await record(on('2025-09-01', 1));
    await record(on('2025-09-02', 2));
    const id = { 'x-request-id': 'same' };
    const [read, cached] = [await get('/countries/CN?limit=1', id), await get('/countries/CN?limit=1', id)];
    const { date: _read, ...readHeaders } = read.headers;
    const { date: _cached, ...cachedHeaders } = cached.headers;
    expect([cached.text, cachedHeaders]).toEqual([read.text, readHeaders]);
  });

  test('waits for the requested position, up to a time limit', async () => {
    const { json } = await post(chancery.url, on('2025-09-01', 1));
    const { position } = json.events[0];
    expect(idsOf(await get(`/countries/CN?after=${position}`))).toEqual([uuid(1)]);
    // given: a position that the log has not reached
    const later = await get('/countries/CN?after=999999999');
    expect(later).toMatchObject({ status: 503, json: { type: '/problems/projection-behind' } });
    expect(later.headers['retry-after']).toBe('1');
  });

  test('is empty for a country without events', async () => {
    expect((await get('/countries/IS')).json).toEqual({
      country: { code: 'IS', name: 'Iceland' },
      asOf: null,
      total: 0,
      isTotalExact: true,
      entries: [],
      next: null,
    });
    const position = await record(mou);
    expect((await get('/countries/IS')).json).toMatchObject({ asOf: { position }, entries: [] });
  });

  test('refuses cursors of other lists and forged ones', async () => {
    for (const number of [1, 2, 3]) await record(on(`2025-10-0${number}`, number));
    const given = (await get('/countries/CN?limit=1')).json.next as string;
    const parts = JSON.parse(Buffer.from(given, 'base64url').toString()) as unknown[];
    const forged = (index: number, value: unknown) =>
      Buffer.from(JSON.stringify(parts.with(index, value))).toString('base64url');
    expect(parts).toEqual([
      'timeline',
      'country',
      'CN',
      'asc',
      20362,
      20362,
      0,
      4096,
      expect.stringMatching(/^3\.[0-9a-f]{8}\.[0-9a-f]{12}$/),
    ]);

    const refused = async (path: string, detail: string) =>
      expect(await get(path)).toMatchObject({
        status: 400,
        json: { errors: [{ parameter: 'cursor', detail: expect.stringContaining(detail) }] },
      });
    expect((await get(`/countries/CN?cursor=${given}`)).status).toBe(200);
    await refused(`/countries/PK?cursor=${given}`, 'is from another list');
    await refused(`/topics/rare-earths?cursor=${given}`, 'is from another list');
    await refused(`/countries?cursor=${given}`, 'Expected the cursor');
    await refused(`/countries/CN?order=desc&cursor=${given}`, 'another order');
    const [position, lineage, fingerprint] = String(parts[8]).split('.');
    const ofToken = (...token: unknown[]) => `/countries/CN?cursor=${forged(8, token.join('.'))}`;
    await refused(ofToken(position, '00000000', fingerprint), 'of another log');
    await refused(ofToken(position, lineage, '000000000000'), 'of a state that this log does not have');
    await refused(ofToken(2, lineage, fingerprint), 'of a state that this log does not have');
    await refused(ofToken(999, lineage, fingerprint), 'The log ends at 3');
    await refused(ofToken('<b>', lineage, fingerprint), 'Expected the cursor');
    await refused(ofToken(position), 'Expected the cursor');
    await refused(`/countries/CN?cursor=${forged(7, -1)}`, 'Expected the cursor');
  });

  test('refuses a cursor that does not agree with asOf', async () => {
    for (const number of [1, 2, 3]) await record(on(`2025-10-0${number}`, number));
    const { next } = (await get('/countries/CN?limit=1&asOf=2')).json;
    expect(idsOf(await get(`/countries/CN?limit=1&asOf=2&cursor=${next}`))).toEqual([uuid(2)]);
    expect(await get(`/countries/CN?limit=1&asOf=3&cursor=${next}`)).toMatchObject({
      status: 400,
      json: { errors: [{ detail: expect.stringContaining('does not agree with asOf') }] },
    });
    expect((await get(`/countries/CN?asOf=99&cursor=${next}`)).json.errors[0].parameter).toBe('asOf');
  });
});

describe('GET /countries/{code}', () => {
  test.each([
    ['pk', 'PK'],
    ['Pakistan', 'PK'],
    ['china', 'CN'],
    [encodeURIComponent('中国'), 'CN'],
    ['Burma', 'MM'],
    ['UK', 'GB'],
  ])('redirects %s to the code', async (name, code) => {
    const answer = await get(`/countries/${name}?limit=5`);
    expect(answer).toMatchObject({ status: 308, headers: { location: `/countries/${code}?limit=5` } });
  });

  test.each([
    ['Congo', ['CD', 'CG']],
    ['Atlantis', []],
    ['XX', []],
  ])('returns 404 with candidates for %s', async (name, codes) => {
    const { status, json } = await get(`/countries/${name}`);
    expect(status).toBe(404);
    expect(json).toMatchObject({ type: '/problems/unknown-country', detail: expect.any(String) });
    expect(json.candidates.map(({ code }: { code: string }) => code).sort()).toEqual(codes);
  });
});

describe('GET /projections/{name}/timelines', () => {
  test('lists and shows the timelines of any projection', async () => {
    const position = await record({ ...mou, id: uuid(1) });
    expect((await get('/projections/country/timelines')).json).toEqual({
      asOf: { position, instant: expect.any(String), token: expect.any(String) },
      total: 2,
      timelines: [
        { key: 'PK', entries: 1, earliest: '2025-09-08', latest: '2025-09-08' },
        { key: 'US', entries: 1, earliest: '2025-09-08', latest: '2025-09-08' },
      ],
      next: null,
    });
    const page = await get('/projections/country/timelines/PK?asOf=1');
    expect(page.json.timeline).toEqual({ projection: 'country', key: 'PK' });
    expect(page.json.entries).toEqual((await get('/countries/PK')).json.entries);
    for (const path of ['/projections/nonsense/timelines', '/projections/nonsense/timelines/PK']) {
      expect(await get(path)).toMatchObject({ status: 404, json: { type: '/problems/unknown-projection' } });
    }
  });
});

describe('a list of timelines', () => {
  test('shows the countries with their counts and dates', async () => {
    expect((await get('/countries')).json).toEqual({ asOf: null, total: 0, countries: [], next: null });
    await record(mou);
    await record(shipment);
    expect((await get('/countries')).json).toEqual({
      asOf: { position: '2', instant: expect.any(String), token: expect.any(String) },
      total: 2,
      countries: [
        { code: 'PK', name: 'Pakistan', entries: 2, earliest: '2025-09-08', latest: '2025-10-31' },
        {
          code: 'US',
          name: expect.stringContaining('United States'),
          entries: 2,
          earliest: '2025-09-08',
          latest: '2025-10-31',
        },
      ],
      next: null,
    });
  });

  test('pages through the topics, and returns 304 until one changes', async () => {
    await record(mou);
    await record(shipment);
    const first = await get('/topics?limit=1');
    expect(first.json.topics).toEqual([
      { slug: 'critical-minerals', label: null, entries: 1, earliest: '2025-09-08', latest: '2025-09-08' },
    ]);
    const second = await get(nextOf(first) ?? '');
    expect(second.json).toMatchObject({ topics: [{ slug: 'rare-earths' }], next: null });
    const conditional = { 'if-none-match': `${(await get('/topics')).headers['etag']}` };
    expect((await get('/topics', conditional)).status).toBe(304);
    await record(briefing);
    expect((await get('/topics', conditional)).status).toBe(200);
  });

  test('returns 404 for a topic that no event has', async () => {
    expect(await get('/topics/rare-earths')).toMatchObject({
      status: 404,
      json: { type: '/problems/unknown-topic' },
    });
    expect((await get('/topics/--')).json.detail).toContain('rare-earths');
  });
});

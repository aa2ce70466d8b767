import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { correction, mou, retraction, shipment, uuid } from '../../append/sent-events.ts';
import { type Harness, startHarness } from '../../harness.ts';
import { type Answer, askTwice as ask, nextOf, post } from '../support/client.ts';
import {
  type CheckResult,
  parseLinks,
  validateMemento,
  validateOriginal,
  validateTimeGate,
} from '../support/memento-validator.ts';

let chancery: Harness;
let now: Date;

const [signing, sending] = [uuid(1), uuid(2)];

beforeEach(async () => {
  now = new Date('2026-01-01T00:00:00Z');
  chancery = await startHarness(() => now);
});
afterEach(() => chancery.close());

const get = (path: string, headers: Record<string, string> = {}): Promise<Answer> =>
  ask(chancery.url, path, { headers });
const at = (datetime: string) => ({ 'accept-datetime': datetime });

/** Records the event at this hour and millisecond of 1 January 2026. */
async function record(hour: number, event: object, ms = 0): Promise<void> {
  now = new Date(Date.UTC(2026, 0, 1, hour, 0, 0, ms));
  const { status, json } = await post(chancery.url, event);
  expect(status).toBe(201);
  await get(`/countries/PK?after=${json.events.at(-1).position}`);
}

/** Pakistan's timeline has states of 1, 2 and 4 o'clock, and two of 5 o'clock. At 3 another country's one changes. */
async function recordHistory(): Promise<void> {
  await record(1, { ...mou, id: signing });
  await record(2, { ...shipment, id: sending, stream: 'shipment-1' });
  const elsewhere = { ...shipment.data, origin: { country: 'CN' }, implements: [] };
  await record(3, { ...shipment, stream: 'shipment-2', data: elsewhere });
  await record(4, correction(signing, mou.stream, { ...mou.data, subject: 'minerals' }));
  await record(5, retraction(sending, 'shipment-1'), 200);
  await record(5, { ...shipment, stream: 'shipment-3' }, 700);
  now = new Date('2026-01-02T00:00:00Z');
}

/** Returns the URL of the state after the event at this position, as its token names it. */
async function mementoAt(position: number, path = '/countries/PK'): Promise<string> {
  const separator = path.includes('?') ? '&' : '?';
  const { json } = await get(`${path}${separator}asOf=${position}`);
  return `${chancery.url}${path}${separator}asOf=${json.asOf.token}`;
}

const pathOf = (url: unknown): string => String(url).slice(chancery.url.length);

describe('the checks of memento-validator', () => {
  const WITHIN = 'Thu, 01 Jan 2026 02:30:00 GMT';
  const failed = (results: readonly CheckResult[]) => results.filter(({ result }) => result === 'fail');

  /** Checks a resource as an original, its TimeGate as such, and the memento that the TimeGate redirects to. */
  async function validate(path: string): Promise<readonly CheckResult[]> {
    const original = await validateOriginal(`${chancery.url}${path}`, WITHIN);
    const [timegate = `${chancery.url}${path}`] = original.timegates;
    const gate = await validateTimeGate(timegate, WITHIN);
    const { headers } = await get(pathOf(timegate), at(WITHIN));
    const memento = await validateMemento(String(headers['location'] ?? timegate), WITHIN);
    return [original, gate, memento].flatMap(({ results }) => results);
  }

  test.each([
    '/countries/PK',
    '/countries/PK?types=MouSigned,ShipmentAnnounced',
    '/topics/rare-earths',
    '/relations/PK/US',
    '/actors/us~us-strategic-metals',
    '/statements',
    `/mous/${mou.stream}`,
    '/projections/country/timelines/PK',
  ])('pass for %s', async (path) => {
    await recordHistory();
    if (path === '/statements') {
      const speaker = { name: 'Lin Jian', kind: 'person', country: 'CN' };
      const text = [{ language: 'en', value: 'No.', kind: 'original' }];
      const said = { key: 'a', speaker, quoted: 'verbatim', speechAct: 'deny', text };
      const institution = { name: 'Ministry of Foreign Affairs', kind: 'government-body', country: 'CN' };
      const data = { institution, hosts: ['CN'], format: 'regular', statements: [said] };
      await record(6, { type: 'BriefingHeld', occurred: '2025-10-13', data, sources: mou.sources });
      now = new Date('2026-01-02T00:00:00Z');
      await get('/statements?after=7');
    }
    const results = await validate(path);
    expect(failed(results)).toEqual([]);
    expect(results.length).toBeGreaterThan(22);
    // A TimeGate is never one of its own mementos, and a memento that may be stored for ever cannot link the last one.
    const warnings = results.filter(({ result }) => result === 'warn').map((each) => each.check);
    expect(warnings.filter((warning) => !ACCEPTED_WARNINGS.includes(warning))).toEqual([]);
  });

  const ACCEPTED_WARNINGS = ['selected memento in link header', 'last memento is the last in the timemap'];

  test('fail 16 times of 22 for a resource without states', async () => {
    await recordHistory();
    const results = await validate('/healthz');
    expect([failed(results).length, results.length]).toEqual([16, 22]);
  });
});

describe('the TimeGate of a timeline', () => {
  beforeEach(recordHistory);
  const target = async (datetime: string, path = '/countries/PK/timegate') => {
    const { status, headers } = await get(path, at(datetime));
    expect(status).toBe(302);
    return headers['location'];
  };

  test('redirects to the last state at or before the time', async () => {
    expect(await target('Thu, 01 Jan 2026 01:00:00 GMT')).toBe(await mementoAt(1));
    expect(await target('Thu, 01 Jan 2026 01:59:59 GMT')).toBe(await mementoAt(1));
    expect(await target('Thu, 01 Jan 2026 02:00:00 GMT')).toBe(await mementoAt(2));
    expect(await target('Thu, 01 Jan 2026 03:30:00 GMT')).toBe(await mementoAt(2));
    expect(await target('Thu, 01 Jan 2026 04:00:00 GMT')).toBe(await mementoAt(4));
  });

  test('takes all events of the second, which is as exact as such a time can be', async () => {
    expect(await target('Thu, 01 Jan 2026 05:00:00 GMT')).toBe(await mementoAt(6));
  });

  test('redirects to an end for a time outside the log, while asOf is strict', async () => {
    expect(await target('Mon, 01 Jan 1990 00:00:00 GMT')).toBe(await mementoAt(1));
    expect(await target('Fri, 01 Jan 2100 00:00:00 GMT')).toBe(await mementoAt(6));
    expect((await get('/countries/PK?asOf=1990-01-01T00:00:00Z')).status).toBe(400);
    expect((await get('/countries/PK?asOf=2100-01-01T00:00:00Z')).status).toBe(400);
  });

  test('keeps the filter', async () => {
    const filtered = await target('Thu, 01 Jan 2026 02:00:00 GMT', '/countries/PK/timegate?types=MouSigned');
    expect(filtered).toBe(await mementoAt(2, '/countries/PK?types=MouSigned'));
    const { json } = await get(pathOf(filtered));
    expect(json.entries.map(({ id }: { id: string }) => id)).toEqual([signing]);
  });

  test('takes any weekday, but no other format and no date that does not exist', async () => {
    expect(await target('Mon, 01 Jan 2026 02:00:00 GMT')).toBe(await mementoAt(2));
    for (const datetime of [
      '2026-01-01T02:00:00Z',
      'Thu, 31 Feb 2026 02:00:00 GMT',
      'Thu, 01 Jan 2026 24:00:00 GMT',
    ]) {
      const { status, json } = await get('/countries/PK/timegate', at(datetime));
      expect([status, json.type]).toEqual([400, '/problems/invalid-datetime']);
    }
  });

  test('knows the other names of a timeline, and what has none', async () => {
    const { status, headers } = await get('/countries/Pakistan/timegate');
    expect([status, headers['location']]).toEqual([308, '/countries/PK/timegate']);
    expect((await get('/topics/nothing/timegate')).json.type).toBe('/problems/unknown-topic');
    expect((await get('/countries/FR/timegate')).json.type).toBe('/problems/no-mementos');
    expect((await get('/countries/PK/timegate?colour=red')).json.type).toBe('/problems/invalid-query');
  });
});

describe('a timeline', () => {
  beforeEach(recordHistory);

  test('links its TimeGate and its TimeMap, and has no date of its own', async () => {
    const { headers } = await get('/countries/PK?types=MouSigned&limit=1');
    const links = parseLinks(String(headers['link'])).map(({ relation, url }) => [relation, pathOf(url)]);
    expect(links).toEqual([
      ['original', '/countries/PK?types=MouSigned&limit=1'],
      ['timegate', '/countries/PK/timegate?types=MouSigned&limit=1'],
      ['timemap', '/countries/PK/timemap?types=MouSigned&limit=1'],
    ]);
    expect(headers).not.toHaveProperty('memento-datetime');
    expect(headers['vary']).toBe('Accept, Accept-Datetime, Accept-Encoding');
    expect(headers['cache-control']).toBe('no-cache');
  });

  test('answers with the state of the time that is accepted, and says where that is', async () => {
    const memento = await get(pathOf(await mementoAt(2)));
    const { status, headers, text } = await get('/countries/PK', at('Thu, 01 Jan 2026 03:00:00 GMT'));
    expect([status, text]).toEqual([200, memento.text]);
    expect(headers).toMatchObject({
      'content-location': await mementoAt(2),
      'memento-datetime': 'Thu, 01 Jan 2026 02:00:00 GMT',
      'cache-control': 'no-cache',
    });
    const broken = await get('/countries/PK', at('yesterday'));
    expect([broken.status, broken.json.type]).toEqual([400, '/problems/invalid-datetime']);
    const present = await get('/countries/FR', at('Thu, 01 Jan 2026 03:00:00 GMT'));
    expect([present.status, present.json.entries]).toEqual([200, []]);
  });

  test('as of a time has its date and its links', async () => {
    const { headers } = await get('/countries/PK?asOf=2026-01-01T03:59:00Z');
    expect(headers['memento-datetime']).toBe('Thu, 01 Jan 2026 03:00:00 GMT');
    const mementos = parseLinks(String(headers['link'])).filter(({ relation }) => /memento/.test(relation));
    expect(mementos.map(({ relation, url, datetime }) => [relation, url, datetime])).toEqual([
      ['first memento', await mementoAt(1), 'Thu, 01 Jan 2026 01:00:00 GMT'],
      ['memento', await mementoAt(3), 'Thu, 01 Jan 2026 03:00:00 GMT'],
    ]);
  });

  test('may be stored for ever if its URL names a state of this history', async () => {
    const cacheControl = async (path: string, headers = {}) =>
      (await get(path, headers)).headers['cache-control'];
    const forEver = 'public, max-age=31536000, immutable';
    const memento = pathOf(await mementoAt(2));
    expect(await cacheControl(memento)).toBe(forEver);
    expect(await cacheControl(nextOf(await get(`${memento}&limit=1`)) ?? '')).toBe(forEver);
    expect(await cacheControl('/countries/PK?asOf=2')).toBe('no-cache');
    expect(await cacheControl('/countries/PK?asOf=2026-01-01T02:00:00Z')).toBe('no-cache');
    // The page of another version of the program may look different.
    expect(await cacheControl(memento, { accept: 'text/html' })).toBe('no-cache');
  });

  test('has links whose targets end where they should, whatever the path', async () => {
    const { headers } = await get('/projections/country/timelines/a>;rel=x');
    expect(headers['link']).toContain('/projections/country/timelines/a%3E;rel=x>; rel="original"');
  });

  test('names the host of the request, whatever is cached', async () => {
    const other = { host: chancery.url.slice('http://'.length).replace('127.0.0.1', 'localhost') };
    await get('/countries/PK');
    const { headers } = await get('/countries/PK', other);
    expect(String(headers['link'])).toContain(`<http://${other.host}/countries/PK>; rel="original"`);
  });
});

describe('the TimeMap of a timeline', () => {
  test('lists its states, oldest first', async () => {
    await recordHistory();
    const { headers, text } = await get('/countries/PK/timemap');
    expect(headers['content-type']).toBe('application/link-format');
    const links = parseLinks(text);
    expect(links.map(({ relation }) => relation)).toEqual([
      'original',
      'timegate',
      'self',
      'first memento',
      'memento',
      'memento',
      'memento',
      'last memento',
    ]);
    const mementos = links.slice(3);
    const expected = await Promise.all([1, 2, 4, 5, 6].map((position) => mementoAt(position)));
    expect(mementos.map(({ url }) => url)).toEqual(expected);
    expect(mementos.at(-1)?.datetime).toBe('Thu, 01 Jan 2026 05:00:00 GMT');
    expect(text).toContain('from="Thu, 01 Jan 2026 01:00:00 GMT"; until="Thu, 01 Jan 2026 05:00:00 GMT"');
    for (const { url } of mementos) expect((await get(pathOf(url))).status).toBe(200);
  });

  test('has pages, which link the next one', async () => {
    const many = Array.from({ length: 1_002 }, (_, index) => ({ ...shipment, stream: `shipment-${index}` }));
    const lines = many.map((event) => JSON.stringify(event)).join('\n');
    const sent = { 'content-type': 'application/x-ndjson' };
    expect((await ask(chancery.url, '/events', { method: 'POST', headers: sent, body: lines })).status).toBe(
      200,
    );
    await get('/countries/PK?after=1002');
    const first = parseLinks((await get('/countries/PK/timemap')).text);
    const next = first.find(({ relation }) => relation === 'timemap');
    expect(first.filter(({ relation }) => /memento/.test(relation))).toHaveLength(1_000);
    const second = parseLinks((await get(pathOf(next?.url))).text);
    expect(second.map(({ relation }) => relation)).toEqual([
      'original',
      'timegate',
      'self',
      'memento',
      'last memento',
    ]);
    expect(second.at(-1)?.url).toBe(await mementoAt(1_002));
    const elsewhere = `/countries/US/timemap${new URL(next?.url ?? '').search}`;
    expect((await get(elsewhere)).json.errors).toMatchObject([
      { parameter: 'cursor', code: 'invalid-value' },
    ]);
  });

  test('is not there for a timeline that no event has changed', async () => {
    expect((await get('/countries/PK/timemap')).json.type).toBe('/problems/no-mementos');
    expect((await get('/countries/PK/timemap?colour=red')).status).toBe(400);
  });
});

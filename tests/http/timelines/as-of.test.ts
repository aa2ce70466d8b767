import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { correction, mou, retraction, shipment, uuid } from '../append/sent-events.ts';
import { type Harness, startHarness } from '../harness.ts';
import { type Answer, ask, nextOf, post } from './client.ts';

let chancery: Harness;
let now: Date;

beforeEach(async () => {
  now = new Date('2026-01-01T00:00:00Z');
  chancery = await startHarness(() => now);
});
afterEach(() => chancery.close());

const get = (path: string, headers: Record<string, string> = {}): Promise<Answer> =>
  ask(chancery.url, path, { headers });

/** Recorded at this hour of 1 January 2026. */
async function record(hour: number, event: object): Promise<string> {
  now = new Date(Date.UTC(2026, 0, 1, hour));
  const { status, json } = await post(chancery.url, event);
  expect(status).toBe(201);
  return json.events.at(-1).position;
}

const idsOf = ({ json }: Answer): string[] => json.entries.map(({ id }: { id: string }) => id);

const [signing, sending] = [uuid(1), uuid(2)];
const inIndia = {
  ...mou.data,
  parties: [mou.data.parties[0], { name: 'Frontier Works Organization', kind: 'company', country: 'IN' }],
};

/** At 1: signed, with Pakistan. At 2: a shipment from Pakistan. At 3: it was India that signed. At 4: no shipment. */
async function recordAffair(): Promise<void> {
  await record(1, { ...mou, id: signing });
  const sent = await record(2, { ...shipment, id: sending, stream: 'shipment-1' });
  expect(sent).toBe('2');
  await record(3, correction(signing, mou.stream, inIndia));
  const last = await record(4, retraction(sending, 'shipment-1'));
  now = new Date('2026-01-02T00:00:00Z');
  expect((await get(`/countries/PK?after=${last}`)).status).toBe(200);
}

describe('a timeline as of a moment', () => {
  beforeEach(recordAffair);

  test('is what was known when the event at that position had been recorded', async () => {
    expect(idsOf(await get('/countries/PK?asOf=1'))).toEqual([signing]);
    expect(idsOf(await get('/countries/PK?asOf=2'))).toEqual([signing, sending]);
    expect(idsOf(await get('/countries/PK?asOf=3'))).toEqual([sending]);
    expect(idsOf(await get('/countries/IN?asOf=2'))).toEqual([]);
    expect(idsOf(await get('/countries/IN?asOf=3'))).toEqual([signing]);
    expect((await get('/countries/PK?asOf=3')).json.entries[0].status).toBe('current');
    expect((await get('/countries/PK?asOf=4')).json.entries[0].status).toBe('retracted');
    expect((await get('/countries/PK')).json.entries[0].status).toBe('retracted');
  });

  test('says which moment it stands for, so that it can be cited', async () => {
    const asOf = { position: '2', instant: '2026-01-01T02:00:00.000Z' };
    expect((await get('/countries/PK?asOf=2')).json.asOf).toEqual(asOf);
    const byInstant = await get('/countries/PK?asOf=2026-01-01T02:59:59Z');
    expect(byInstant.json.asOf).toEqual(asOf);
    expect(byInstant.text).toBe((await get('/countries/PK?asOf=2')).text);
  });

  test.each([
    ['at the instant of an event holds that event', '2026-01-01T02:00:00Z', [signing, sending]],
    ['a moment before it does not', '2026-01-01T01:59:59.999Z', [signing]],
    ['of an instant with an offset is that of the same instant', '2026-01-01T06:59:59%2B05:00', [signing]],
    ['takes the plus of an offset that arrives as a blank', '2026-01-01T06:59:59+05:00', [signing]],
    ['after the last event is the present one', '2026-01-01T23:00:00Z', [sending]],
  ])('%s', async (_name, instant, ids) => {
    expect(idsOf(await get(`/countries/PK?asOf=${instant}`))).toEqual(ids);
  });

  test('is filtered and ordered like the present one', async () => {
    const ids = async (query: string) => idsOf(await get(`/countries/PK?asOf=2&${query}`));
    expect(await ids('order=desc')).toEqual([sending, signing]);
    expect(await ids('roles=party')).toEqual([signing]);
    expect(await ids('from=2025-10&to=2025-10')).toEqual([sending]);
    expect(await ids('types=MouSigned&to=2025-08')).toEqual([]);
    expect(await ids('topics=rare-earths')).toEqual([sending]);
  });

  test('is paged in that state, and not sent again', async () => {
    const first = await get('/countries/PK?asOf=2&limit=1');
    expect(idsOf(first)).toEqual([signing]);
    const second = await get(nextOf(first) ?? '');
    expect(idsOf(second)).toEqual([sending]);
    expect(second.json).toMatchObject({ asOf: first.json.asOf, next: null });
    const etag = `${first.headers['etag']}`;
    expect((await get('/countries/PK?asOf=2&limit=1', { 'if-none-match': etag })).status).toBe(304);
    expect((await get('/countries/PK?asOf=3&limit=1', { 'if-none-match': etag })).status).toBe(200);
  });

  test('of a topic that came later is empty, and of one that never came is unknown', async () => {
    expect((await get('/topics/rare-earths?asOf=1')).json.entries).toEqual([]);
    expect((await get('/topics/nothing?asOf=1')).status).toBe(404);
  });

  test('waits for what is recorded but not yet projected', async () => {
    const position = await record(5, { ...mou, id: uuid(9), stream: 'mou-another' });
    expect(idsOf(await get(`/countries/PK?asOf=${position}`))).toContain(uuid(9));
  });
});

describe('an index as of a moment', () => {
  beforeEach(recordAffair);

  test('has the timelines of that moment, with their counts and days', async () => {
    const then = await get('/countries?asOf=2');
    expect(then.json).toEqual({
      asOf: { position: '2', instant: '2026-01-01T02:00:00.000Z' },
      countries: [
        { code: 'PK', name: 'Pakistan', entries: 2, earliest: '2025-09-08', latest: '2025-10-31' },
        { code: 'US', name: 'United States', entries: 2, earliest: '2025-09-08', latest: '2025-10-31' },
      ],
      next: null,
    });
    const counts = (await get('/countries')).json.countries.map(
      (country: { code: string; entries: number }) => [country.code, country.entries],
    );
    expect(counts).toEqual([
      ['IN', 1],
      ['PK', 1],
      ['US', 2],
    ]);
    expect((await get('/topics?asOf=2026-01-01T01:30:00Z')).json.topics).toEqual([
      { slug: 'critical-minerals', entries: 1, earliest: '2025-09-08', latest: '2025-09-08' },
    ]);
  });

  test('is paged in that state, and not sent again', async () => {
    const first = await get('/countries?asOf=2&limit=1');
    const second = await get(nextOf(first) ?? '');
    expect(second.json).toMatchObject({ asOf: { position: '2' }, countries: [{ code: 'US' }], next: null });
    const etag = `${first.headers['etag']}`;
    expect((await get('/countries?asOf=2', { 'if-none-match': etag })).status).toBe(304);
    expect((await get('/countries', { 'if-none-match': etag })).status).toBe(200);
  });
});

describe('a moment that the log does not have', () => {
  const refused = async (asOf: string, code: string, detail: string) => {
    for (const path of ['/countries/PK', '/topics/rare-earths', '/countries', '/topics']) {
      expect(await get(`${path}?asOf=${asOf}`)).toMatchObject({
        status: 400,
        json: {
          type: '/problems/invalid-query',
          errors: [{ parameter: 'asOf', code, detail: expect.stringContaining(detail) }],
        },
      });
    }
  };

  test('is refused while nothing is recorded', async () => {
    await refused('1', 'beyond-log', 'Nothing is recorded yet');
  });

  test.each([
    ['a position beyond the end', '5', 'beyond-log', 'ends at 4, recorded at 2026-01-01T04:00:00.000Z'],
    ['an instant to come', '2026-01-02T00:00:00Z', 'beyond-log', 'It lies in the future'],
    ['an instant before the first event', '2026-01-01T00:59:59Z', 'before-log', 'begins at 1, recorded at'],
    ['what stands before the first position', '0', 'invalid-value', 'Expected the position'],
    ['the position of another store', '123-456@abc', 'invalid-value', 'Expected the position'],
    ['a day', '2026-01-01', 'invalid-value', 'an instant by RFC 3339'],
    ['a day that is not in the calendar', '2026-02-30T00:00:00Z', 'invalid-value', 'Expected the position'],
  ])('is refused: %s', async (_name, asOf, code, detail) => {
    await recordAffair();
    await refused(asOf, code, detail);
  });
});

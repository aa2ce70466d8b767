import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { correction, mou, retraction, shipment, uuid } from '../../append/sent-events.ts';
import { type Harness, startHarness } from '../../harness.ts';
import { type Answer, askTwice as ask, nextOf, post } from '../support/client.ts';

let chancery: Harness;
let now: Date;

beforeEach(async () => {
  now = new Date('2026-01-01T00:00:00Z');
  chancery = await startHarness(() => now);
});
afterEach(() => chancery.close());

const get = (path: string, headers: Record<string, string> = {}): Promise<Answer> =>
  ask(chancery.url, path, { headers });

/** Records the event at this hour of 1 January 2026. */
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

/**
 * At 1 an agreement is signed with Pakistan, at 2 a shipment from Pakistan is announced, at 3 the signing is corrected
 * to India, at 4 the shipment is retracted.
 */
async function recordHistory(): Promise<void> {
  await record(1, { ...mou, id: signing });
  const sent = await record(2, { ...shipment, id: sending, stream: 'shipment-1' });
  expect(sent).toBe('2');
  await record(3, correction(signing, mou.stream, inIndia));
  const last = await record(4, retraction(sending, 'shipment-1'));
  now = new Date('2026-01-02T00:00:00Z');
  expect((await get(`/countries/PK?after=${last}`)).status).toBe(200);
}

test('a timeline as of a leap second has the events until it', async () => {
  now = new Date('2016-12-31T23:59:59.500Z');
  await post(chancery.url, { ...mou, id: signing });
  now = new Date('2017-01-01T00:00:00Z');
  const { json } = await post(chancery.url, { ...shipment, id: sending });
  await get(`/countries/PK?after=${json.events.at(-1).position}`);
  expect(idsOf(await get('/countries/PK?asOf=2016-12-31T23:59:60Z'))).toEqual([signing]);
  expect((await get('/countries/PK?asOf=2015-06-30T23:59:60Z')).json.errors).toMatchObject([
    { parameter: 'asOf', code: 'before-log' },
  ]);
  expect((await get('/countries/PK?asOf=2016-12-31T22:59:60Z')).json.errors).toMatchObject([
    { parameter: 'asOf', code: 'invalid-value' },
  ]);
});

describe('a timeline as of a position or instant', () => {
  beforeEach(recordHistory);

  test('shows what was known after the event at the position', async () => {
    expect(idsOf(await get('/countries/PK?asOf=1'))).toEqual([signing]);
    expect(idsOf(await get('/countries/PK?asOf=2'))).toEqual([signing, sending]);
    expect(idsOf(await get('/countries/PK?asOf=3'))).toEqual([sending]);
    expect(idsOf(await get('/countries/IN?asOf=2'))).toEqual([]);
    expect(idsOf(await get('/countries/IN?asOf=3'))).toEqual([signing]);
    expect((await get('/countries/PK?asOf=3')).json.entries[0].status).toBe('current');
    expect((await get('/countries/PK?asOf=4')).json.entries[0].status).toBe('retracted');
    expect((await get('/countries/PK')).json.entries[0].status).toBe('retracted');
  });

  test('names the last event that it contains', async () => {
    const asOf = { position: '2', instant: '2026-01-01T02:00:00.000Z', token: expect.any(String) };
    expect((await get('/countries/PK?asOf=2')).json.asOf).toEqual(asOf);
    const byInstant = await get('/countries/PK?asOf=2026-01-01T02:59:59Z');
    expect(byInstant.json.asOf).toEqual(asOf);
    expect(byInstant.text).toBe((await get('/countries/PK?asOf=2')).text);
  });

  test.each([
    ['contains an event that was recorded at the instant', '2026-01-01T02:00:00Z', [signing, sending]],
    ['contains no event that was recorded later', '2026-01-01T01:59:59.999Z', [signing]],
    ['accepts an instant with an offset', '2026-01-01T06:59:59%2B05:00', [signing]],
    ['accepts the plus of an offset that arrives as a space', '2026-01-01T06:59:59+05:00', [signing]],
    ['shows the present state after the last event', '2026-01-01T23:00:00Z', [sending]],
  ])('%s', async (_name, instant, ids) => {
    expect(idsOf(await get(`/countries/PK?asOf=${instant}`))).toEqual(ids);
  });

  test('applies filters and order to the past state', async () => {
    const ids = async (query: string) => idsOf(await get(`/countries/PK?asOf=2&${query}`));
    expect(await ids('order=desc')).toEqual([sending, signing]);
    expect(await ids('roles=party')).toEqual([signing]);
    expect(await ids('from=2025-10&to=2025-10')).toEqual([sending]);
    expect(await ids('types=MouSigned&to=2025-08')).toEqual([]);
    expect(await ids('topics=rare-earths')).toEqual([sending]);
  });

  test('pages through the past state, and returns 304 when the ETag matches', async () => {
    const first = await get('/countries/PK?asOf=2&limit=1');
    expect(idsOf(first)).toEqual([signing]);
    const second = await get(nextOf(first) ?? '');
    expect(idsOf(second)).toEqual([sending]);
    expect(second.json).toMatchObject({ asOf: first.json.asOf, next: null });
    const etag = `${first.headers['etag']}`;
    expect((await get('/countries/PK?asOf=2&limit=1', { 'if-none-match': etag })).status).toBe(304);
    expect((await get('/countries/PK?asOf=3&limit=1', { 'if-none-match': etag })).status).toBe(200);
  });

  test('is empty for a topic that came later, and 404 for an unknown topic', async () => {
    expect((await get('/topics/rare-earths?asOf=1')).json.entries).toEqual([]);
    expect((await get('/topics/nothing?asOf=1')).status).toBe(404);
  });

  test('waits until the event is projected', async () => {
    const position = await record(5, { ...mou, id: uuid(9), stream: 'mou-another' });
    expect(idsOf(await get(`/countries/PK?asOf=${position}`))).toContain(uuid(9));
  });
});

describe('a list of timelines as of a position or instant', () => {
  beforeEach(recordHistory);

  test('shows the timelines of the past state, with their counts and dates', async () => {
    const then = await get('/countries?asOf=2');
    expect(then.json).toEqual({
      asOf: { position: '2', instant: '2026-01-01T02:00:00.000Z', token: expect.any(String) },
      total: 2,
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
      { slug: 'critical-minerals', label: null, entries: 1, earliest: '2025-09-08', latest: '2025-09-08' },
    ]);
  });

  test('pages through the past state, and returns 304 when the ETag matches', async () => {
    const first = await get('/countries?asOf=2&limit=1');
    const second = await get(nextOf(first) ?? '');
    expect(second.json).toMatchObject({ asOf: { position: '2' }, countries: [{ code: 'US' }], next: null });
    const etag = `${(await get('/countries?asOf=2')).headers['etag']}`;
    expect((await get('/countries?asOf=2', { 'if-none-match': etag })).status).toBe(304);
    expect((await get('/countries', { 'if-none-match': etag })).status).toBe(200);
  });
});

describe('a position or instant outside the log', () => {
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

  test('is refused while the log is empty', async () => {
    await refused('1', 'beyond-log', 'The log has no events yet');
  });

  test.each([
    ['a position beyond the end', '5', 'beyond-log', 'ends at 4, recorded at 2026-01-01T04:00:00.000Z'],
    ['an instant in the future', '2026-01-02T00:00:00Z', 'beyond-log', 'It lies in the future'],
    ['an instant in year 10000', '9999-12-31T23:59:59-00:01', 'beyond-log', 'It lies in the future'],
    ['an instant before the first event', '2026-01-01T00:59:59Z', 'before-log', 'begins at 1, recorded at'],
    ['a position before the first', '0', 'invalid-value', 'Expected the position'],
    ['the position of another store', '123-456@abc', 'invalid-value', 'Expected the position'],
    ['a day', '2026-01-01', 'invalid-value', 'an instant (RFC 3339)'],
    ['a date that does not exist', '2026-02-30T00:00:00Z', 'invalid-value', 'Expected the position'],
  ])('is refused: %s', async (_name, asOf, code, detail) => {
    await recordHistory();
    await refused(asOf, code, detail);
  });
});

describe('with a clock that was set back', () => {
  test('every instant that the log holds is answered, and a later one is in the future', async () => {
    await recordHistory();
    now = new Date('2026-01-01T02:30:00Z');
    expect(idsOf(await get('/countries/PK?asOf=2026-01-01T03:00:00Z'))).toEqual([sending]);
    const last = await get('/countries/PK?asOf=2026-01-01T04:00:00Z');
    expect([last.status, last.json.asOf.position]).toEqual([200, '4']);
    expect((await get('/countries/PK?asOf=2026-01-01T04:00:00.001Z')).json.errors).toMatchObject([
      { parameter: 'asOf', code: 'beyond-log' },
    ]);
  });

  test('the last instant shows the events that get the same instant later', async () => {
    await recordHistory();
    now = new Date('2026-01-01T02:30:00Z');
    const path = '/countries/PK?asOf=2026-01-01T04:00:00Z';
    expect((await get(path)).json.asOf.position).toBe('4');
    const { json } = await post(chancery.url, { ...shipment, stream: 'shipment-2' });
    expect(json.events[0].recordedAt).toBe('2026-01-01T04:00:00.000Z');
    await get('/countries/PK?after=5');
    expect((await get(path)).json.asOf.position).toBe('5');
  });

  test('an append warns, and the readiness shows it', async () => {
    await recordHistory();
    now = new Date('2026-01-01T02:30:00Z');
    await post(chancery.url, { ...shipment, stream: 'shipment-2' });
    const behind = { state: 'behind-log', ms: 5_400_000 };
    expect(chancery.signals).toContainEqual({ kind: 'clock-warning', ...behind });
    expect((await get('/readyz')).json).toMatchObject({ status: 'ready', clock: behind });
  });
});

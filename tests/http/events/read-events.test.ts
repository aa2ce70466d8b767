import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { olderArrival, olderCorrection, olderLines } from '../../append/older-history.ts';
import {
  amendment,
  briefing,
  correction,
  mou,
  retraction,
  shipment,
  uuid,
} from '../../append/sent-events.ts';
import { type Harness, startHarness } from '../../harness.ts';
import { type Answer, askTwice as ask, nextOf, post } from '../support/client.ts';

let chancery: Harness;

beforeEach(async () => {
  chancery = await startHarness();
});
afterEach(() => chancery.close());

const get = (path: string, headers: Record<string, string> = {}): Promise<Answer> =>
  ask(chancery.url, path, { headers });

/** Reads all pages from this one on; `between` runs after each. */
async function pagesFrom(path: string, between: () => Promise<unknown> = async () => {}): Promise<Answer[]> {
  const pages: Answer[] = [];
  for (let next: string | undefined = path; next !== undefined && pages.length < 100; ) {
    const page: Answer = await get(next);
    pages.push(page);
    next = nextOf(page);
    expect(page.json.next === null).toBe(next === undefined);
    await between();
  }
  return pages;
}

const revisionsOf = (pages: readonly Answer[]): number[] =>
  pages.flatMap(({ json }) => json.events.map(({ revision }: { revision: number }) => revision));
const idsOf = (pages: readonly Answer[]): string[] =>
  pages.flatMap(({ json }) => json.events.map(({ id }: { id: string }) => id));

describe('GET /events', () => {
  test('pages through the log in its order, including events that are appended meanwhile', async () => {
    for (let number = 1; number <= 5; number += 1)
      await post(chancery.url, { ...briefing, id: uuid(number) });
    let added = 5;
    const pages = await pagesFrom('/events?limit=2', async () => {
      added += 1;
      if (added <= 7) await post(chancery.url, { ...briefing, id: uuid(added) });
    });
    expect(idsOf(pages)).toEqual([1, 2, 3, 4, 5, 6, 7].map(uuid));
  });

  test('pages backwards without events that are appended meanwhile', async () => {
    for (let number = 1; number <= 5; number += 1)
      await post(chancery.url, { ...briefing, id: uuid(number) });
    const pages = await pagesFrom('/events?order=desc&limit=2', () => post(chancery.url, briefing));
    expect(pages.map(({ json }) => json.events.length)).toEqual([2, 2, 1]);
    expect(idsOf(pages)).toEqual([5, 4, 3, 2, 1].map(uuid));
  });

  test('sends envelopes as they were recorded', async () => {
    const { json } = await post(chancery.url, { ...mou, id: uuid(1), correlationId: uuid(7) });
    const [recorded] = json.events;
    expect((await get('/events')).json).toEqual({
      events: [{ ...mou, ...recorded, correlationId: uuid(7), actor: 'local', schemaVersion: 2 }],
      next: null,
      cursor: expect.any(String),
    });
  });

  test.each([
    ['limit=0'],
    ['limit=1001'],
    ['limit=ten'],
    ['order=up'],
    ['cursor=x'],
    ['cursor=WyJzdHJlYW0iLDFd'],
    ['limit=1&limit=2'],
    ['page=2'],
  ])('refuses ?%s and names the parameter', async (query) => {
    const answer = await get(`/events?${query}`);
    expect(answer).toMatchObject({ status: 400, json: { type: '/problems/invalid-query' } });
    expect(answer.json.errors).toMatchObject([{ parameter: query.split('=')[0] }]);
  });
});

describe('GET /events/{id}', () => {
  test('shows an event with its corrections and retractions', async () => {
    await post(chancery.url, { ...mou, id: uuid(1) });
    await post(chancery.url, { ...amendment, id: uuid(2) });
    await post(chancery.url, { ...correction(uuid(1)), id: uuid(3) });
    await post(chancery.url, { ...correction(uuid(3)), id: uuid(4) });
    await post(chancery.url, { ...retraction(uuid(2)), id: uuid(5) });
    const { status, headers, json } = await get(`/events/${uuid(1)}`);
    expect(status).toBe(200);
    expect(headers['etag']).toMatch(/^"4\./);
    expect(json).toMatchObject({ event: { id: uuid(1), data: mou.data }, status: 'corrected', versions: 3 });
    expect(json.corrections.map(({ id }: { id: string }) => id)).toEqual([uuid(3), uuid(4)]);
    const amended = await get(`/events/${uuid(2).toUpperCase()}`);
    expect(amended.json).toMatchObject({ status: 'retracted', versions: 2, corrections: [{ id: uuid(5) }] });
    expect((await get(`/events/${uuid(3)}`)).json).toMatchObject({ status: 'current', corrections: [] });
  });

  test('refuses query parameters', async () => {
    const { json } = await post(chancery.url, mou);
    const { id } = json.events[0];
    expect(await ask(chancery.url, `/events/${id}?asOf=1`)).toMatchObject({
      status: 400,
      json: { errors: [{ parameter: 'asOf', detail: 'This URL takes no query parameters.' }] },
    });
  });

  test('shows the links of the event', async () => {
    const { json } = await post(chancery.url, shipment);
    expect((await get(`/events/${json.events[0].id}`)).json.links).toMatchObject({
      implements: [mou.stream],
    });
  });

  test('returns 304 until the record changes', async () => {
    await post(chancery.url, { ...mou, id: uuid(1) });
    const etag = String((await get(`/events/${uuid(1)}`)).headers['etag']);
    const conditional = { 'if-none-match': etag, 'cache-control': 'no-cache' };
    expect(await get(`/events/${uuid(1)}`, conditional)).toMatchObject({
      status: 304,
      text: '',
      headers: { etag },
    });
    await post(chancery.url, retraction(uuid(1)));
    expect((await get(`/events/${uuid(1)}`, conditional)).status).toBe(200);
    expect((await get(`/events/${uuid(1)}`, { 'if-match': etag })).status).toBe(412);
  });

  test.each([uuid(404), 'x', '%00'])('returns 404 for %s', async (id) => {
    expect(await get(`/events/${id}`)).toMatchObject({
      status: 404,
      json: { type: '/problems/unknown-record' },
    });
  });
});

describe('GET /streams/{stream}', () => {
  test('pages through the events of a record, forwards and backwards', async () => {
    await post(chancery.url, [mou, amendment, amendment, amendment, amendment]);
    expect(revisionsOf(await pagesFrom(`/streams/${mou.stream}?limit=2`))).toEqual([0, 1, 2, 3, 4]);
    expect(revisionsOf(await pagesFrom(`/streams/${mou.stream}?limit=2&order=desc`))).toEqual([
      4, 3, 2, 1, 0,
    ]);
    expect(revisionsOf(await pagesFrom(`/streams/${mou.stream}`))).toEqual([0, 1, 2, 3, 4]);
  });

  test('names the revision in the ETag, which an append can use as its precondition', async () => {
    await post(chancery.url, [mou, amendment]);
    const { headers, json } = await get(`/streams/${mou.stream}`);
    const etag = String(headers['etag']);
    expect(etag).toMatch(/^"1\./);
    expect(json).toMatchObject({ stream: mou.stream, revision: 1, next: null });
    expect((await get(`/streams/${mou.stream}`, { 'if-none-match': etag })).status).toBe(304);
    expect((await get(`/streams/${mou.stream}`, { 'if-match': '"0"' })).status).toBe(412);
    expect((await post(chancery.url, amendment, { 'if-match': etag })).headers['etag']).toMatch(/^"2\./);
    expect((await post(chancery.url, amendment, { 'if-match': etag })).status).toBe(412);
  });

  test('returns 404 for a stream without events', async () => {
    expect((await get('/streams/mou-none')).status).toBe(404);
  });
});

describe('events of an older schema version', () => {
  const { schemaVersion: _version, verbatim: _verbatim, ...asRecorded } = olderArrival;
  const upToDate = {
    ...asRecorded,
    schemaVersion: 3,
    recordedSchemaVersion: 1,
    data: { places: [{ country: 'US', name: 'Houston' }] },
    verbatim: { '/data/places/0/country': 'USA' },
  };

  beforeEach(async () => {
    const restored = await chancery.recorder.restore(olderLines.map((line) => JSON.parse(line)));
    expect(restored).toMatchObject({ outcome: 'recorded' });
  });

  test('are shown in the present schema version', async () => {
    expect((await get('/events')).json.events[1]).toEqual(upToDate);
    expect((await get(`/events/${olderArrival.id}`)).json.event).toEqual(upToDate);
    expect((await get(`/streams/${olderArrival.stream}`)).json.events[1]).toEqual(upToDate);
  });

  test('are sent byte for byte as recorded if the schema has not changed', async () => {
    const { text } = await get('/events');
    expect(text).toContain(olderLines[2]);
  });

  test('are corrected and projected in the present schema version', async () => {
    expect((await get(`/events/${olderArrival.id}`)).json).toMatchObject({
      status: 'corrected',
      versions: 2,
      history: [
        { data: upToDate.data },
        {
          data: { places: [{ country: 'PK', name: 'Karachi' }] },
          changes: [
            { pointer: '/data/places/0/country', before: 'US', after: 'PK' },
            { pointer: '/data/places/0/name', before: 'Houston', after: 'Karachi' },
          ],
        },
      ],
      corrections: [olderCorrection],
    });
    const { json } = await get('/countries/PK?after=3');
    expect(json.entries).toMatchObject([{ id: olderArrival.id, roles: ['mentioned'], status: 'corrected' }]);
    expect((await get('/countries/US?after=3')).json.entries).toEqual([]);
  });

  test('are recorded in the present schema version when they are sent as new', async () => {
    const { type, stream, occurred, data, sources } = olderArrival;
    const sent = await post(chancery.url, { id: uuid(7), type, stream, occurred, data, sources });
    expect(sent.status).toBe(201);
    const { event } = (await get(`/events/${uuid(7)}`)).json;
    expect(event).toMatchObject({ schemaVersion: 3, data: upToDate.data });
    expect(event).not.toHaveProperty('recordedSchemaVersion');
  });
});

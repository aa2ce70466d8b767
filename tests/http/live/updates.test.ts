import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Position } from '../../../src/event-store/event-store.ts';
import type { HttpLimits } from '../../../src/http/protocol/context.ts';
import type { TimelineReader } from '../../../src/projector/timeline-store.ts';
import { briefing, correction, mou, retraction, shipment, uuid } from '../../append/sent-events.ts';
import { type Harness, startHarness } from '../../harness.ts';
import { type Answer, ask, post } from '../support/client.ts';
import { openUpdates, type UpdatesClient } from '../support/sse-client.ts';

let chancery: Harness;
let clients: UpdatesClient[] = [];
const instant = expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);

async function start(limits: Partial<HttpLimits> = {}): Promise<void> {
  chancery = await startHarness(() => new Date(), { updateIntervalMs: 1, ...limits });
}

beforeEach(() => start());

afterEach(async () => {
  for (const client of clients) client.break();
  clients = [];
  await chancery.close();
});

/** Replaces the server that the test started with. */
async function restart(limits: Partial<HttpLimits>): Promise<void> {
  await chancery.close();
  await start(limits);
}

/** The id of an update: the token of the state after the event at the position. */
const tokenOf = (position: string) =>
  expect.stringMatching(new RegExp(`^${position}\\.[0-9a-f]{8}\\.[0-9a-f]{12}$`));

/** Resolves when all projections contain the event. */
async function record(event: object): Promise<string> {
  const { status, json } = await post(chancery.url, event);
  expect([status, json.errors]).toEqual([201, undefined]);
  const { position } = json.events.at(-1);
  const all = Object.values(chancery.projections);
  await Promise.all(all.map((timeline) => timeline.waitFor(position as Position, 5_000)));
  return position;
}

async function follow(path: string, headers: Readonly<Record<string, string>> = {}): Promise<UpdatesClient> {
  const client = await openUpdates(chancery.url, path, headers);
  clients.push(client);
  return client;
}

const get = (path: string, headers: Readonly<Record<string, string>> = {}): Promise<Answer> =>
  ask(chancery.url, path, { headers });

describe('the live updates of a timeline', () => {
  test('are sent as events arrive, starting after the shown page', async () => {
    await record({ ...mou, id: uuid(1) });
    const shown = (await get('/countries/PK')).json.asOf.position;
    const client = await follow(`/countries/PK/live?after=${shown}`);
    expect(client.answer.headers).toMatchObject({
      'content-type': 'text/event-stream',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
      'x-content-type-options': 'nosniff',
    });
    const first = await record(shipment);
    expect(await client.next()).toEqual({ id: tokenOf(first), position: first, instant, new: 1 });
    const second = await record(correction(uuid(1), mou.stream, { ...mou.data, title: 'Another title' }));
    expect(await client.next()).toEqual({ id: tokenOf(second), position: second, instant, new: 1 });
    const third = await record(retraction(uuid(1)));
    expect(await client.next()).toEqual({ id: tokenOf(third), position: third, instant, new: 1 });
    expect(client.retryMs).toBeGreaterThan(0);
  });

  test('count all earlier changes in one update', async () => {
    const shown = await record({ ...mou, id: uuid(1) });
    await record(shipment);
    await record(briefing);
    const last = await record({ ...shipment, occurred: '2025-11' });
    const client = await follow(`/countries/PK/live?after=${shown}`);
    expect(await client.next()).toEqual({ id: tokenOf(last), position: last, instant, new: 2 });
  });

  test('start at the present if no position is given, and send that position', async () => {
    const client = await follow('/countries/PK/live');
    const first = await record({ ...mou, id: uuid(1) });
    expect(await client.next()).toMatchObject({ position: first, new: 1 });
    const other = await follow('/countries/PK/live');
    await other.until(() => other.lastEventId.startsWith(`${first}.`));
    const second = await record(shipment);
    expect(await other.next()).toMatchObject({ position: second, new: 1 });
  });

  test('that a client missed are counted once when it reconnects with Last-Event-ID', async () => {
    const shown = await record({ ...mou, id: uuid(1) });
    const client = await follow(`/countries/PK/live?after=${shown}`);
    await record(shipment);
    await client.next();
    client.break();
    await record({ ...shipment, occurred: '2025-11' });
    const last = await record({ ...shipment, occurred: '2025-12' });
    const back = await follow(`/countries/PK/live?after=${shown}`, { 'last-event-id': client.lastEventId });
    expect(await back.next()).toMatchObject({ position: last, new: 2 });
    const again = await follow(`/countries/PK/live?after=${shown}`, { 'last-event-id': back.lastEventId });
    const next = await record({ ...shipment, occurred: '2026' });
    expect(await again.next()).toMatchObject({ position: next, new: 1 });
  });

  test.each([
    ['types=ShipmentAnnounced', shipment],
    ['roles=origin', shipment],
    ['topics=rare-earths', shipment],
    ['from=2025-10', shipment],
    ['countries=US&from=2025-10-01&certain=true', shipment],
    ['to=2025-09-30', mou],
  ])('with ?%s count the entries that pass the filter', async (query, matching) => {
    const client = await follow(`/countries/PK/live?${query}`);
    const others = [briefing, mou, shipment].filter((event) => event !== matching);
    for (const event of others) await record(event);
    const first = await record(matching);
    expect(await client.next()).toEqual({ id: tokenOf(first), position: first, instant, new: 1 });
    for (const event of others) await record({ ...event, stream: undefined });
    const second = await record({ ...matching, stream: undefined });
    expect(await client.next()).toEqual({ id: tokenOf(second), position: second, instant, new: 1 });
    expect((await get(`/countries/PK?${query}`)).json.entries).toHaveLength(2);
  });

  test('count an entry that arrives by a correction, not one that leaves', async () => {
    const shown = await record({ ...mou, id: uuid(1) });
    const [previous, corrected] = [
      await follow(`/countries/PK/live?after=${shown}`),
      await follow(`/countries/IN/live?after=${shown}`),
    ];
    const [american] = mou.data.parties;
    const parties = [american, { name: 'A company', kind: 'company', country: 'IN' }];
    const moved = await record(correction(uuid(1), mou.stream, { ...mou.data, parties }));
    expect(await corrected.next()).toMatchObject({ position: moved, new: 1 });
    const next = await record(shipment);
    expect(await previous.next()).toMatchObject({ position: next, new: 1 });
  });

  test.each([
    ['/countries/PK/live', mou],
    ['/topics/rare-earths/live', shipment],
    ['/relations/PK/US/live', mou],
    ['/mous/mou-ussm-fwo-2025/live', shipment],
    ['/mous/unknown/live', { ...shipment, data: { ...shipment.data, implements: undefined } }],
  ])('are served at %s', async (path, event) => {
    await record({ ...shipment, occurred: '2024' });
    const client = await follow(path);
    const position = await record(event);
    expect(await client.next()).toEqual({ id: tokenOf(position), position, instant, new: 1 });
  });

  test('of statements count each statement, filtered by country', async () => {
    const statement = (key: string, country: string) => ({
      key,
      speaker: { name: 'Lin Jian', kind: 'person', country: 'CN' },
      speechAct: 'deny',
      text: [{ language: 'en', value: 'It has nothing to do with that.' }],
      quoted: 'paraphrase',
      countries: [{ country, role: 'mentioned' }],
    });
    const all = await follow('/statements/live');
    const pakistan = await follow('/statements/live?country=Pakistan&speaker=lin%20jian');
    const statements = [statement('one', 'PK'), statement('other', 'US')];
    await record({ ...briefing, data: { ...briefing.data, statements } });
    expect((await all.next()).new).toBe(2);
    expect((await pakistan.next()).new).toBe(1);
  });

  test('have the same canonical URL as the timeline', async () => {
    expect(await get('/countries/pakistan/live?after=1')).toMatchObject({
      status: 308,
      headers: { location: '/countries/PK/live?after=1' },
    });
    expect((await get('/relations/US/Pakistan/live')).headers['location']).toBe('/relations/PK/US/live');
    expect((await ask(chancery.url, '/countries/PK/live', { method: 'POST' })).status).toBe(405);
  });

  test('answer HEAD without a body', async () => {
    const answer = await ask(chancery.url, '/countries/PK/live', { method: 'HEAD' });
    expect(answer).toMatchObject({ status: 200, headers: { 'content-type': 'text/event-stream' }, text: '' });
  });

  test.each([
    ['/countries/PK/live?after=soon', {}, 'after'],
    ['/countries/PK/live?after=99', {}, 'after'],
    ['/countries/PK/live?after=1', { 'last-event-id': '99' }, 'Last-Event-ID'],
    ['/countries/PK/live', { 'last-event-id': 'x' }, 'Last-Event-ID'],
    ['/countries/PK/live?asOf=1', {}, 'asOf'],
    ['/countries/PK/live?order=desc', {}, 'order'],
    ['/countries/PK/live?types=Nonsense', {}, 'types'],
    ['/mous/mou-ussm-fwo-2025/live?types=MouSigned', {}, 'types'],
  ])('refuse %s %j, which stops an EventSource', async (path, headers, parameter) => {
    await record(mou);
    expect(await get(path, headers)).toMatchObject({
      status: 400,
      json: { type: '/problems/invalid-query', errors: [{ parameter, detail: expect.any(String) }] },
    });
  });

  test('return 404 for unknown timelines', async () => {
    expect((await get('/topics/nonsense/live')).json.type).toBe('/problems/unknown-topic');
    expect((await get('/mous/mou-nonsense/live')).json.type).toBe('/problems/unknown-record');
  });

  test('have no number if there are too many changes to count', async () => {
    const shown = await record(mou);
    const { reader } = chancery.projections.country;
    if (reader === undefined) throw new Error('The projection has no reader');
    chancery.projections.country.serve({ ...delegate(reader), changes: () => undefined }, 'current');
    const client = await follow(`/countries/PK/live?after=${shown}`);
    const last = await record(shipment);
    expect(await client.next()).toEqual({ id: tokenOf(last), position: last, instant, new: null });
  });

  test('end with a signal if the rows cannot be read', async () => {
    const shown = await record(mou);
    const { reader } = chancery.projections.country;
    if (reader === undefined) throw new Error('The projection has no reader');
    const changes = () => {
      throw new Error('EIO');
    };
    const client = await follow(`/countries/PK/live?after=${shown}`);
    chancery.projections.country.serve({ ...delegate(reader), changes }, 'current');
    await record(shipment);
    expect(await client.ended).toBe('whole');
    expect(chancery.signals).toMatchObject([
      { kind: 'request-failed', path: '/countries/PK/live', error: { message: 'EIO' } },
    ]);
  });
});

/** Returns a copy of the reader of which a test can replace methods. */
function delegate(reader: TimelineReader): TimelineReader {
  const { projection, removals } = reader;
  return {
    projection,
    removals,
    checkpoint: () => reader.checkpoint(),
    logPointAt: (asOf) => reader.logPointAt(asOf),
    lastChange: (key) => reader.lastChange(key),
    page: (key, query) => reader.page(key, query),
    linksTo: (target, asOf) => reader.linksTo(target, asOf),
    summary: (key, asOf) => reader.summary(key, asOf),
    density: (key, query) => reader.density(key, query),
    latest: (key, query) => reader.latest(key, query),
    first: (key, query) => reader.first(key, query),
    changes: (key, query) => reader.changes(key, query),
    entryChanges: (key, query) => reader.entryChanges(key, query),
    changePoints: (key, query) => reader.changePoints(key, query),
    index: (query) => reader.index(query),
    find: (query) => reader.find(query),
    list: (asOf) => reader.list(asOf),
    loadList: () => reader.loadList(),
    countMatches: (key, query) => reader.countMatches(key, query),
    facetCounts: (key, query) => reader.facetCounts(key, query),
    newest: (query) => reader.newest(query),
    count: (query) => reader.count(query),
  };
}

/**
 * Sends the head of a request and never reads the response. Resolves to the server's socket when the response has
 * begun.
 */
async function openStalled(path: string): Promise<Socket> {
  const { hostname, port } = new URL(chancery.url);
  const before = new Set(chancery.sockets);
  const client = connect(Number(port), hostname).pause();
  client.on('error', () => {});
  await once(client, 'connect');
  client.write(`GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`);
  while (true) {
    const found = [...chancery.sockets].find((socket) => !before.has(socket) && socket.bytesWritten > 0);
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}

describe('a client of live updates', () => {
  const line = (number: number) => ({
    ...briefing,
    occurred: `2025-10-${String(1 + (number % 28))}`.replace(/-(\d)$/, '-0$1'),
  });

  async function recordMany(count: number): Promise<void> {
    for (let number = 0; number < count; number += 1) {
      const { status } = await post(chancery.url, line(number));
      expect(status).toBe(201);
    }
    await record(briefing);
  }

  test('receives heartbeats', async () => {
    await restart({ heartbeatMs: 2 });
    const client = await follow('/countries/PK/live');
    await client.until(() => client.heartbeats >= 3);
    expect(client.all).toEqual([]);
  });

  test('that stops reading holds back one update, and then gets the rest in one', async () => {
    const client = await follow('/countries/CN/live');
    const [socket] = chancery.sockets;
    socket?.cork();
    await recordMany(50);
    expect(socket?.writableLength).toBeLessThan(1_000);
    socket?.uncork();
    await client.until(() => client.sum >= 51);
    expect(client.sum).toBe(51);
    expect(client.all.length).toBeLessThanOrEqual(2);
  });

  test('that reads nothing for too long is disconnected, and others are not', async () => {
    await restart({ heartbeatMs: 5, stallMs: 20 });
    const healthy = await follow('/countries/CN/live');
    const stalled = await openStalled('/countries/CN/live');
    stalled.cork();
    await record(briefing);
    await once(stalled, 'close');
    await record(briefing);
    await healthy.until(() => healthy.sum >= 2);
    await healthy.until(() => healthy.heartbeats > 10);
    expect(healthy.sum).toBe(2);
  });

  test('is refused above the maximum number of connections, until another disconnects', async () => {
    await restart({ sseConnectionsMax: 2 });
    await follow('/countries/PK/live');
    const second = await follow('/statements/live');
    const third = await get('/countries/PK/live');
    expect(third).toMatchObject({
      status: 503,
      headers: { 'retry-after': expect.any(String) },
      json: { type: '/problems/too-many-readers' },
    });
    const closings = [...chancery.sockets].map((socket) => once(socket, 'close'));
    second.break();
    await Promise.race(closings);
    expect((await follow('/countries/CN/live')).answer.statusCode).toBe(200);
  });

  test('gets a complete response when the server stops', async () => {
    const open = [await follow('/countries/PK/live'), await follow('/statements/live')];
    const stalled = await openStalled('/countries/PK/live');
    stalled.cork();
    await record(mou);
    const closed = once(stalled, 'close');
    chancery.stop();
    expect(await Promise.all(open.map(({ ended }) => ended))).toEqual(['whole', 'whole']);
    await closed;
    expect(await (await follow('/countries/PK/live')).ended).toBe('whole');
  });

  test('that reads nothing takes a bounded amount of memory, and others are served', async () => {
    const BYTES_MAX = 64 << 10;
    const stalled: Socket[] = [];
    for (let number = 0; number < 100; number += 1) stalled.push(await openStalled('/countries/CN/live'));
    // given: for half of them not even the operating system buffers anything
    for (const socket of stalled.slice(0, 50)) socket.cork();
    const healthy = await follow('/countries/CN/live');
    await recordMany(300);
    expect(Math.max(...stalled.map((socket) => socket.writableLength))).toBeLessThan(BYTES_MAX);
    expect(stalled.reduce((sum, socket) => sum + socket.writableLength, 0)).toBeLessThan(100_000);
    await healthy.until(() => healthy.sum >= 301);
    expect(healthy.sum).toBe(301);
    expect((await get('/countries/CN?limit=200')).json.entries).toHaveLength(200);
    // when: the server stops
    const closed = stalled.map((socket) => once(socket, 'close'));
    chancery.stop();
    await Promise.all(closed);
  });
});

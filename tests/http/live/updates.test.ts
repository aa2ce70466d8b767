import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Position } from '../../src/event-store/event-store.ts';
import type { HttpLimits } from '../../src/http/protocol/context.ts';
import type { TimelineReader } from '../../src/projector/timeline-store.ts';
import { briefing, correction, mou, retraction, shipment, uuid } from '../append/sent-events.ts';
import { type Harness, startHarness } from '../harness.ts';
import { type Answer, ask, post } from './client.ts';
import { type NewsClient, openNews } from './sse-client.ts';

let chancery: Harness;
let clients: NewsClient[] = [];
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

/** Another server in the place of the one that the test began with. */
async function restart(limits: Partial<HttpLimits>): Promise<void> {
  await chancery.close();
  await start(limits);
}

/** Settles when the timelines hold it. */
async function record(event: object): Promise<string> {
  const { status, json } = await post(chancery.url, event);
  expect([status, json.errors]).toEqual([201, undefined]);
  const { position } = json.events.at(-1);
  const all = Object.values(chancery.timelines);
  await Promise.all(all.map((timeline) => timeline.waitFor(position as Position, 5_000)));
  return position;
}

async function follow(path: string, headers: Readonly<Record<string, string>> = {}): Promise<NewsClient> {
  const client = await openNews(chancery.url, path, headers);
  clients.push(client);
  return client;
}

const get = (path: string, headers: Readonly<Record<string, string>> = {}): Promise<Answer> =>
  ask(chancery.url, path, { headers });

describe('the news of a timeline', () => {
  test('are told as they come, behind the page that is shown', async () => {
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
    expect(await client.next()).toEqual({ id: first, position: first, instant, new: 1 });
    const second = await record(correction(uuid(1), mou.stream, { ...mou.data, title: 'Another title' }));
    expect(await client.next()).toEqual({ id: second, position: second, instant, new: 1 });
    const third = await record(retraction(uuid(1)));
    expect(await client.next()).toEqual({ id: third, position: third, instant, new: 1 });
    expect(client.retryMs).toBeGreaterThan(0);
  });

  test('that are there already come at once, counted together', async () => {
    const shown = await record({ ...mou, id: uuid(1) });
    await record(shipment);
    await record(briefing);
    const last = await record({ ...shipment, occurred: '2025-11' });
    const client = await follow(`/countries/PK/live?after=${shown}`);
    expect(await client.next()).toEqual({ id: last, position: last, instant, new: 2 });
  });

  test('are those from now on when no position is given, and the reader learns it', async () => {
    const client = await follow('/countries/PK/live');
    const first = await record({ ...mou, id: uuid(1) });
    expect(await client.next()).toMatchObject({ position: first, new: 1 });
    const other = await follow('/countries/PK/live');
    await other.until(() => other.lastEventId === first);
    const second = await record(shipment);
    expect(await other.next()).toMatchObject({ position: second, new: 1 });
  });

  test('that came during a break are told to who comes back, once; Last-Event-ID wins', async () => {
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
  ])('with ?%s are those that the filter lets through', async (query, matching) => {
    const client = await follow(`/countries/PK/live?${query}`);
    const others = [briefing, mou, shipment].filter((event) => event !== matching);
    for (const event of others) await record(event);
    const first = await record(matching);
    expect(await client.next()).toEqual({ id: first, position: first, instant, new: 1 });
    for (const event of others) await record({ ...event, stream: undefined });
    const second = await record({ ...matching, stream: undefined });
    expect(await client.next()).toEqual({ id: second, position: second, instant, new: 1 });
    expect((await get(`/countries/PK?${query}`)).json.entries).toHaveLength(2);
  });

  test('are none when an entry leaves, and are some where it comes', async () => {
    const shown = await record({ ...mou, id: uuid(1) });
    const [left, come] = [
      await follow(`/countries/PK/live?after=${shown}`),
      await follow(`/countries/IN/live?after=${shown}`),
    ];
    const [american] = mou.data.parties;
    const parties = [american, { name: 'A company', kind: 'company', country: 'IN' }];
    const moved = await record(correction(uuid(1), mou.stream, { ...mou.data, parties }));
    expect(await come.next()).toMatchObject({ position: moved, new: 1 });
    const next = await record(shipment);
    expect(await left.next()).toMatchObject({ position: next, new: 1 });
  });

  test.each([
    ['/countries/PK/live', mou],
    ['/topics/rare-earths/live', shipment],
    ['/relations/PK/US/live', mou],
    ['/mous/mou-ussm-fwo-2025/live', shipment],
    ['/mous/unknown/live', { ...shipment, data: { ...shipment.data, implements: undefined } }],
  ])('are at %s', async (path, event) => {
    await record({ ...shipment, occurred: '2024' });
    const client = await follow(path);
    const position = await record(event);
    expect(await client.next()).toEqual({ id: position, position, instant, new: 1 });
  });

  test('of the statements count each of a briefing, of the country that is asked for', async () => {
    const said = (key: string, country: string) => ({
      key,
      speaker: { name: 'Lin Jian', kind: 'person', country: 'CN' },
      speechAct: 'deny',
      text: { language: 'en', value: 'It has nothing to do with that.' },
      quoted: 'paraphrase',
      countries: [{ country, role: 'mentioned' }],
    });
    const all = await follow('/statements/live');
    const pakistan = await follow('/statements/live?country=Pakistan&speaker=lin%20jian');
    const statements = [said('one', 'PK'), said('other', 'US')];
    await record({ ...briefing, data: { ...briefing.data, statements } });
    expect((await all.next()).new).toBe(2);
    expect((await pakistan.next()).new).toBe(1);
  });

  test('are at one address, as the timeline is', async () => {
    expect(await get('/countries/pakistan/live?after=1')).toMatchObject({
      status: 308,
      headers: { location: '/countries/PK/live?after=1' },
    });
    expect((await get('/relations/US/Pakistan/live')).headers['location']).toBe('/relations/PK/US/live');
    expect((await ask(chancery.url, '/countries/PK/live', { method: 'POST' })).status).toBe(405);
  });

  test('answer HEAD with the head alone', async () => {
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
  ])('refuse %s %j, so that an EventSource stops', async (path, headers, parameter) => {
    await record(mou);
    expect(await get(path, headers)).toMatchObject({
      status: 400,
      json: { type: '/problems/invalid-query', errors: [{ parameter, detail: expect.any(String) }] },
    });
  });

  test('are those of timelines that there are', async () => {
    expect((await get('/topics/nonsense/live')).json.type).toBe('/problems/unknown-topic');
    expect((await get('/mous/mou-nonsense/live')).json.type).toBe('/problems/unknown-record');
  });

  test('that are too many to be counted are told as such', async () => {
    const shown = await record(mou);
    const { reader } = chancery.timelines.country;
    if (reader === undefined) throw new Error('There are no rows');
    chancery.timelines.country.serve({ ...delegate(reader), changes: () => undefined }, 'kept');
    const client = await follow(`/countries/PK/live?after=${shown}`);
    const last = await record(shipment);
    expect(await client.next()).toEqual({ id: last, position: last, instant, new: null });
  });

  test('end when the rows cannot be read, and a signal tells of it', async () => {
    const shown = await record(mou);
    const { reader } = chancery.timelines.country;
    if (reader === undefined) throw new Error('There are no rows');
    const changes = () => {
      throw new Error('EIO');
    };
    const client = await follow(`/countries/PK/live?after=${shown}`);
    chancery.timelines.country.serve({ ...delegate(reader), changes }, 'kept');
    await record(shipment);
    expect(await client.ended).toBe('whole');
    expect(chancery.signals).toMatchObject([
      { kind: 'request-failed', path: '/countries/PK/live', error: { message: 'EIO' } },
    ]);
  });
});

/** The reader, to be changed in part. */
function delegate(reader: TimelineReader): TimelineReader {
  const { projection } = reader;
  return {
    projection,
    checkpoint: () => reader.checkpoint(),
    momentAt: (asOf) => reader.momentAt(asOf),
    lastChange: (key) => reader.lastChange(key),
    page: (key, query) => reader.page(key, query),
    summary: (key, asOf) => reader.summary(key, asOf),
    density: (key, query) => reader.density(key, query),
    changes: (key, query) => reader.changes(key, query),
    index: (query) => reader.index(query),
  };
}

/** Sends the head of a request for news and reads nothing of the answer, ever. Settles when the server has it. */
async function openDeaf(path: string): Promise<Socket> {
  const { hostname, port } = new URL(chancery.url);
  const before = new Set(chancery.sockets);
  const client = connect(Number(port), hostname).pause();
  client.on('error', () => {});
  await once(client, 'connect');
  client.write(`GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`);
  while (true) {
    const found = [...chancery.sockets].find((socket) => !before.has(socket) && socket.bytesWritten > 0);
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}

describe('a reader of news', () => {
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

  test('hears that the server is there', async () => {
    await restart({ heartbeatMs: 2 });
    const client = await follow('/countries/PK/live');
    await client.until(() => client.heartbeats >= 3);
    expect(client.all).toEqual([]);
  });

  test('who takes nothing for a while holds one message back, and is told the rest in one', async () => {
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

  test('who takes nothing for too long is cut off, and others are not', async () => {
    await restart({ heartbeatMs: 5, stallMs: 20 });
    const healthy = await follow('/countries/CN/live');
    const deaf = await openDeaf('/countries/CN/live');
    deaf.cork();
    await record(briefing);
    await once(deaf, 'close');
    await record(briefing);
    await healthy.until(() => healthy.sum >= 2);
    await healthy.until(() => healthy.heartbeats > 10);
    expect(healthy.sum).toBe(2);
  });

  test('is one of so many, and there is room again when one leaves', async () => {
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

  test('is let go when the server stops, with a whole answer, and a later one at once', async () => {
    const open = [await follow('/countries/PK/live'), await follow('/statements/live')];
    const deaf = await openDeaf('/countries/PK/live');
    deaf.cork();
    await record(mou);
    const closed = once(deaf, 'close');
    chancery.stop();
    expect(await Promise.all(open.map(({ ended }) => ended))).toEqual(['whole', 'whole']);
    await closed;
    expect(await (await follow('/countries/PK/live')).ended).toBe('whole');
  });

  test('costs no memory that grows, though a hundred take nothing, and others are served', async () => {
    const BYTES_MAX = 64 << 10;
    const deaf: Socket[] = [];
    for (let number = 0; number < 100; number += 1) deaf.push(await openDeaf('/countries/CN/live'));
    // given: for half of them not even the system takes anything
    for (const socket of deaf.slice(0, 50)) socket.cork();
    const healthy = await follow('/countries/CN/live');
    await recordMany(300);
    expect(Math.max(...deaf.map((socket) => socket.writableLength))).toBeLessThan(BYTES_MAX);
    expect(deaf.reduce((sum, socket) => sum + socket.writableLength, 0)).toBeLessThan(100_000);
    await healthy.until(() => healthy.sum >= 301);
    expect(healthy.sum).toBe(301);
    expect((await get('/countries/CN?limit=200')).json.entries).toHaveLength(200);
    // when: the server stops
    const closed = deaf.map((socket) => once(socket, 'close'));
    chancery.stop();
    await Promise.all(closed);
  });
});

import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { agreements } from '../../projections/agreements.ts';
import { projections } from '../../projections/index.ts';
import { createRecorder } from '../../src/append/recorder.ts';
import { ALWAYS_CONNECTED } from '../../src/event-store/connectivity.ts';
import {
  AppendTooLargeError,
  StoreBusyError,
  StoreFailedError,
  StoreFullError,
  StoreUnavailableError,
  UnreadableEventError,
} from '../../src/event-store/event-store.ts';
import { numberedPosition } from '../../src/event-store/position.ts';
import { type AppDependencies, createApp } from '../../src/http/app.ts';
import type { RequestFailed } from '../../src/http/protocol/context.ts';
import { PROBLEM_TYPES } from '../../src/http/protocol/problems.ts';
import type { MountedProjection } from '../../src/projector/mounted-projection.ts';
import type { Ordinal } from '../../src/projector/timeline-store.ts';
import { InMemoryEventStore } from '../../src/testing/in-memory/in-memory-event-store.ts';
import { briefing } from '../append/sent-events.ts';
import { type Harness, startHarness } from '../harness.ts';
import { ask, post } from './client.ts';

describe('the addresses', () => {
  let chancery: Harness;
  beforeAll(async () => {
    chancery = await startHarness();
  });
  afterAll(() => chancery.close());

  test.each([
    ['/events', 'DELETE', 'GET, HEAD, POST'],
    ['/events', 'PUT', 'GET, HEAD, POST'],
    ['/events/1', 'PATCH', 'GET, HEAD'],
    ['/streams/mou-1', 'POST', 'GET, HEAD'],
    ['/countries', 'POST', 'GET, HEAD'],
    ['/countries/PK', 'DELETE', 'GET, HEAD'],
    ['/topics/tariffs', 'POST', 'GET, HEAD'],
    ['/relations/CN/PK', 'POST', 'GET, HEAD'],
    ['/', 'POST', 'GET, HEAD'],
  ])('%s does not take %s', async (path, method, allowed) => {
    const answer = await ask(chancery.url, path, { method });
    expect(answer).toMatchObject({ status: 405, headers: { allow: allowed }, json: { status: 405 } });
  });

  test.each(['/nowhere', '/events/1/2', '/countries/PK/x', '/relations/CN', '/problems/none', '/%zz'])(
    '%s leads nowhere',
    async (path) => {
      expect(await ask(chancery.url, path)).toMatchObject({
        status: 404,
        json: { type: '/problems/unknown-resource' },
      });
    },
  );

  test.each(['/countries/%E0%A4%A', '/events/%zz', '/streams/%', '/topics/%ff'])(
    '%s cannot be decoded',
    async (path) => {
      expect(await ask(chancery.url, path)).toMatchObject({
        status: 400,
        json: { type: '/problems/invalid-path' },
      });
    },
  );

  test.each([
    '/',
    '/events',
    '/countries',
    '/countries/PK',
    '/topics',
    '/relations',
    '/relations/CN/PK',
    '/statements',
    '/mous',
    '/mous/unknown',
    '/record',
    '/record/shipment',
    '/healthz',
    '/readyz',
  ])('%s answers HEAD as it does GET, without the body', async (path) => {
    const [whole, head] = [await ask(chancery.url, path), await ask(chancery.url, path, { method: 'HEAD' })];
    expect([head.status, head.headers['content-length'], head.text]).toEqual([
      200,
      whole.headers['content-length'],
      '',
    ]);
  });

  test('/ links to the others', async () => {
    const { json } = await ask(chancery.url, '/');
    for (const path of [
      json.links.events,
      json.links.countries,
      json.links.topics,
      json.links.relations,
      json.links.readiness,
    ]) {
      expect((await ask(chancery.url, path)).status).toBe(200);
    }
  });

  test('/healthz and /readyz tell that all is well', async () => {
    expect((await ask(chancery.url, '/healthz')).json).toEqual({ status: 'alive' });
    expect((await ask(chancery.url, '/readyz')).json).toMatchObject({
      status: 'ready',
      projections: projections.map(({ name }) => ({ name, state: 'live' })),
    });
  });

  test('/problems/{code} explains every problem', async () => {
    for (const [code, { status, title }] of Object.entries(PROBLEM_TYPES)) {
      const { json } = await ask(chancery.url, `/problems/${code}`);
      expect(json).toEqual({ type: `/problems/${code}`, status, title });
    }
    expect((await ask(chancery.url, '/problems/toString')).status).toBe(404);
  });
});

describe('a server whose parts fail', () => {
  let server: Server;
  let signals: RequestFailed[] = [];
  afterEach(() => {
    server.close();
    signals = [];
  });

  const timeline = (state: MountedProjection['state'], name = 'country'): MountedProjection => ({
    name,
    version: 1,
    state,
    stop: undefined,
    isAlive: true,
    eventsPerSecond: 0,
    position: undefined,
    waitFor: async () => false,
    follow: () => {},
    reader: {
      projection: 'country@1',
      checkpoint: () => undefined,
      lastChange: () => {
        throw new Error('secret: the disk at /dev/sda is gone');
      },
      momentAt: () => undefined,
      page: () => ({ entries: [], next: undefined }),
      summary: () => undefined,
      density: () => [],
      changes: () => 0,
      index: () => [],
    },
  });

  const timelinesWith = (state: MountedProjection['state']) => {
    const live = projections.map(({ name }) => [name, timeline('live', name)]);
    return { ...Object.fromEntries(live), country: timeline(state) } as AppDependencies['projections'];
  };

  async function serve(dependencies: Partial<AppDependencies>): Promise<string> {
    const store = new InMemoryEventStore(() => new Date());
    const timelines = timelinesWith('live');
    const signal = (failed: RequestFailed) => signals.push(failed);
    const recorder = createRecorder(store);
    const clock = () => new Date();
    const rebuilds = { start: () => false, last: () => undefined, cancel: () => false };
    const parts = {
      recorder,
      store,
      connectivity: ALWAYS_CONNECTED,
      projections: timelines,
      agreementChains: agreements,
      definitions: projections,
      rebuilds,
      clock,
      actor: 'local',
      stopping: new AbortController().signal,
      signal,
    };
    server = createServer(createApp({ ...parts, ...dependencies }));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  const failing = (error: Error) => {
    const store = new InMemoryEventStore(() => new Date());
    store.append = () => Promise.reject(error);
    return { recorder: createRecorder(store) };
  };

  test.each<[string, Error, number, string]>([
    ['is busy', new StoreBusyError('8192 waiting'), 503, '/problems/log-busy'],
    ['is full', new StoreFullError('ENOSPC'), 507, '/problems/log-full'],
    ['has failed', new StoreFailedError('EIO'), 503, '/problems/log-failed'],
    ['is away', new StoreUnavailableError('no answer'), 503, '/problems/log-unavailable'],
    ['takes nothing so large', new AppendTooLargeError('At most 1 MiB.'), 413, '/problems/too-large'],
    [
      'has an event of somebody else',
      new UnreadableEventError(
        { stream: 's', revision: 1, eventId: 'e', position: numberedPosition(1) },
        'foreign',
      ),
      500,
      '/problems/unreadable-event',
    ],
    ['does what nobody foresaw', new Error('secret: at /var/lib'), 500, '/problems/internal-error'],
  ])('says so when the log %s, for an event and for a line', async (_name, error, status, type) => {
    const url = await serve(failing(error));
    const answer = await post(url, briefing);
    expect(answer).toMatchObject({ status, json: { type, status } });
    const lines = await post(url, JSON.stringify(briefing), { 'content-type': 'application/x-ndjson' });
    expect(JSON.parse(lines.text.split('\n')[0] ?? '')).toMatchObject({ line: 1, status, problem: { type } });
    expect(answer.text + lines.text).not.toContain('secret');
    const signalled = { kind: 'request-failed', method: 'POST', path: '/events', error };
    expect(signals).toEqual(type === '/problems/internal-error' ? [signalled, signalled] : []);
  });

  test('tells the log, not the client, what happened', async () => {
    const url = await serve({});
    const answer = await ask(url, '/countries/PK');
    expect(answer).toMatchObject({ status: 500, json: { type: '/problems/internal-error' } });
    expect(answer.text).not.toContain('secret');
    expect(signals).toMatchObject([
      { path: '/countries/PK', error: { message: expect.stringContaining('secret') } },
    ]);
  });

  test('answers with a problem when a record is too contended', async () => {
    const store = new InMemoryEventStore(() => new Date());
    store.append = async () => ({ outcome: 'wrong-revision', actual: 'no-stream' });
    const answer = await post(await serve({ recorder: createRecorder(store) }), briefing);
    expect(answer).toMatchObject({
      status: 503,
      headers: { 'retry-after': '1' },
      json: { type: '/problems/stream-contended' },
    });
  });

  test.each(['catching-up', 'stopped'] as const)('is not ready while a projection is %s', async (state) => {
    const url = await serve({ projections: timelinesWith(state) });
    const answer = await ask(url, '/readyz');
    expect(answer).toMatchObject({
      status: 503,
      json: { type: '/problems/not-ready', detail: `country is ${state}` },
    });
    expect(answer.json.projections).toMatchObject(
      projections.map(({ name }) => ({ name, state: name === 'country' ? state : 'live' })),
    );
    expect((await ask(url, '/healthz')).status).toBe(200);
  });

  describe('with its log away', () => {
    const lostAt = new Date('2026-01-01T10:00:00Z');
    const clock = () => new Date('2026-01-01T10:01:30.900Z');
    const moment = {
      ordinal: 7 as Ordinal,
      position: numberedPosition(7),
      instant: '2026-01-01T09:00:00.000Z',
    };
    const held = timeline('live');
    const reader = {
      ...held.reader,
      checkpoint: () => ({ ...moment, eventId: '', lineage: 'l' }),
      lastChange: () => moment,
    } as NonNullable<MountedProjection['reader']>;
    const timelines = { ...timelinesWith('live'), country: { ...held, reader } };
    const store = new InMemoryEventStore(clock);
    store.readAll = () => Promise.reject(new StoreUnavailableError('no answer'));

    test('is not ready, and says since when', async () => {
      const url = await serve({ connectivity: { isConnected: false, unavailableSince: lostAt } });
      expect(await ask(url, '/readyz')).toMatchObject({
        status: 503,
        json: {
          detail: 'the log is unavailable',
          log: { state: 'unavailable', unavailableSince: lostAt.toISOString() },
        },
      });
    });

    test.each([
      ['in seconds since it was lost', lostAt, '90'],
      ['since their last event, when it was not found yet', undefined, '3690'],
    ])('serves timelines with their age, %s', async (_, since, age) => {
      const url = await serve({
        connectivity: { isConnected: false, unavailableSince: since },
        projections: timelines,
        clock,
        store,
      });
      for (const path of ['/countries/PK', '/countries']) {
        const answer = await ask(url, path);
        expect(answer).toMatchObject({ status: 200, headers: { age } });
        const { etag } = answer.headers;
        const again = await ask(url, path, { headers: { 'if-none-match': String(etag) } });
        expect(again).toMatchObject({ status: 304, headers: { age } });
      }
    });

    test('does not know how far behind its timelines are', async () => {
      const url = await serve({
        connectivity: { isConnected: false, unavailableSince: lostAt },
        projections: timelines,
        store,
      });
      expect((await ask(url, '/projections/country')).json.lag).toEqual({ events: null, ms: null });
    });
  });

  test('tells no age while the log is there', async () => {
    const url = await serve({});
    expect((await ask(url, '/topics')).headers).not.toHaveProperty('age');
  });

  test('is not ready, and says who is ill, when nothing is heard of a projector whose lag is nothing', async () => {
    const timelines = timelinesWith('live');
    const url = await serve({ projections: { ...timelines, topic: { ...timelines.topic, isAlive: false } } });
    expect(await ask(url, '/readyz')).toMatchObject({ status: 503, json: { detail: 'topic is silent' } });
    expect((await ask(url, '/projections/topic')).json).toMatchObject({
      state: 'live',
      alive: false,
      healthy: false,
      lag: { events: 0, ms: 0 },
    });
    expect((await ask(url, '/projections/country')).json).toMatchObject({ alive: true, healthy: true });
  });

  test.each([
    '/countries/PK',
    '/countries',
    '/relations/CN/PK',
    '/statements',
    '/mous',
    '/mous/unknown',
    '/mous/mou-x',
  ])('says that the first timelines are being made: %s', async (path) => {
    const absent = Object.values(timelinesWith('building')).map((timeline) => [
      timeline.name,
      { ...timeline, reader: undefined },
    ]);
    const url = await serve({ projections: Object.fromEntries(absent) });
    expect(await ask(url, path)).toMatchObject({
      status: 503,
      headers: { 'retry-after': '1' },
      json: { type: '/problems/projection-building' },
    });
    expect((await ask(url, '/projections')).json.projections[0]).toMatchObject({ serves: null, events: 0 });
  });
});

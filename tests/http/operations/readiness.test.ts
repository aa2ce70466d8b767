import { describe, expect, test } from '@jest/globals';
import { projections as definitions } from '../../../projections/index.ts';
import { StoreUnavailableError } from '../../../src/event-store/event-store.ts';
import { numberedPosition } from '../../../src/event-store/position.ts';
import type { MountedProjection } from '../../../src/projector/mounted-projection.ts';
import type { Ordinal } from '../../../src/projector/timeline-store.ts';
import { InMemoryEventStore } from '../../../src/testing/in-memory/in-memory-event-store.ts';
import { ask } from '../support/client.ts';
import { stubProjection, stubProjections, stubServer } from '../support/stub-server.ts';

const { serve } = stubServer();

describe('GET /readyz', () => {
  test.each(['catching-up', 'stopped'] as const)('returns 503 while a projection is %s', async (state) => {
    const url = await serve({ projections: stubProjections(state) });
    const answer = await ask(url, '/readyz');
    expect(answer).toMatchObject({
      status: 503,
      json: { type: '/problems/not-ready', detail: `country is ${state}` },
    });
    expect(answer.json.projections).toMatchObject(
      definitions.map(({ name }) => ({ name, state: name === 'country' ? state : 'live' })),
    );
    expect((await ask(url, '/healthz')).status).toBe(200);
  });

  test('says when a stopped projection retries', async () => {
    const projections = stubProjections('stopped');
    const country = { ...projections.country, retryInMs: 4_000 };
    const url = await serve({ projections: { ...projections, country } });
    const [first, ...others] = (await ask(url, '/readyz')).json.projections;
    expect(first).toMatchObject({ name: 'country', state: 'stopped', retryInMs: 4_000 });
    for (const { retryInMs } of others) expect(retryInMs).toBe(null);
    expect((await ask(url, '/projections/country')).json.retryInMs).toBe(4_000);
  });

  test('returns 503 if the heartbeat of a projector is overdue, even without lag', async () => {
    const projections = stubProjections('live');
    const url = await serve({
      projections: { ...projections, topic: { ...projections.topic, isAlive: false } },
    });
    expect(await ask(url, '/readyz')).toMatchObject({ status: 503, json: { detail: 'topic is silent' } });
    expect((await ask(url, '/projections/topic')).json).toMatchObject({
      state: 'live',
      alive: false,
      healthy: false,
      lag: { events: 0, ms: 0 },
    });
    expect((await ask(url, '/projections/country')).json).toMatchObject({ alive: true, healthy: true });
  });
});

describe('a server whose log is unavailable', () => {
  const unavailableSince = new Date('2026-01-01T10:00:00Z');
  const clock = () => new Date('2026-01-01T10:01:30.900Z');
  const logPoint = {
    ordinal: 7 as Ordinal,
    position: numberedPosition(7),
    instant: '2026-01-01T09:00:00.000Z',
  };
  const live = stubProjection('live');
  const reader = {
    ...live.reader,
    checkpoint: () => ({ ...logPoint, eventId: '', lineage: 'l' }),
    lastChange: () => logPoint,
  } as NonNullable<MountedProjection['reader']>;
  const projections = { ...stubProjections('live'), country: { ...live, reader } };
  const store = new InMemoryEventStore(clock);
  store.readAll = () => Promise.reject(new StoreUnavailableError('no answer'));

  test('is not ready, and says since when and why', async () => {
    const reason = 'The server does not use TLS: set tls=false.';
    const connectivity = { isConnected: false, unavailableSince, reason };
    const url = await serve({ connectivity, projections, clock, store });
    const page = await ask(url, '/countries/PK', { headers: { accept: 'text/html' } });
    expect(page.text).toContain(reason);
    expect(await ask(url, '/readyz')).toMatchObject({
      status: 503,
      json: {
        detail: 'the log is unavailable',
        log: { state: 'unavailable', unavailableSince: unavailableSince.toISOString(), reason },
      },
    });
  });

  test.each([
    ['since it was lost', unavailableSince, '90'],
    ['since the last event in the rows, if it was never connected', undefined, '3690'],
  ])('serves timelines with Age in seconds %s', async (_, since, age) => {
    const url = await serve({
      connectivity: { isConnected: false, unavailableSince: since },
      projections,
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

  test('does not know the lag of its projections', async () => {
    const connectivity = { isConnected: false, unavailableSince };
    const url = await serve({ connectivity, projections, store });
    expect((await ask(url, '/projections/country')).json.lag).toEqual({ events: null, ms: null });
  });
});

describe('timelines whose projection is stopped or silent', () => {
  const clock = () => new Date('2026-01-01T10:01:30.900Z');
  const logPoint = {
    ordinal: 7 as Ordinal,
    position: numberedPosition(7),
    instant: '2026-01-01T10:00:00.000Z',
  };

  test.each([
    ['stopped', { state: 'stopped' }],
    ['silent', { isAlive: false }],
  ] as const)('are served with Age and a banner: %s', async (_name, problem) => {
    const stub = stubProjection('live');
    const reader = {
      ...stub.reader,
      checkpoint: () => ({ ...logPoint, eventId: '', lineage: 'l' }),
      lastChange: () => logPoint,
    } as NonNullable<MountedProjection['reader']>;
    const projections = { ...stubProjections('live'), country: { ...stub, reader, ...problem } };
    const url = await serve({ projections, clock });
    expect(await ask(url, '/countries/PK')).toMatchObject({ status: 200, headers: { age: '90' } });
    const page = await ask(url, '/countries/PK', { headers: { accept: 'text/html' } });
    expect(page).toMatchObject({ status: 200, headers: { age: '90' } });
    expect(page.text).toContain('This timeline cannot be updated at the moment');
    expect((await ask(url, '/topics')).headers).not.toHaveProperty('age');
  });
});

test('timelines have no Age while the log is connected', async () => {
  const url = await serve();
  expect((await ask(url, '/topics')).headers).not.toHaveProperty('age');
});

test.each([
  '/countries/PK',
  '/countries',
  '/relations/CN/PK',
  '/statements',
  '/mous',
  '/mous/unknown',
  '/mous/mou-x',
])('%s returns 503 while the first rows are being built', async (path) => {
  const building = Object.values(stubProjections('building')).map((projection) => [
    projection.name,
    { ...projection, reader: undefined },
  ]);
  const url = await serve({ projections: Object.fromEntries(building) });
  expect(await ask(url, path)).toMatchObject({
    status: 503,
    headers: { 'retry-after': '1' },
    json: { type: '/problems/projection-building' },
  });
  expect((await ask(url, '/projections')).json.projections[0]).toMatchObject({ serves: null, events: 0 });
});

import { afterEach, describe, expect, test } from '@jest/globals';
import { briefing, mou, uuid } from '../../append/sent-events.ts';
import { until } from '../../cli/polling.ts';
import { type Harness, startHarness } from '../../harness.ts';
import { ask, post } from '../support/client.ts';
import { openUpdates } from '../support/sse-client.ts';

const UUID = /^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/;

let chancery: Harness;
afterEach(() => chancery.close());

const start = async (logsRequests: boolean): Promise<void> => {
  chancery = await startHarness(() => new Date(), {}, logsRequests);
};

/** Resolves to the signals of a kind as soon as there are this many. */
async function signalsOf(kind: string, count: number) {
  const matching = () => chancery.signals.filter((signal) => signal.kind === kind);
  await until(() => matching().length >= count);
  return matching();
}

describe('the request id', () => {
  test.each(['a', 'trace-7.A_b', 'x'.repeat(64)])('is that of the client: %s', async (id) => {
    await start(false);
    const headers = { 'x-request-id': id };
    const answer = await ask(chancery.url, '/countries/PK', { headers });
    expect(answer.headers['x-request-id']).toBe(id);
    const problem = await ask(chancery.url, '/nowhere', { headers });
    expect([problem.headers['x-request-id'], problem.json.requestId]).toEqual([id, id]);
  });

  test.each(['', 'x'.repeat(65), 'a b', 'a,b', 'ä', '<b>', '"a"'])(
    'is a new UUID instead of %j',
    async (id) => {
      await start(false);
      const headers = { 'x-request-id': id };
      const { headers: received, json } = await ask(chancery.url, '/nowhere', { headers });
      expect(received['x-request-id']).toMatch(UUID);
      expect(json.requestId).toBe(received['x-request-id']);
    },
  );

  test('differs between requests, and is sent with every kind of response', async () => {
    await start(false);
    await post(chancery.url, mou);
    const { headers } = await ask(chancery.url, '/countries/PK?after=1');
    const conditional = { 'if-none-match': String(headers['etag']) };
    const answers = [
      await ask(chancery.url, '/countries/PK'),
      await ask(chancery.url, '/countries/PK'),
      await ask(chancery.url, '/countries/PK', { headers: conditional }),
      await ask(chancery.url, '/countries/PK', { headers: { accept: 'text/html' } }),
      await ask(chancery.url, '/countries/pakistan'),
      await ask(chancery.url, '/countries', { method: 'POST' }),
      await ask(chancery.url, '/countries/%ff'),
      await ask(chancery.url, '/record/mou', { method: 'POST', headers: { origin: 'null' } }),
      await post(chancery.url, JSON.stringify(briefing), { 'content-type': 'application/x-ndjson' }),
    ];
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 304, 200, 308, 405, 400, 403, 200]);
    const ids = answers.map((answer) => answer.headers['x-request-id']);
    expect(ids).toEqual(ids.map(() => expect.stringMatching(UUID)));
    expect(new Set(ids).size).toBe(ids.length);
  });
});

describe('the request log', () => {
  test('is silent unless it is switched on', async () => {
    await start(false);
    await post(chancery.url, mou);
    await ask(chancery.url, '/countries/PK');
    expect(chancery.signals).toEqual([]);
  });

  test('has one signal per request, with the pattern of its route', async () => {
    await start(true);
    const known = await ask(chancery.url, '/countries/PK?limit=5');
    const again = await ask(chancery.url, '/countries/PK');
    const unknown = await ask(chancery.url, '/nowhere?x=1');
    const refused = await ask(chancery.url, '/record/mou', { method: 'POST', headers: { origin: 'null' } });
    const common = { kind: 'request-completed', ms: expect.any(Number), address: '127.0.0.1' };
    const idOf = ({ headers }: typeof known) => headers['x-request-id'];
    expect(await signalsOf('request-completed', 4)).toEqual([
      { ...common, method: 'GET', route: '/countries/:code', status: 200, requestId: idOf(known) },
      { ...common, method: 'GET', route: '/countries/:code', status: 200, requestId: idOf(again) },
      { ...common, method: 'GET', route: '/nowhere', status: 404, requestId: idOf(unknown) },
      { ...common, method: 'POST', route: '/record/mou', status: 403, requestId: idOf(refused) },
    ]);
  });

  test('has the signal of a stream when the client disconnects', async () => {
    await start(true);
    const client = await openUpdates(chancery.url, '/countries/PK/live');
    expect(chancery.signals).toEqual([]);
    client.break();
    expect(await signalsOf('request-completed', 1)).toMatchObject([
      { route: '/countries/:code/live', status: 200 },
    ]);
  });

  test('has one signal per append, with the position of the last event', async () => {
    await start(true);
    const headers = { 'x-request-id': 'one' };
    await post(chancery.url, [mou, { ...mou, id: uuid(2) }], headers);
    await post(chancery.url, { ...mou, id: uuid(2) }, headers);
    const lines = [briefing, mou, {}].map((event) => JSON.stringify(event)).join('\n');
    await post(chancery.url, lines, { 'x-request-id': 'many', 'content-type': 'application/x-ndjson' });
    await signalsOf('request-completed', 3);
    const { kind } = { kind: 'events-appended' };
    expect(chancery.signals.filter((signal) => signal.kind === kind)).toEqual([
      { kind, stream: mou.stream, position: '2', requestId: 'one' },
      { kind, stream: expect.stringMatching(/^briefing-/), position: '3', requestId: 'many' },
      { kind, stream: mou.stream, position: '4', requestId: 'many' },
    ]);
  });

  test('includes appends by a form', async () => {
    await start(true);
    const fields = new URLSearchParams({
      do: 'record',
      '/id': uuid(1),
      '/occurred': '2025-10',
      '/data/goods/0/description': 'antimony',
      '/data/origin/country': 'PK',
      '/data/destination/country': 'US',
      '/sources/0/outlet': 'Dawn',
    });
    const { status, headers } = await ask(chancery.url, '/record/shipment', {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: String(fields),
    });
    expect(status).toBe(303);
    expect(await signalsOf('events-appended', 1)).toMatchObject([
      { position: '1', requestId: headers['x-request-id'] },
    ]);
  });
});

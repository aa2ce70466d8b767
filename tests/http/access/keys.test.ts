import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type GivenKey, giveKey } from '../../access/open-access.ts';
import { amendment, briefing, correction, mou, retraction, uuid } from '../../append/sent-events.ts';
import { type Harness, startHarness } from '../../harness.ts';
import { ask, post } from '../support/client.ts';

let now = new Date('2025-11-01T12:00:00Z');
let chancery: Harness;
let reader: GivenKey;
let recorder: GivenKey;
let curator: GivenKey;

beforeAll(async () => {
  chancery = await startHarness(() => now);
});
afterAll(() => chancery.close());

describe('a server without keys', () => {
  test('lets everybody do everything', async () => {
    expect((await post(chancery.url, { ...briefing, id: uuid(1) })).status).toBe(201);
    expect((await ask(chancery.url, `/events/${uuid(1)}`)).json.event.actor).toBe('local');
  });
});

describe('a server with keys', () => {
  beforeAll(() => {
    reader = giveKey(chancery.access, { role: 'reader' });
    recorder = giveKey(chancery.access, { role: 'recorder', name: 'Anna', scope: ['mou-', 'shipment-'] });
    curator = giveKey(chancery.access, { role: 'curator' });
  });

  test('asks for a key, and says how to send it', async () => {
    const { status, headers, json } = await ask(chancery.url, '/countries');
    expect([status, json.type]).toEqual([401, '/problems/authentication-required']);
    expect(headers).toMatchObject({
      'www-authenticate': 'Bearer realm="Chancery"',
      'cache-control': 'no-store',
    });
  });

  test.each([
    ['an unknown one', () => `Bearer chancery_key_${'0'.repeat(12)}_${'0'.repeat(64)}`],
    [
      'one with another secret',
      () => `Bearer ${reader.secret.slice(0, -1)}${reader.secret.endsWith('0') ? 1 : 0}`,
    ],
    ['something else', () => 'Bearer let-me-in'],
  ])('refuses %s, also where no key is needed', async (_name, authorization) => {
    for (const path of ['/countries', '/healthz']) {
      const answer = await ask(chancery.url, path, { headers: { authorization: authorization() } });
      expect([answer.status, answer.json.type]).toEqual([401, '/problems/invalid-key']);
      expect(answer.headers['www-authenticate']).toContain('invalid_token');
    }
  });

  test('lets a reader read and not add', async () => {
    const { headers } = reader;
    expect((await ask(chancery.url, '/countries', { headers })).status).toBe(200);
    const { status, json } = await post(chancery.url, briefing, headers);
    expect([status, json.permission]).toEqual([403, 'record']);
  });

  test('takes the name of the key as the actor of an event, and no other', async () => {
    const { headers } = recorder;
    expect((await post(chancery.url, { ...mou, id: uuid(2) }, headers)).status).toBe(201);
    expect((await ask(chancery.url, `/events/${uuid(2)}`, { headers })).json.event.actor).toBe('Anna');
    const forged = await post(chancery.url, { ...mou, stream: 'mou-other', actor: 'Eve' }, headers);
    expect(forged.status).toBe(400);
  });

  test('lets a recorder neither correct nor retract, and tells it which event of an array it may not add', async () => {
    const { headers } = recorder;
    const { status, json } = await post(chancery.url, retraction(uuid(2)), headers);
    expect([status, json.permission, json.pointer]).toEqual([403, 'curate', '']);
    const events = [amendment, retraction(uuid(2))];
    const both = await post(chancery.url, events, headers);
    expect([both.status, both.json.pointer]).toEqual([403, '/1']);
    expect((await ask(chancery.url, `/streams/${mou.stream}`, { headers })).json.events).toHaveLength(1);
  });

  test('lets a curator correct', async () => {
    const corrected = correction(uuid(2));
    expect((await post(chancery.url, corrected, curator.headers)).status).toBe(201);
  });

  test('lets a key add to the streams of its scope only, whatever the format', async () => {
    const { headers } = recorder;
    const { status, json } = await post(chancery.url, { ...briefing, stream: 'briefing-x' }, headers);
    expect([status, json.detail]).toEqual([
      403,
      'The key is for streams that begin with mou- or shipment-, not for briefing-x.',
    ]);
    const lines = [briefing, { ...mou, stream: 'mou-lines' }]
      .map((event) => JSON.stringify(event))
      .join('\n');
    const bulk = await post(chancery.url, lines, { ...headers, 'content-type': 'application/x-ndjson' });
    expect(bulk.text).toContain('/problems/not-permitted');
    expect(bulk.text).toContain('"recorded":1');
    const checked = await ask(chancery.url, '/events?dryRun=true', {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json' },
      body: JSON.stringify(briefing),
    });
    expect(checked.status).toBe(403);
  });

  test('refuses a key from the instant at which it expires', async () => {
    const { headers } = giveKey(chancery.access, { role: 'reader', expiresMs: now.getTime() + 1 });
    expect((await ask(chancery.url, '/countries', { headers })).status).toBe(200);
    now = new Date(now.getTime() + 1);
    expect((await ask(chancery.url, '/countries', { headers })).json.type).toBe('/problems/invalid-key');
  });

  test('refuses a key that was revoked, but no other of the same name', async () => {
    const [one, other] = [
      giveKey(chancery.access, { role: 'reader' }),
      giveKey(chancery.access, { role: 'reader' }),
    ];
    expect((await ask(chancery.url, '/countries', one)).status).toBe(200);
    expect(chancery.access.store.revokeKey(one.id, Date.now())).toBe(true);
    expect(chancery.access.store.revokeKey(one.id, Date.now())).toBe(false);
    expect((await ask(chancery.url, '/countries', one)).status).toBe(401);
    expect((await ask(chancery.url, '/countries', other)).status).toBe(200);
  });

  test('stays closed when all keys are revoked, and takes no wrong keys from an address that sent many', async () => {
    const { store } = chancery.access;
    const { headers } = giveKey(chancery.access, { role: 'reader' });
    for (let guess = 0; guess < 20; guess += 1) {
      await ask(chancery.url, '/countries', { headers: { authorization: `Bearer guess-${guess}` } });
    }
    const blocked = await ask(chancery.url, '/countries', { headers });
    expect([blocked.status, blocked.json.type]).toEqual([429, '/problems/too-many-wrong-keys']);
    expect(Number(blocked.headers['retry-after'])).toBeGreaterThan(0);
    for (const { id } of store.keys()) store.revokeKey(id, Date.now());
    expect((await ask(chancery.url, '/countries')).status).toBe(401);
  });
});

test('a server with public reading lets those read who have no key', async () => {
  const open = await startHarness(undefined, {}, false, { publicRead: true });
  const { headers } = giveKey(open.access, { role: 'recorder' });
  expect((await ask(open.url, '/countries')).status).toBe(200);
  expect((await post(open.url, mou)).json.type).toBe('/problems/authentication-required');
  expect((await post(open.url, mou, headers)).status).toBe(201);
  await open.close();
});

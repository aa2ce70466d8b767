import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { AccessRole } from '../../src/access/permissions.ts';
import type { Principal } from '../../src/access/principal.ts';
import { correction, mou, retraction, uuid } from '../append/sent-events.ts';
import { until } from '../cli/polling.ts';
import { type Harness, startHarness } from '../harness.ts';
import { type Answer, ask } from '../http/support/client.ts';
import { formIn } from '../http/support/sent-forms.ts';
import { stubServer } from '../http/support/stub-server.ts';
import { Receiver } from '../webhooks/receiver.ts';

const GROUND = { ground: 'court-order', basis: 'Lahore High Court, order 12/2025' };
const SECRET = 'Zweigenthal';

const post = (url: string, body: object, path = '/events') =>
  ask(url, path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });

let chancery: Harness;
let receiver: Receiver;
let now = new Date('2026-11-26T08:00:00Z');
let principal: Principal;
let events = 0;

function person(name: string, role: AccessRole = 'admin'): Principal {
  return { name, role, scope: [''], authenticatedBy: 'key' };
}

beforeAll(async () => {
  receiver = await new Receiver().start();
  chancery = await startHarness(() => now, {}, false, {
    authenticate: async () => principal,
    webhooks: { retryDelaysMs: [60_000] },
  });
});

beforeEach(() => {
  principal = person('ann');
});

afterAll(async () => {
  await chancery.close();
  await receiver.close();
});

async function send(path: string, body: unknown, as = 'ann'): Promise<Answer> {
  principal = person(as);
  return post(chancery.url, body as object, path);
}

/** Records an agreement whose title contains the text, and returns its id and record. */
async function sign(text = SECRET): Promise<{ readonly id: string; readonly stream: string }> {
  events += 1;
  const event = { id: uuid(100 + events), stream: `mou-redacted-${events}` };
  const data = { ...mou.data, title: `Memorandum of ${text}`, subject: `${text} ore` };
  expect(await post(chancery.url, { ...mou, ...event, data })).toMatchObject({ status: 201 });
  return event;
}

async function askFor(event: string): Promise<string> {
  const { status, json } = await send('/redactions', { event, ...GROUND });
  expect([status, json.errors]).toEqual([201, undefined]);
  return json.id;
}

const settle = (id: string, decision: string, as: string) => send(`/redactions/${id}`, { decision }, as);
const show = (path: string, accept = 'application/json') => ask(chancery.url, path, { headers: { accept } });

describe('A removal', () => {
  test('is asked for by one administrator and confirmed by another', async () => {
    const { id: event, stream } = await sign();
    const id = await askFor(event);
    expect((await show(`/redactions/${id}`)).json).toMatchObject({
      state: 'asked',
      askedBy: 'ann',
      settledBy: null,
      covers: [{ id: event, type: 'MouSigned' }],
    });
    expect((await show(`/events/${event}`)).text).toContain(SECRET);
    expect(await settle(id, 'confirm', 'ann')).toMatchObject({
      status: 403,
      json: { type: '/problems/second-person-required' },
    });
    expect((await show(`/events/${event}`)).text).toContain(SECRET);
    expect(await settle(id, 'confirm', 'ben')).toMatchObject({ status: 200, json: { settledBy: 'ben' } });
    for (const path of [`/events/${event}`, `/streams/${stream}`, '/events', '/events.ndjson']) {
      expect((await show(path)).text).not.toContain(SECRET);
    }
    const { json } = await show(`/events/${event}`);
    expect(json).toMatchObject({
      event: {
        type: 'MouSigned',
        data: {
          countries: [
            ['US', 'party'],
            ['PK', 'party'],
          ],
        },
        sources: [],
        redacted: [{ by: id }],
      },
      redactions: [{ by: id, ...GROUND, recordedAt: now.toISOString() }],
    });
    expect((await show(`/events/${id}`)).json.event).toMatchObject({
      type: 'EventRedacted',
      actor: 'ann',
      data: { redacts: event, ...GROUND, confirmedBy: 'ben' },
    });
  });

  test('covers the corrections and the retraction of the event', async () => {
    const { id: event, stream } = await sign();
    const data = { ...mou.data, title: `Treaty of ${SECRET}` };
    await post(chancery.url, { ...correction(event, stream, data), id: uuid(901) });
    await post(chancery.url, { ...retraction(event, stream), id: uuid(902) });
    const id = await askFor(event);
    const { covers } = (await show(`/redactions/${id}`)).json;
    expect(covers.map((each: { id: string }) => each.id)).toEqual([event, uuid(901), uuid(902)]);
    await settle(id, 'confirm', 'ben');
    for (const path of [`/streams/${stream}`, '/events']) {
      expect((await show(path)).text).not.toContain(SECRET);
      expect((await show(path)).text).not.toContain('It did not happen.');
    }
  });

  test('leaves the files of the log without the content', async () => {
    const { id: event } = await sign('Ombrellini');
    const id = await askFor(event);
    await settle(id, 'confirm', 'ben');
    await until(async () => (await show(`/redactions/${id}`)).json.state === 'done');
    const files = readdirSync(chancery.dataDir).filter((name) =>
      /^(log|webhooks|redactions|tree)\./.test(name),
    );
    expect(files).toContain('log.db');
    for (const name of files)
      expect(readFileSync(join(chancery.dataDir, name)).includes('Ombrellini')).toBe(false);
  });

  test('can be rejected, by whoever asked as well, and then not be confirmed', async () => {
    const { id: event } = await sign();
    const id = await askFor(event);
    expect(await settle(id, 'reject', 'ann')).toMatchObject({ status: 200, json: { state: 'rejected' } });
    expect(await settle(id, 'confirm', 'ben')).toMatchObject({
      status: 409,
      json: { type: '/problems/redaction-settled' },
    });
    expect((await show(`/events/${event}`)).text).toContain(SECRET);
  });

  test('expires if nobody confirms it', async () => {
    const { id: event } = await sign();
    const id = await askFor(event);
    const before = now;
    now = new Date(now.getTime() + 8 * 86_400_000);
    expect((await show(`/redactions/${id}`)).json.state).toBe('expired');
    expect((await settle(id, 'confirm', 'ben')).status).toBe(409);
    now = before;
  });

  test('is not undone by sending the event again', async () => {
    const event = { ...mou, id: uuid(950), stream: 'mou-again' };
    await post(chancery.url, event);
    await settle(await askFor(event.id), 'confirm', 'ben');
    expect(await post(chancery.url, event)).toMatchObject({
      status: 410,
      json: { type: '/problems/content-redacted' },
    });
    const again = { ...correction(event.id, event.stream), id: uuid(951) };
    expect(await post(chancery.url, again)).toMatchObject({ status: 409 });
  });

  test.each([
    [{ event: uuid(777_777), ...GROUND }, 404, '/event'],
    [{ event: 'no id', ...GROUND }, 400, '/event'],
    [{ event: uuid(101), ground: 'because', basis: 'x' }, 400, '/ground'],
    [{ event: uuid(101), ground: 'copyright' }, 400, '/basis'],
    [{ event: uuid(101), ...GROUND, reason: 'x' }, 400, '/reason'],
  ])('is refused: %j', async (body, status, pointer) => {
    const { status: actual, json } = await send('/redactions', body);
    expect([actual, json.errors?.[0].pointer]).toEqual([status, pointer]);
    expect(json.type).toBe(`/problems/${status === 404 ? 'unknown-record' : 'invalid-redaction'}`);
  });

  test('is confirmed or rejected, and nothing else', async () => {
    const id = await askFor((await sign()).id);
    expect(await settle(id, 'perhaps', 'ben')).toMatchObject({
      status: 400,
      json: { type: '/problems/invalid-redaction', errors: [{ pointer: '/decision' }] },
    });
    expect(await settle(uuid(778), 'confirm', 'ben')).toMatchObject({
      status: 404,
      json: { type: '/problems/unknown-redaction' },
    });
  });

  test('of a statement that the event does not have is refused, and so is one of a removal', async () => {
    const { id: event } = await sign();
    expect(await send('/redactions', { event, statement: 'x', ...GROUND })).toMatchObject({
      status: 400,
      json: { errors: [{ pointer: '/statement' }] },
    });
    const id = await askFor(event);
    await settle(id, 'confirm', 'ben');
    expect((await send('/redactions', { event, ...GROUND })).status).toBe(410);
    expect(await send('/redactions', { event: id, ...GROUND })).toMatchObject({
      status: 400,
      json: { errors: [{ pointer: '/event' }] },
    });
  });

  test('cannot be sent as an event', async () => {
    const { id: event, stream } = await sign();
    const data = { redacts: event, ...GROUND, redacted: [] };
    const sent = { type: 'EventRedacted', stream, occurred: '2026-11-26', data, sources: mou.sources };
    const { status, json } = await post(chancery.url, sent);
    expect([status, json.errors[0].pointer]).toEqual([400, '/type']);
  });

  test('needs the permission to remove', async () => {
    for (const role of ['reader', 'recorder', 'curator', 'operator', 'auditor'] as const) {
      principal = person('cat', role);
      expect((await ask(chancery.url, '/redactions')).status).toBe(403);
      expect((await post(chancery.url, { event: uuid(1), ...GROUND }, '/redactions')).status).toBe(403);
    }
  });

  test('concerns only records in the scope of a key', async () => {
    const { id: event, stream } = await sign();
    const redactionsBefore = (await show('/redactions')).json.redactions.length;
    const id = await askFor(event);
    principal = { ...person('dan'), scope: ['shipment-'] };
    const refusals = [
      await post(chancery.url, { event, ...GROUND }, '/redactions'),
      await post(chancery.url, { decision: 'confirm' }, `/redactions/${id}`),
      await post(chancery.url, { decision: 'reject' }, `/redactions/${id}`),
    ];
    for (const { status, json } of refusals) {
      expect([status, json.permission, json.detail]).toEqual([
        403,
        'remove',
        expect.stringContaining(stream),
      ]);
    }
    expect((await show(`/redactions/${id}`, 'text/html')).text).not.toContain('name="decision"');
    expect((await show(`/redactions/${id}`)).json.state).toBe('asked');
    expect((await show('/redactions')).json.redactions).toHaveLength(redactionsBefore + 1);
  });

  test('needs keys: an open server cannot tell two persons apart', async () => {
    principal = { ...person('local'), authenticatedBy: 'local' };
    const answer = await post(chancery.url, { event: uuid(101), ...GROUND }, '/redactions');
    expect(answer).toMatchObject({ status: 403, json: { type: '/problems/second-person-required' } });
  });
});

const form = (path: string, fields: Record<string, string>, as: string) => {
  principal = person(as);
  return ask(chancery.url, path, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'text/html' },
    body: String(new URLSearchParams(fields)),
  });
};

describe('The pages of removals', () => {
  test('ask for a removal and confirm it', async () => {
    const { id: event } = await sign();
    const opened = await show(`/redactions?event=${event}`, 'text/html');
    expect(opened.text).toContain(`value="${event}"`);
    const asked = await form('/redactions', { event, statement: '', ...GROUND }, 'ann');
    expect(asked.status).toBe(303);
    const path = String(asked.headers['location']);
    principal = person('ann');
    expect((await show(path, 'text/html')).text).toContain('Another administrator has to confirm it.');
    principal = person('ben');
    expect((await show(path, 'text/html')).text).toContain('Remove the content');
    expect((await form(path, { decision: 'confirm' }, 'ben')).status).toBe(303);
    const { text } = await show(`/events/${event}`, 'text/html');
    expect(text).not.toContain(SECRET);
    expect(text).toContain('court order');
    expect(text).toContain(GROUND.basis);
    expect((await show('/redactions', 'text/html')).text).toContain(GROUND.basis);
  });
});

describe('The form that asks for a removal', () => {
  test.each([
    ['an unknown event', { event: uuid(9_999) }, 404, 'event', 'No event has this id.'],
    ['an unknown statement', { statement: '7' }, 400, 'statement', 'Neither the event nor a correction'],
    ['no ground', { ground: '' }, 400, 'ground', 'required'],
  ])('keeps what was typed for %s', async (_, wrong, status, field, detail) => {
    const { id: event } = await sign();
    const typed = { event, statement: '', ...GROUND, ...wrong };
    const refused = await form('/redactions', typed, 'ann');
    expect(refused.status).toBe(status);
    const { values } = formIn(refused.text);
    expect(['event', 'statement', 'basis'].map((name) => values.get(name))).toEqual([
      typed.event,
      typed.statement,
      typed.basis,
    ]);
    expect(refused.text).toMatch(new RegExp(`<p class="error" id="error-${field}"[^>]*>[^<]*${detail}`));
  });
});

describe('Webhooks', () => {
  test('send no removed content that was queued, and send the removal', async () => {
    receiver.rejectAll(500);
    principal = person('ann');
    await send('/subscriptions', { query: '/countries/PK', url: receiver.url });
    const { id: event } = await sign('Quarzazate');
    await until(() => receiver.received.some(({ text }) => text.includes('Quarzazate')));
    const files = ['webhooks.db', 'webhooks.db-wal'].map((name) => join(chancery.dataDir, name));
    const isQueued = () => files.some((file) => readFileSync(file).includes('Quarzazate'));
    expect(isQueued()).toBe(true);
    const id = await askFor(event);
    receiver.received.length = 0;
    receiver.acceptAll();
    await settle(id, 'confirm', 'ben');
    await until(async () => (await show(`/redactions/${id}`)).json.state === 'done');
    expect(isQueued()).toBe(false);
    await until(() => receiver.received.some(({ text }) => text.includes(id)));
    expect(receiver.received.some(({ text }) => text.includes('Quarzazate'))).toBe(false);
  });
});

describe('A log on EventStoreDB', () => {
  const { serve } = stubServer();

  test('is not rewritten, and the problem says what to do instead', async () => {
    const url = await serve({ authenticate: async () => person('ann') });
    const { status, json } = await post(url, { event: uuid(1), ...GROUND }, '/redactions');
    expect(status).toBe(501);
    expect(json).toMatchObject({
      type: '/problems/removal-unsupported',
      detail: expect.stringContaining('/docs/removal'),
    });
  });
});

import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
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
import { ask, post } from '../support/client.ts';

let chancery: Harness;

beforeEach(async () => {
  chancery = await startHarness();
});
afterEach(() => chancery.close());

/** The entity tag of a record after an append. */
const tagOf = (revision: number) =>
  expect.stringMatching(new RegExp(`^"${revision}\\.[0-9a-f]{8}\\.[0-9a-f]{12}"$`));

describe('POST /events', () => {
  test('appends an event and returns its URL', async () => {
    const answer = await post(chancery.url, { ...mou, id: uuid(1) });
    expect(answer.status).toBe(201);
    expect(answer.headers).toMatchObject({
      location: `/events/${uuid(1)}`,
      etag: tagOf(0),
      'content-type': 'application/json',
      'x-content-type-options': 'nosniff',
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
    });
    expect(answer.headers).not.toHaveProperty('x-powered-by');
    expect(answer.json).toEqual({
      events: [
        {
          id: uuid(1),
          type: 'MouSigned',
          stream: mou.stream,
          revision: 0,
          position: expect.any(String),
          recordedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
        },
      ],
      warnings: [],
    });
    const read = await ask(chancery.url, `/events/${uuid(1)}`);
    expect(read.json.event).toMatchObject({ ...mou, id: uuid(1), actor: 'local', schemaVersion: 2 });
  });

  test('appends an array to one stream and returns the URL of the stream', async () => {
    const answer = await post(chancery.url, [mou, amendment]);
    expect(answer.status).toBe(201);
    expect(answer.headers).toMatchObject({ location: `/streams/${mou.stream}`, etag: tagOf(1) });
    expect(answer.json.events).toMatchObject([{ revision: 0 }, { revision: 1 }]);
  });

  test('answers a repeated event like the first time, with 200', async () => {
    const first = await post(chancery.url, { ...mou, id: uuid(1) });
    await post(chancery.url, amendment);
    const again = await post(chancery.url, { ...mou, id: uuid(1) }, { 'if-none-match': '*' });
    expect(again.status).toBe(200);
    expect(again.text).toBe(first.text);
    expect(again.headers).toMatchObject({ location: `/events/${uuid(1)}`, etag: first.headers['etag'] });
  });

  test('returns warnings', async () => {
    const { status, json } = await post(chancery.url, shipment);
    expect(status).toBe(201);
    expect(json.warnings).toEqual([
      { code: 'unknown-record', detail: expect.any(String), pointer: '/data/implements/0' },
    ]);
  });

  test.each<[name: string, body: unknown, status: number, problem: object]>([
    ['an event that lacks a field', { ...mou, data: {} }, 400, { type: '/problems/invalid-event' }],
    [
      'a field that the server sets',
      { ...mou, revision: 3 },
      400,
      { errors: [{ pointer: '/revision', code: 'server-field' }] },
    ],
    [
      'an array for two streams',
      [mou, { ...mou, stream: 'mou-x' }],
      400,
      { errors: [{ pointer: '/1/stream' }] },
    ],
    ['an empty array', [], 400, { errors: [{ pointer: '', code: 'too-few' }] }],
    ['a number', 7, 400, { errors: [{ pointer: '', code: 'wrong-type' }] }],
    [
      'broken JSON',
      '{"a":1,\n"b":}',
      400,
      { type: '/problems/malformed-json', errors: [{ pointer: '/b', line: 2, column: 5, offset: 12 }] },
    ],
    ['an empty body', '', 400, { type: '/problems/malformed-json' }],
    ['a correction of an unknown event', correction(uuid(9)), 404, { type: '/problems/unknown-record' }],
  ])('refuses %s', async (_name, body, status, problem) => {
    const answer = await post(chancery.url, body);
    expect(answer.headers['content-type']).toBe('application/problem+json');
    expect(answer.status).toBe(status);
    expect(answer.json).toMatchObject({ status, title: expect.any(String), ...problem });
  });

  test('refuses the id of another event and a second retraction with 409', async () => {
    await post(chancery.url, { ...mou, id: uuid(1) });
    const taken = await post(chancery.url, { ...mou, id: uuid(1), occurred: '2025-09-09' });
    expect(taken).toMatchObject({ status: 409, json: { type: '/problems/id-taken', id: uuid(1) } });
    expect((await post(chancery.url, retraction(uuid(1)))).status).toBe(201);
    const twice = await post(chancery.url, retraction(uuid(1)));
    expect(twice).toMatchObject({ status: 409, json: { type: '/problems/record-conflict' } });
    expect(twice.json.errors).toMatchObject([{ pointer: '/data/retracts', code: 'already-retracted' }]);
  });

  test.each<[name: string, headers: Record<string, string>, status: number]>([
    ['the present revision', { 'if-match': '"1"' }, 201],
    ['a list with the present revision', { 'if-match': '"0", "1"' }, 201],
    ['any revision', { 'if-match': '*' }, 201],
    ['an earlier revision', { 'if-match': '"0"' }, 412],
    ['a weak tag of the present revision', { 'if-match': 'W/"1"' }, 412],
    ['no revision at all', { 'if-none-match': '*' }, 412],
    ['any but the present revision', { 'if-none-match': 'W/"1"' }, 412],
    ['any but another revision', { 'if-none-match': '"0"' }, 201],
    ['two conditions that hold', { 'if-match': '*', 'if-none-match': '"0"' }, 201],
    ['a revision without quotes', { 'if-match': '1' }, 400],
    ['an unterminated list', { 'if-none-match': '"1", "' }, 400],
  ])('evaluates a precondition: %s', async (_name, headers, status) => {
    // given: a stream that ends with revision 1
    await post(chancery.url, [mou, amendment]);
    const answer = await post(chancery.url, amendment, headers);
    expect(answer.status).toBe(status);
    if (status === 412) expect(answer.json).toMatchObject({ stream: mou.stream, actual: 1 });
    if (status === 400) expect(answer.json.type).toBe('/problems/invalid-precondition');
  });

  test('evaluates a precondition on a stream that does not exist', async () => {
    expect(await post(chancery.url, mou, { 'if-match': '*' })).toMatchObject({
      status: 412,
      json: { type: '/problems/precondition-failed', actual: 'no-stream' },
    });
    expect((await post(chancery.url, mou, { 'if-none-match': '*' })).status).toBe(201);
  });

  test('accepts one of many concurrent appends that expect the same revision', async () => {
    await post(chancery.url, mou);
    const rivals = Array.from({ length: 20 }, () => post(chancery.url, amendment, { 'if-match': '"0"' }));
    const statuses = (await Promise.all(rivals)).map(({ status }) => status);
    expect(statuses.filter((status) => status === 201)).toHaveLength(1);
    expect(statuses.filter((status) => status === 412)).toHaveLength(19);
  });

  test.each<[name: string, headers: Record<string, string>, status: number]>([
    ['text', { 'content-type': 'text/plain' }, 415],
    ['no type', { 'content-type': '' }, 415],
    ['a form', { 'content-type': 'application/x-www-form-urlencoded' }, 415],
    ['another charset', { 'content-type': 'application/json; charset=utf-16' }, 415],
    ['a body compressed in another way than gzip', { 'content-encoding': 'br' }, 415],
    ['an explicit charset', { 'content-type': 'Application/JSON; charset="UTF-8"' }, 201],
    ['the identity encoding', { 'content-encoding': 'identity' }, 201],
  ])('checks the media type: %s', async (_name, headers, status) => {
    expect((await post(chancery.url, mou, headers)).status).toBe(status);
  });

  test('accepts a body of 1 MiB and refuses one byte more, with or without Content-Length', async () => {
    const padded = (bytes: number) => JSON.stringify(mou).padEnd(bytes, ' ');
    expect((await post(chancery.url, padded(1 << 20))).status).toBe(201);
    expect((await post(chancery.url, padded((1 << 20) + 1))).status).toBe(413);
    const chunked = {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      duplex: 'half',
    } as const;
    const body = new Blob([padded(3 << 20)]).stream();
    const answer = await fetch(`${chancery.url}/events`, { ...chunked, body });
    expect(answer.status).toBe(413);
    expect(await answer.json()).toMatchObject({ type: '/problems/too-large' });
  });

  test('continues when a client disconnects in the middle of its body', async () => {
    const leaving = new AbortController();
    const body = new ReadableStream({ start: (stream) => stream.enqueue(Buffer.from('{"type":')) });
    const init = {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
      duplex: 'half',
    } as const;
    const sent = fetch(`${chancery.url}/events`, { ...init, signal: leaving.signal });
    setTimeout(() => leaving.abort(), 50);
    await expect(sent).rejects.toThrow();
    expect((await post(chancery.url, briefing)).status).toBe(201);
    expect(chancery.signals).toEqual([]);
  });
});

import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { mou, uuid } from '../../append/sent-events.ts';
import { type Harness, startHarness } from '../../harness.ts';
import { askTwice as ask, post } from '../support/client.ts';

let chancery: Harness;

beforeAll(async () => {
  chancery = await startHarness();
});
afterAll(() => chancery.close());

const title = (text: string): string =>
  JSON.stringify({ ...mou, data: { ...mou.data, title: '@' } }).replace('@', text);
const whole = JSON.stringify(mou);

const refused: readonly (readonly [name: string, body: string | Buffer, code: string])[] = [
  [
    'invalid UTF-8',
    Buffer.concat([Buffer.from(title('@').split('@')[0] ?? ''), Buffer.from([0xc3, 0x28, 0x22])]),
    'invalid-utf8',
  ],
  ['a byte order mark', `\ufeff${whole}`, 'byte-order-mark'],
  ['UTF-16', Buffer.from(whole, 'utf16le'), 'malformed'],
  ['NUL in a text', title('a\\u0000b'), 'nul'],
  ['an unpaired surrogate', title('\\ud83d'), 'unpaired-surrogate'],
  ['a duplicate key', `{"type":"MouSigned",${whole.slice(1)}`, 'duplicate-key'],
  ['__proto__', `{"__proto__":{"actor":"me"},${whole.slice(1)}`, 'forbidden-key'],
  ['__proto__ in a nested object', title('"},"x":{"__proto__":1},"y":{"z":"'), 'forbidden-key'],
  ['a number that loses digits', `{"x":12345678901234567890,${whole.slice(1)}`, 'inexact-number'],
  ['40,000 arrays', '['.repeat(40_000) + ']'.repeat(40_000), 'too-deep'],
  ['40,000 objects', '{"a":'.repeat(40_000), 'too-deep'],
  ['a word that is not JSON', 'NaN', 'malformed'],
];

describe('hostile input', () => {
  test.each(refused)('is refused with its line and column: %s', async (_name, body, code) => {
    const { status, json } = await post(chancery.url, body);
    expect(status).toBe(400);
    expect(json.errors).toMatchObject([{ code, line: 1, column: expect.any(Number) }]);
  });

  test.each<[string, unknown]>([
    ['constructor and prototype', { ...mou, constructor: { prototype: {} } }],
    ['the name of a method as a type', { ...mou, type: 'toString' }],
    ['__proto__ as a type', { ...mou, type: '__proto__' }],
    ['an array as a type', { ...mou, type: ['MouSigned'] }],
    ['a path as a stream', { ...mou, stream: 'mou-../../etc/passwd' }],
    ['SQL as a stream', { ...mou, stream: "mou-x'; DROP TABLE event; --" }],
    ['a very long stream name', { ...mou, stream: `mou-${'x'.repeat(10_000)}` }],
    ['an id that is not a UUID', { ...mou, id: '../1' }],
    ['an object in place of a string', { ...mou, occurred: { $gt: '' } }],
    ['a script URL', { ...mou, sources: [{ outlet: 'x', url: 'javascript:alert(1)' }] }],
    [
      'a thousand unknown fields',
      { ...mou, ...Object.fromEntries(Array.from({ length: 1_000 }, (_, i) => [`f${i}`, i])) },
    ],
    ['ten thousand errors', Array.from({ length: 500 }, () => ({ type: 'MouSigned', data: {} }))],
    ['null', null],
  ])('is refused as an event: %s', async (_name, body) => {
    const { status, json } = await post(chancery.url, body);
    expect(status).toBe(400);
    expect(json.errors.length).toBeGreaterThan(0);
    expect(json.errors.length).toBeLessThanOrEqual(100);
  });

  test.each([
    ['right-to-left text, joiners and emoji', 'مفاہمت\u200d کی یادداشت 👩‍👩‍👧‍👦 \u202eabc'],
    ['composed and decomposed characters', 'é e\u0301'],
    ['markup', '<script>alert(1)</script>'],
    ['control characters and separators', '\u0001\u001f\u007f\u2028\u2029\ufeff\ufffd\uffff'],
    ['SQL', "Robert'); DROP TABLE event;--"],
    ['text that looks like an escape sequence', '\\u0000 \\ud800'],
  ])('is stored unchanged if it is only text: %s', async (_name, text) => {
    const { status, json } = await post(chancery.url, {
      ...mou,
      stream: undefined,
      data: { ...mou.data, title: text },
    });
    expect(status).toBe(201);
    const read = await ask(chancery.url, `/events/${json.events[0].id}`);
    expect(read.json.event.data.title).toBe(text);
  });

  test.each([
    '/countries/..%2f..%2fetc%2fpasswd',
    '/countries/__proto__',
    '/countries/constructor',
    '/countries/%00',
    `/countries/${'x'.repeat(5_000)}`,
    '/countries/PK?from=%00&__proto__=1&constructor=1',
    '/countries/PK?cursor=__proto__',
    '/countries/PK?cursor=bnVsbA',
    '/countries/PK?cursor=WyJ0aW1lbGluZSIsMWU5OTksMSwxLDEsIjEiLCIxIl0',
    `/countries/PK?types=${'x,'.repeat(3_000)}`,
    '/countries/PK?limit=9999999999999999999999',
    '/countries/PK?limit=-1',
    '/countries/PK?limit=1e1',
    '/countries/PK?after=-1',
    '/countries/PK?after=__proto__',
    '/countries/PK?%',
    '/countries/PK?&&==&',
    '/topics/%F0%9F%92%A9',
    '/topics/__proto__',
    '/streams/__proto__',
    '/streams/mou-%00',
    '/streams/mou-1?cursor=WyJzdHJlYW0iLDFlMTVd',
    "/events/'%20OR%201=1",
    '/events?cursor=WyJldmVudHMiLCJ4Il0',
    '/problems/__proto__',
    '//evil.example/countries/pk',
    '/countries//pk',
  ])('causes no server error in a URL: %s', async (path) => {
    const { status } = await ask(chancery.url, path);
    expect(status).toBeGreaterThanOrEqual(200);
    expect(status).toBeLessThan(500);
  });

  test('causes no redirect to another host', async () => {
    for (const path of [
      '//evil.example/countries/pk',
      '/countries/%2F%2Fevil.example',
      '/countries/pk?x=//evil.example',
    ]) {
      const { headers } = await ask(chancery.url, path);
      expect(headers['location'] ?? '/countries/').toMatch(/^\/countries\//);
    }
  });

  test.each([
    ['If-Match', '"', 400],
    ['If-None-Match', 'W/', 400],
    ['If-Match', `${'"a",'.repeat(2_000)}"b"`, 412],
    ['Content-Length', '-1', 400],
    ['Content-Type', ';;;;', 415],
    ['Content-Type', 'application/json;charset=latin1', 415],
    ['Content-Encoding', 'gzip, gzip', 415],
  ])('causes no server error in a header: %s: %s', async (name, value, status) => {
    const { hostname, port } = new URL(chancery.url);
    const body = JSON.stringify({ ...mou, id: uuid(1) });
    const headers = { 'Content-Type': 'application/json', 'Content-Length': body.length, [name]: value };
    const head = Object.entries(headers).map(([field, text]) => `${field}: ${text}\r\n`);
    const socket = connect(Number(port), hostname);
    socket.end(
      `POST /events HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n${head.join('')}\r\n${body}`,
    );
    let answer = '';
    for await (const chunk of socket) answer += chunk;
    expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
  });

  test('stores only the accepted events and sends no signal', async () => {
    const { json } = await ask(chancery.url, '/events?limit=1000');
    expect(json.events.every(({ type }: { type: string }) => type === 'MouSigned')).toBe(true);
    expect(json.events).toHaveLength(6);
    expect(({} as Record<string, unknown>)['actor']).toBeUndefined();
    expect(chancery.signals).toEqual([]);
  });
});

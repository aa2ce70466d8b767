import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { mou } from '../append/sent-events.ts';
import { type Harness, startHarness } from '../harness.ts';
import { ask } from './client.ts';

let chancery: Harness;
let own: string;

beforeAll(async () => {
  chancery = await startHarness();
  own = new URL(chancery.url).host;
});
afterAll(() => chancery.close());

type Headers = Readonly<Record<string, string>>;

const FORM = { 'content-type': 'application/x-www-form-urlencoded' };

/** Whatever can change something here, as a page can send it without asking first. */
const CHANGES: readonly (readonly [path: string, method: string, headers: Headers, body: string])[] = [
  ['/record/mou', 'POST', FORM, 'do=record'],
  ['/events', 'POST', { 'content-type': 'text/plain' }, JSON.stringify(mou)],
  ['/events', 'POST', { 'content-type': 'application/json' }, JSON.stringify(mou)],
  ['/projections/country/rebuild', 'POST', {}, ''],
  ['/projections/country/rebuild', 'DELETE', {}, ''],
];

/** As a browser says where a page comes from. */
const foreign = (): readonly (readonly [name: string, headers: Headers])[] => [
  ['of another site', { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' }],
  ['of another server of this machine', { 'sec-fetch-site': 'same-site', origin: 'http://127.0.0.1:1' }],
  ['of another site, which does not say which', { 'sec-fetch-site': 'cross-site' }],
  ['in a frame without an origin', { origin: 'null' }],
  ['of another site, told by an old browser', { origin: 'https://evil.example' }],
  ['of a site that looks alike', { origin: `http://${own}.evil.example` }],
  ['whose name was made to lead here', { host: 'evil.example:80', origin: 'http://evil.example:80' }],
  [
    'whose name was made to lead here, and which looks alike',
    {
      host: `localhost.evil.example`,
      origin: 'http://localhost.evil.example',
      'sec-fetch-site': 'same-origin',
    },
  ],
];

describe('A page', () => {
  test.each(CHANGES)('of another site changes nothing by %s %s', async (path, method, headers, body) => {
    for (const [name, told] of foreign()) {
      const answer = await ask(chancery.url, path, { method, headers: { ...headers, ...told }, body });
      expect([name, answer.status, answer.headers.location]).toEqual([name, 403, undefined]);
    }
    expect((await ask(chancery.url, '/events')).json.events).toEqual([]);
  });

  test.each([
    ['of this server', () => ({ 'sec-fetch-site': 'same-origin', origin: chancery.url })],
    ['that somebody opened by hand', () => ({ 'sec-fetch-site': 'none' })],
    ['of this server by another name', () => ({ host: 'localhost:8080', origin: 'http://localhost:8080' })],
    ['of this server at the usual port', () => ({ host: 'LOCALHOST', origin: 'http://localhost' })],
    ['of this server by its other address', () => ({ host: '[::1]:8080', origin: 'http://[::1]:8080' })],
    ['of a browser that says nothing, and a program', () => ({})],
    ['of a program that calls the server what it likes', () => ({ host: 'chancery' })],
  ])('%s is answered', async (_name, told) => {
    const headers = { ...FORM, ...told() };
    const answer = await ask(chancery.url, '/record/mou', { method: 'POST', headers, body: 'do=preview' });
    expect(answer.status).toBe(400);
    expect(
      (await ask(chancery.url, '/record/mou', { headers: { 'sec-fetch-site': 'cross-site' } })).status,
    ).toBe(200);
  });

  test('of another site is not allowed to ask whether it may', async () => {
    const headers = {
      origin: 'https://evil.example',
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'content-type',
    };
    const answer = await ask(chancery.url, '/events', { method: 'OPTIONS', headers });
    expect(answer.status).toBe(403);
    expect(Object.keys(answer.headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
  });

  test('of another site is told why, as a page', async () => {
    const headers = { ...FORM, accept: 'text/html', origin: 'https://evil.example' };
    const { text } = await ask(chancery.url, '/record/mou', { method: 'POST', headers, body: '' });
    expect(text).toContain('A page of another site cannot change anything here');
  });
});

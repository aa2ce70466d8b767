import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { mou } from '../../append/sent-events.ts';
import { type Harness, startHarness } from '../../harness.ts';
import { ask } from '../support/client.ts';

let chancery: Harness;
let own: string;

beforeAll(async () => {
  chancery = await startHarness();
  own = new URL(chancery.url).host;
});
afterAll(() => chancery.close());

type Headers = Readonly<Record<string, string>>;

const FORM = { 'content-type': 'application/x-www-form-urlencoded' };

/** Requests that change data, as a page can send them without a CORS preflight. */
const CHANGES: readonly (readonly [path: string, method: string, headers: Headers, body: string])[] = [
  ['/record/mou', 'POST', FORM, 'do=record'],
  ['/events', 'POST', { 'content-type': 'text/plain' }, JSON.stringify(mou)],
  ['/events', 'POST', { 'content-type': 'application/json' }, JSON.stringify(mou)],
  ['/projections/country/rebuild', 'POST', {}, ''],
  ['/projections/country/rebuild', 'DELETE', {}, ''],
];

/** What browsers send for pages of other origins. */
const crossOrigin = (): readonly (readonly [name: string, headers: Headers])[] => [
  ['of another site', { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' }],
  ['of another server of this machine', { 'sec-fetch-site': 'same-site', origin: 'http://127.0.0.1:1' }],
  ['of another site without an origin', { 'sec-fetch-site': 'cross-site' }],
  ['in a frame with an opaque origin', { origin: 'null' }],
  ['of another site in an old browser', { origin: 'https://evil.example' }],
  ['of a site with a similar name', { origin: `http://${own}.evil.example` }],
];

describe('refuseCrossOrigin', () => {
  test.each(CHANGES)('refuses %s %s from pages of other origins', async (path, method, headers, body) => {
    for (const [name, sent] of crossOrigin()) {
      const answer = await ask(chancery.url, path, { method, headers: { ...headers, ...sent }, body });
      expect([name, answer.status, answer.headers.location]).toEqual([name, 403, undefined]);
    }
    expect((await ask(chancery.url, '/events')).json.events).toEqual([]);
  });

  test.each([
    ['a page of this server', () => ({ 'sec-fetch-site': 'same-origin', origin: chancery.url })],
    ['a page that the user opened', () => ({ 'sec-fetch-site': 'none' })],
    [
      'a page of this server by another name',
      () => ({ host: 'localhost:8080', origin: 'http://localhost:8080' }),
    ],
    ['a page of this server at the default port', () => ({ host: 'LOCALHOST', origin: 'http://localhost' })],
    [
      'a page of this server by its IPv6 address',
      () => ({ host: '[::1]:8080', origin: 'http://[::1]:8080' }),
    ],
    ['a program', () => ({})],
  ])('lets through %s', async (_name, sent) => {
    const headers = { ...FORM, ...sent() };
    const answer = await ask(chancery.url, '/record/mou', { method: 'POST', headers, body: 'do=preview' });
    expect(answer.status).toBe(400);
  });

  test('refuses a CORS preflight', async () => {
    const headers = {
      origin: 'https://evil.example',
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'content-type',
    };
    const answer = await ask(chancery.url, '/events', { method: 'OPTIONS', headers });
    expect(answer.status).toBe(403);
    expect(Object.keys(answer.headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
  });

  test('explains the refusal on a page', async () => {
    const headers = { ...FORM, accept: 'text/html', origin: 'https://evil.example' };
    const { text } = await ask(chancery.url, '/record/mou', { method: 'POST', headers, body: '' });
    expect(text).toContain('Pages of other sites may not change data here');
  });
});

import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { mou } from '../../append/sent-events.ts';
import { type Harness, startHarness } from '../../harness.ts';
import { ask, post } from '../support/client.ts';

let closed: Harness;
let open: Harness;
const DESK = 'https://desk.example';

beforeAll(async () => {
  closed = await startHarness();
  open = await startHarness(undefined, {}, false, { corsOrigin: DESK, embedOrigins: ['*'] });
  for (const { url } of [closed, open]) {
    const { json } = await post(url, mou);
    await ask(url, `/countries/PK?after=${json.events[0].position}`);
  }
});
afterAll(async () => {
  await closed.close();
  await open.close();
});

type Headers = Readonly<Record<string, string>>;

/** What browsers send for a page of another origin that loads something. */
const foreign = (mode: string, destination: string, others: Headers = {}): Headers => ({
  'sec-fetch-site': 'cross-site',
  'sec-fetch-mode': mode,
  'sec-fetch-dest': destination,
  ...others,
});
const PAGE = { accept: 'text/html,*/*;q=0.8' };
const CLICK = { 'sec-fetch-user': '?1' };

const LOADS: readonly (readonly [name: string, headers: Headers])[] = [
  ['an image', foreign('no-cors', 'image')],
  ['a script', foreign('no-cors', 'script')],
  ['a request without CORS', foreign('no-cors', 'empty')],
  [
    'an image of another server of this machine',
    { ...foreign('no-cors', 'image'), 'sec-fetch-site': 'same-site' },
  ],
  ['a script with CORS', foreign('cors', 'empty', { origin: 'https://evil.example' })],
  [
    'an event stream',
    foreign('cors', 'empty', { origin: 'https://evil.example', accept: 'text/event-stream' }),
  ],
  ['a frame', foreign('navigate', 'iframe', PAGE)],
  ['an object', foreign('navigate', 'object', PAGE)],
  ['a prefetched page', foreign('navigate', 'document', { ...PAGE, 'sec-purpose': 'prefetch;prerender' })],
];
const PATHS = [
  '/countries/PK',
  '/events.ndjson',
  '/countries/PK.csv',
  '/countries/PK/changes',
  '/countries/PK/live',
  '/search?q=a',
];

test.each(LOADS)('%s in a page of another site loads nothing', async (_name, headers) => {
  for (const { url } of [closed, open]) {
    for (const path of PATHS) {
      const { status, text } = await ask(url, path, { headers });
      expect([path, status]).toEqual([path, 403]);
      expect(text).toContain('Pages of other sites may not load this');
    }
    expect((await ask(url, '/countries/PK', { method: 'HEAD', headers })).status).toBe(403);
  }
});

test('people may follow links to pages and to downloads', async () => {
  const visit = (path: string, headers: Headers) =>
    ask(closed.url, path, { headers: foreign('navigate', 'document', { ...PAGE, ...headers }) });
  for (const path of ['/', '/countries/PK', '/search?q=a', '/record/mou', '/docs']) {
    expect((await visit(path, {})).status).toBe(200);
  }
  for (const path of ['/countries/PK.csv', '/countries/PK.ndjson', '/countries/PK.ics']) {
    expect([(await visit(path, CLICK)).status, (await visit(path, {})).status]).toEqual([200, 403]);
  }
});

test.each<readonly [string, Headers]>([
  ['a program', {}],
  ['an own page', foreign('no-cors', 'image', { 'sec-fetch-site': 'same-origin' })],
  ['an own script', foreign('cors', 'empty', { 'sec-fetch-site': 'same-origin' })],
  ['an own frame', foreign('navigate', 'iframe', { 'sec-fetch-site': 'same-origin' })],
  ['somebody who types the URL', foreign('navigate', 'document', { 'sec-fetch-site': 'none' })],
])('%s loads everything', async (_name, headers) => {
  for (const path of ['/countries/PK', '/countries/PK.csv', '/countries/PK/changes']) {
    expect((await ask(closed.url, path, { headers })).status).toBe(200);
  }
});

test('settings allow reads with CORS, and timelines in frames', async () => {
  const cors = foreign('cors', 'empty', { origin: DESK });
  const frame = foreign('navigate', 'iframe', PAGE);
  expect((await ask(open.url, '/countries/PK.csv', { headers: cors })).status).toBe(200);
  expect((await ask(closed.url, '/countries/PK.csv', { headers: cors })).status).toBe(403);
  expect((await ask(open.url, '/embed/countries/PK', { headers: frame })).status).toBe(200);
  expect((await ask(closed.url, '/embed/countries/PK', { headers: frame })).status).toBe(403);
  expect((await ask(open.url, '/countries/PK', { headers: frame })).status).toBe(403);
});

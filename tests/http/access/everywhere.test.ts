import { get, type IncomingMessage } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type GivenKey, giveKey } from '../../access/open-access.ts';
import { mou, uuid } from '../../append/sent-events.ts';
import { type Harness, startHarness } from '../../harness.ts';
import { ask, post } from '../support/client.ts';

let chancery: Harness;
let reader: GivenKey;

beforeAll(async () => {
  chancery = await startHarness(undefined, { updateIntervalMs: 1 }, false, {
    embedOrigins: ['https://a.example'],
  });
  await post(chancery.url, { ...mou, id: uuid(1) });
  await ask(chancery.url, '/countries/PK?after=1');
  reader = giveKey(chancery.access, { role: 'reader' });
});
afterAll(() => chancery.close());

const PAGE = { accept: 'text/html' };

/** Everything that could be answered from memory, or to programs that never sign in. */
const READS: readonly (readonly [path: string, headers?: Readonly<Record<string, string>>])[] = [
  ['/countries/PK'],
  ['/countries/PK', PAGE],
  ['/countries/PK.atom'],
  ['/countries/PK.csv'],
  ['/countries/PK.ics'],
  ['/countries/PK/changes'],
  ['/countries/PK/timemap'],
  ['/embed/countries/PK', PAGE],
  ['/oembed?url=/countries/PK'],
  ['/countries'],
  ['/countries.csv'],
  ['/events'],
  [`/events/${uuid(1)}`],
  [`/streams/${mou.stream}`, PAGE],
  ['/log/checkpoint'],
  ['/search?q=pak'],
  ['/', PAGE],
];

describe('what is kept in memory', () => {
  test.each(READS)(
    '%s %j is given to nobody without a key, nor confirmed by a 304',
    async (path, headers = {}) => {
      const allowed = await ask(chancery.url, path, { headers: { ...headers, ...reader.headers } });
      const { etag, 'cache-control': control, vary } = allowed.headers;
      expect([path, allowed.status]).toEqual([path, path.startsWith('/oembed') ? 404 : 200]);
      expect(control).toMatch(/^(private\b|no-store$)/);
      expect(control).not.toMatch(/public/);
      expect(vary).toMatch(/\bAuthorization, Cookie$/);
      const tag = { 'if-none-match': etag ?? '*' };
      const refused = await ask(chancery.url, path, { headers: { ...headers, ...tag } });
      expect([401, 302]).toContain(refused.status);
      expect(refused.headers.etag).toBeUndefined();
      if (etag === undefined) return;
      const current = await ask(chancery.url, path, { headers: { ...headers, ...tag, ...reader.headers } });
      expect([current.status, current.headers['cache-control']]).toEqual([304, control]);
    },
  );

  test('is private also in a state that never changes', async () => {
    const { json } = await ask(chancery.url, '/countries/PK', reader);
    const path = `/countries/PK?asOf=${json.asOf.token}`;
    const { headers } = await ask(chancery.url, path, reader);
    expect(headers['cache-control']).toBe('private, max-age=31536000, immutable');
  });

  test('may be shared if it is the same for everybody', async () => {
    const page = await ask(chancery.url, '/countries/PK', { headers: { ...PAGE, ...reader.headers } });
    const style = /href="(\/assets\/styles[^"]+)"/.exec(page.text)?.[1] ?? '';
    const { headers } = await ask(chancery.url, style);
    expect([headers['cache-control'], headers.vary]).toEqual([
      'public, max-age=31536000, immutable',
      'Accept-Encoding',
    ]);
  });
});

/** Opens a stream, and resolves once it has begun. */
function open(path: string, headers: Readonly<Record<string, string>>): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    get(`${chancery.url}${path}`, { headers }, (res) => resolve(res.resume())).on('error', reject);
  });
}

test.each([
  ['/countries/PK/live', {}],
  ['/events', { accept: 'text/event-stream' }],
])('%s ends when its key is revoked, and no other', async (path, headers) => {
  const [revoked, other] = [
    giveKey(chancery.access, { role: 'reader' }),
    giveKey(chancery.access, { role: 'reader' }),
  ];
  const [ending, staying] = await Promise.all(
    [revoked, other].map((key) => open(path, { ...headers, ...key.headers })),
  );
  const ended = new Promise((resolve) => ending?.on('close', resolve));
  chancery.access.store.revokeKey(revoked.id, Date.now());
  await ended;
  expect(staying?.destroyed).toBe(false);
  staying?.destroy();
});

test('streams of an open server end with its first key', async () => {
  const closing = await startHarness();
  await post(closing.url, mou);
  const stream = await new Promise<IncomingMessage>((resolve) => {
    get(`${closing.url}/events`, { headers: { accept: 'text/event-stream' } }, (res) =>
      resolve(res.resume()),
    );
  });
  const ended = new Promise((resolve) => stream.on('close', resolve));
  giveKey(closing.access, { role: 'admin' });
  await ended;
  await closing.close();
});

test('the log as a file takes the permission to export', async () => {
  const accept = { accept: 'application/x-ndjson' };
  const refused = await ask(chancery.url, '/events', { headers: { ...accept, ...reader.headers } });
  expect([refused.status, refused.json.permission]).toEqual([403, 'export']);
  const { headers } = giveKey(chancery.access, { role: 'admin' });
  expect((await ask(chancery.url, '/events', { headers: { ...accept, ...headers } })).status).toBe(200);
});

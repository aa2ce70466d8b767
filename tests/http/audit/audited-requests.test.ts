import { get } from 'node:http';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Principal } from '../../../src/access/principal.ts';
import type { AuditEntry } from '../../../src/audit/audit-entry.ts';
import { type GivenKey, giveKey } from '../../access/open-access.ts';
import { TREATIES, treatyMapping } from '../../append/csv/treaties.ts';
import { briefing, mou, shipment, uuid } from '../../append/sent-events.ts';
import { until } from '../../cli/polling.ts';
import { type Harness, startHarness } from '../../harness.ts';
import { Receiver } from '../../webhooks/receiver.ts';
import { type Answer, ask, post } from '../support/client.ts';
import { apiDocument } from '../support/openapi-document.ts';
import { briefingFields } from '../support/sent-forms.ts';

const DESK: Principal = { name: 'desk', role: 'admin', scope: [''], authenticatedBy: 'key' };
const VISITOR: Principal = { name: 'public', role: 'visitor', scope: [], authenticatedBy: 'public' };
const JSON_TYPE = { 'content-type': 'application/json' };
const NDJSON_TYPE = { 'content-type': 'application/x-ndjson' };
const RUNNING = { state: 'running', projections: ['country'], startedAt: '', events: 0, eventsPerSecond: 0 };

let chancery: Harness;
let receiver: Receiver;
let key: GivenKey;
let principal: Principal;
let startedAfter = 0;

beforeAll(async () => {
  receiver = await new Receiver().start();
  chancery = await startHarness(undefined, {}, false, {
    authenticate: async () => principal,
    rebuilds: { start: () => true, last: () => RUNNING as never, cancel: () => true },
    webhooks: { retryDelaysMs: [] },
  });
  key = giveKey(chancery.access, { name: 'desk', role: 'admin' });
  principal = DESK;
  await post(chancery.url, { ...mou, id: uuid(1) });
});

beforeEach(async () => {
  principal = DESK;
  // The entry of this request follows those of the test before.
  const { headers } = await send('POST', '/projections/country/rebuild');
  await until(() => lastEntry()?.request?.id === headers['x-request-id']);
  startedAfter = lastEntry()?.number ?? 0;
});

afterEach(async () => {
  principal = DESK;
  const { subscriptions } = (await send('GET', '/subscriptions')).json;
  for (const { id } of subscriptions) await send('DELETE', `/subscriptions/${id}`);
});

afterAll(async () => {
  await chancery.close();
  await receiver.close();
});

function send(
  method: string,
  path: string,
  body?: object,
  headers: Record<string, string> = JSON_TYPE,
): Promise<Answer> {
  return ask(chancery.url, path, { method, headers, ...(body && { body: JSON.stringify(body) }) });
}

const lastEntry = () => chancery.audit.read({ order: 'desc', limit: 1 })[0];
const entriesSince = () => chancery.audit.read({ order: 'asc', limit: 1_000, after: startedAfter });

/** An entry is recorded when the server has seen the end of its response, which is after the client has. */
async function entriesThat(
  suffice: (entries: readonly AuditEntry[]) => boolean,
): Promise<readonly AuditEntry[]> {
  await until(() => suffice(entriesSince()));
  return entriesSince();
}

const firstEntries = async (count: number) =>
  (await entriesThat(({ length }) => length >= count)).slice(0, count);

async function subscribe(): Promise<string> {
  const { json } = await send('POST', '/subscriptions', { query: '/events', url: receiver.url });
  return `/subscriptions/${json.id}`;
}

/** Makes a message that the receiver refuses, and returns its path. */
async function deadLetter(subscription: string): Promise<string> {
  receiver.answer = (_message, res) => res.writeHead(500).end();
  await send('POST', '/events', { ...briefing, stream: `briefing-${uuid(Date.now() % 1e9)}` });
  const letters = async () => (await send('GET', `${subscription}/dead-letters`)).json.deadLetters;
  await until(async () => (await letters()).length > 0);
  receiver.answer = (_message, res) => res.writeHead(204).end();
  return `${subscription}/dead-letters/${(await letters())[0].id}`;
}

/** Makes a feed URL, and returns its path here. */
async function addFeedUrl(): Promise<string> {
  principal = { ...DESK, key: key.id };
  const { json } = await send('POST', '/feed-urls', { feed: '/countries/PK.atom' });
  return `/feed-urls/${json.id}`;
}

let feeds = 0;

/** Adds a feed with one item, and returns the path of its draft. */
async function addFeed(): Promise<string> {
  feeds += 1;
  const items = [{ id: String(feeds), title: 'Talks' }];
  await send('POST', '/inbox', { version: 'https://jsonfeed.org/version/1.1', items });
  const [draft] = (await send('GET', '/inbox?limit=1')).json.drafts;
  return `/inbox/${draft.id}`;
}

interface Case {
  /** What the documentation calls it. */
  readonly operation: string;
  readonly run: () => Promise<unknown>;
  readonly entries: readonly object[];
}

const form = (path: string, fields: Record<string, string>) =>
  ask(chancery.url, path, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: String(new URLSearchParams(fields)),
  });

const CASES: readonly Case[] = [
  {
    operation: 'POST /events',
    run: () => send('POST', '/events', { ...mou, id: uuid(2), stream: 'mou-second' }),
    entries: [
      {
        action: 'append',
        principal: { name: 'desk', authenticatedBy: 'key' },
        address: '127.0.0.1',
        request: { method: 'POST', route: '/events', status: 201, id: expect.any(String) },
        target: '/streams/mou-second',
        events: [uuid(2)],
      },
    ],
  },
  {
    operation: 'POST /subscriptions',
    run: () => subscribe(),
    entries: [{ action: 'subscription-added', target: expect.stringMatching(/^\/subscriptions\//) }],
  },
  {
    operation: 'PATCH /subscriptions/{id}',
    run: async () => send('PATCH', await subscribe(), { state: 'paused' }),
    entries: [{ action: 'subscription-added' }, { action: 'subscription-changed' }],
  },
  {
    operation: 'POST /subscriptions/{id}',
    run: async () => form(await subscribe(), { do: 'remove' }),
    entries: [{ action: 'subscription-added' }, { action: 'subscription-removed', request: { status: 303 } }],
  },
  {
    operation: 'DELETE /subscriptions/{id}',
    run: async () => send('DELETE', await subscribe()),
    entries: [{ action: 'subscription-added' }, { action: 'subscription-removed', request: { status: 204 } }],
  },
  {
    operation: 'POST /subscriptions/{id}/dead-letters/{message}',
    run: async () => send('POST', await deadLetter(await subscribe())),
    entries: [{ action: 'subscription-added' }, { action: 'append' }, { action: 'dead-letter-sent' }],
  },
  {
    operation: 'DELETE /subscriptions/{id}/dead-letters/{message}',
    run: async () => send('DELETE', await deadLetter(await subscribe())),
    entries: [{ action: 'subscription-added' }, { action: 'append' }, { action: 'dead-letter-discarded' }],
  },
  {
    operation: 'POST /inbox',
    run: () => addFeed(),
    entries: [{ action: 'feed-added', target: '/inbox' }],
  },
  {
    operation: 'POST /inbox/{id}',
    run: async () => form(await addFeed(), { do: 'dismiss' }),
    entries: [{ action: 'feed-added' }, { action: 'draft-dismissed', request: { status: 303 } }],
  },
  {
    operation: 'DELETE /inbox/{id}',
    run: async () => send('DELETE', await addFeed()),
    entries: [
      { action: 'feed-added' },
      { action: 'draft-dismissed', target: expect.stringMatching(/^\/inbox\//), request: { status: 204 } },
    ],
  },
  {
    operation: 'POST /sign-in',
    run: () => {
      principal = VISITOR;
      return form('/sign-in', { key: key.secret });
    },
    entries: [{ action: 'sign-in', principal: { name: 'desk', authenticatedBy: 'key' } }],
  },
  {
    operation: 'POST /sign-out',
    run: () => {
      principal = { ...DESK, key: key.id, session: 'a', authenticatedBy: 'session' };
      return form('/sign-out', {});
    },
    entries: [{ action: 'sign-out', principal: { name: 'desk', authenticatedBy: 'session' } }],
  },
  {
    operation: 'POST /feed-urls',
    run: () => addFeedUrl(),
    entries: [{ action: 'feed-url-created', target: expect.stringMatching(/^\/feed-urls\//) }],
  },
  {
    operation: 'POST /feed-urls/{id}',
    run: async () => form(await addFeedUrl(), {}),
    entries: [{ action: 'feed-url-created' }, { action: 'feed-url-revoked' }],
  },
  {
    operation: 'DELETE /feed-urls/{id}',
    run: async () => send('DELETE', await addFeedUrl()),
    entries: [{ action: 'feed-url-created' }, { action: 'feed-url-revoked' }],
  },
  {
    operation: 'POST /projections/{name}/rebuild',
    run: () => send('POST', '/projections/country/rebuild'),
    entries: [{ action: 'rebuild', target: 'country', request: { status: 202 } }],
  },
  {
    operation: 'DELETE /projections/{name}/rebuild',
    run: () => send('DELETE', '/projections/country/rebuild'),
    entries: [{ action: 'rebuild-cancelled', target: 'country' }],
  },
  {
    operation: 'POST /redactions',
    run: () => askForRemoval(),
    entries: [
      { action: 'append' },
      { action: 'redaction-asked', target: expect.stringMatching(/^\/redactions\/[\w-]+$/) },
    ],
  },
  {
    operation: 'POST /redactions/{id}',
    run: async () => {
      const path = await askForRemoval();
      principal = { ...DESK, name: 'archive' };
      return send('POST', path, { decision: 'confirm' });
    },
    entries: [
      { action: 'append' },
      { action: 'redaction-asked' },
      { action: 'redaction-confirmed', principal: { name: 'archive' }, request: { status: 200 } },
    ],
  },
];

async function askForRemoval(): Promise<string> {
  const event = uuid(Date.now() % 1e9);
  await send('POST', '/events', { ...mou, id: event, stream: `mou-${event}` });
  const ground = { ground: 'court-order', basis: 'order 12/2025' };
  const { json } = await send('POST', '/redactions', { event, ...ground });
  return `/redactions/${json.id}`;
}

/** Forms add events as `POST /events` does. */
const isForm = (operation: string) => operation.startsWith('POST /record/');

describe('A request that changes something', () => {
  test('is audited, whatever its route', async () => {
    const { paths } = await apiDocument();
    const changing = Object.entries(paths).flatMap(([path, operations]) =>
      Object.keys(operations)
        .filter((method) => ['post', 'put', 'patch', 'delete'].includes(method))
        .map((method) => `${method.toUpperCase()} ${path}`),
    );
    const tested = CASES.map(({ operation }) => operation);
    expect(changing.filter((operation) => !isForm(operation)).sort()).toEqual([...tested].sort());
  });

  test.each(CASES)('$operation has an entry', async ({ run, entries }) => {
    await run();
    expect(await firstEntries(entries.length)).toMatchObject(entries);
  });

  test('names the events of an array, of lines, of a CSV file, of CloudEvents and of a form', async () => {
    await send('POST', '/events', [
      { ...shipment, id: uuid(11), stream: 'shipment-11' },
    ] as unknown as object);
    await ask(chancery.url, '/events', {
      method: 'POST',
      headers: NDJSON_TYPE,
      body:
        [12, 13].map((n) => JSON.stringify({ ...mou, id: uuid(n), stream: `mou-${n}` })).join('\n') +
        '\nno JSON\n',
    });
    const csv = new FormData();
    csv.set('mapping', new Blob([JSON.stringify(treatyMapping)]), 'mapping.json');
    csv.set('file', new Blob([TREATIES]), 'treaties.csv');
    await (await fetch(`${chancery.url}/events`, { method: 'POST', body: csv })).text();
    const { occurred, data, sources } = mou;
    await ask(chancery.url, '/events', {
      method: 'POST',
      headers: { 'content-type': 'application/cloudevents+json' },
      body: JSON.stringify({
        specversion: '1.0',
        id: uuid(14),
        source: '/x',
        type: 'example.MouSigned',
        subject: 'mou-14',
        datacontenttype: 'application/json',
        data: { occurred, data, sources },
      }),
    });
    await form('/record/briefing', { ...briefingFields, '/id': uuid(15), do: 'record' });
    const found = await entriesThat(
      (entries) => entries.filter(({ action }) => action === 'append').length >= 5,
    );
    const actions = found.map((entry) =>
      entry.action === 'append' ? `append ${entry.events.length} ${entry.target}` : entry.action,
    );
    expect(actions).toEqual([
      'append 1 /streams/shipment-11',
      'append 2 /events',
      'import',
      'append 6 /events',
      'import',
      'append 1 /streams/mou-14',
      expect.stringMatching(/^append 1 \/streams\/briefing-/),
    ]);
    expect(found[2]).toMatchObject({ recorded: 2, repeated: 0, refused: 1 });
  });

  test('names the events of the forms that change what is recorded', async () => {
    for (const n of [31, 32]) await send('POST', '/events', { ...mou, id: uuid(n), stream: `mou-${n}` });
    const why = { '/occurred': '2025-12-01', '/sources/0/outlet': 'Dawn', do: 'record' };
    const link = {
      '/data/relation': 'contradicts',
      '/data/to': 'mou-32',
      '/data/basis': 'Both cannot be true.',
    };
    const forms: readonly (readonly [path: string, typed: Record<string, string>])[] = [
      [
        `corrections/${uuid(31)}`,
        { '/data/data/title': 'MoU', '/data/occurred': '2025-09-09', '/data/reason': 'x' },
      ],
      [`sources/${uuid(31)}`, { '/data/act': 'corroborates' }],
      ['links/mou-31', link],
      [`withdrawals/${uuid(35)}`, { '/data/reason': 'x' }],
      [`retractions/${uuid(31)}`, { '/data/reason': 'x' }],
    ];
    for (const [index, [path, typed]] of forms.entries()) {
      const parties = path.startsWith('corrections/') && {
        '/data/data/instrument': 'mou',
        '/data/data/parties/0/name': 'US Strategic Metals',
        '/data/data/parties/0/kind': 'company',
      };
      const fields = { ...why, ...typed, ...parties, '/id': uuid(33 + index) };
      expect([path, (await form(`/record/${path}`, fields)).status]).toEqual([path, 303]);
    }
    const entries = await firstEntries(7);
    expect(entries.slice(2)).toMatchObject(
      forms.map((_form, index) => ({
        action: 'append',
        principal: { name: 'desk' },
        target: '/streams/mou-31',
        events: [uuid(33 + index)],
      })),
    );
  });

  test('names the events of a bulk request while it runs, some hundred in each entry', async () => {
    const lines = Array.from({ length: 1_100 }, (_, n) =>
      JSON.stringify({ ...mou, id: uuid(20_000 + n), stream: `mou-bulk-${n}` }),
    );
    await ask(chancery.url, '/events', { method: 'POST', headers: NDJSON_TYPE, body: lines.join('\n') });
    const found = await entriesThat((entries) => entries.at(-1)?.action === 'import');
    const ids = found.flatMap((entry) => (entry.action === 'append' ? entry.events : []));
    expect(new Set(ids)).toEqual(new Set(lines.map((line) => JSON.parse(line).id)));
    expect(found.length).toBeGreaterThan(2);
  });

  test('is not audited if it changes nothing', async () => {
    await send('POST', '/events', { ...mou, id: uuid(1) });
    await send('POST', '/events?dryRun=true', { ...mou, id: uuid(3) });
    await ask(chancery.url, '/events?dryRun=true', {
      method: 'POST',
      headers: NDJSON_TYPE,
      body: JSON.stringify(mou),
    });
    await send('POST', '/events', { type: 'MouSigned' });
    await send('DELETE', '/subscriptions/none');
    await send('PATCH', '/subscriptions/none', { state: 'paused' });
    await form('/record/mou', { do: 'preview' });
    await send('POST', '/projections/country/rebuild');
    expect(await firstEntries(1)).toMatchObject([{ action: 'rebuild' }]);
  });
});

describe('A download', () => {
  test.each([
    ['/countries/PK.csv', 'csv', ''],
    ['/countries/PK.ndjson?types=MouSigned', 'ndjson', '?types=MouSigned'],
    ['/topics/critical-minerals.geojson', 'geojson', ''],
    ['/relations/PK/US.jsonld', 'jsonld', ''],
    ['/countries/PK.ics', 'ics', ''],
    ['/countries.csv', 'csv', ''],
    ['/events.ndjson', 'ndjson', ''],
    ['/audit.csv', 'csv', ''],
    ['/audit.ndjson?action=append', 'ndjson', '?action=append'],
  ])('of %s is audited, with its format and filter', async (path, format, query) => {
    await send('GET', path);
    const [entry] = await firstEntries(1);
    const target = path.replace(/\.[a-z]+(\?.*)?$/, '');
    expect(entry).toMatchObject({ action: 'export', format, query, target, request: { status: 200 } });
  });

  test('of the log as it grows is audited when it begins', async () => {
    const headers = { accept: 'text/event-stream' };
    const sent = get(`${chancery.url}/events`, { headers }).on('error', () => {});
    const [entry] = await firstEntries(1);
    sent.destroy();
    expect(entry).toMatchObject({ action: 'export', format: 'sse', target: '/events' });
  });

  test('that is not sent is not audited', async () => {
    const { headers } = await send('GET', '/countries/PK.csv');
    await send('HEAD', '/countries/PK.csv');
    await send('GET', '/countries/PK.csv', undefined, { 'if-none-match': String(headers['etag']) });
    await send('POST', '/projections/country/rebuild');
    expect(await firstEntries(2)).toMatchObject([{ action: 'export' }, { action: 'rebuild' }]);
  });

  test('page by page is not audited, and neither are pages', async () => {
    for (const path of ['/countries/PK', '/events', '/audit', '/metrics', '/readyz', '/search?q=pakistan']) {
      await send('GET', path);
    }
    await send('GET', '/countries/PK', undefined, { accept: 'text/html' });
    await send('POST', '/projections/country/rebuild');
    expect(await firstEntries(1)).toMatchObject([{ action: 'rebuild' }]);
  });
});

describe('A request that is refused', () => {
  test('because it signs in with a wrong key is audited', async () => {
    principal = VISITOR;
    await form('/sign-in', { key: `${key.secret.slice(0, -1)}x` });
    expect(await firstEntries(1)).toMatchObject([
      { action: 'refusal', code: 'invalid-key', target: '/sign-in', principal: { name: 'public' } },
    ]);
  });

  test.each([
    ['without a key', VISITOR, 401, 'authentication-required'],
    ['for want of a permission', { ...DESK, role: 'reader' }, 403, 'not-permitted'],
  ] as const)('%s is audited', async (_name, as, status, code) => {
    principal = as;
    await send('POST', '/projections/country/rebuild');
    const { name, authenticatedBy } = as;
    expect(await firstEntries(1)).toMatchObject([
      {
        action: 'refusal',
        code,
        principal: { name, authenticatedBy },
        address: '127.0.0.1',
        request: { method: 'POST', route: '/projections/:name/rebuild', status },
        target: '/projections/country/rebuild',
      },
    ]);
  });

  test('because it comes from a page of another site is audited', async () => {
    await send('POST', '/events', mou, { ...JSON_TYPE, origin: 'https://evil.example' });
    expect(await firstEntries(1)).toMatchObject([
      {
        action: 'refusal',
        code: 'cross-origin-request',
        request: { route: null, status: 403 },
        target: '/events',
      },
    ]);
  });

  test('because it is for another host is audited', async () => {
    await send('GET', '/countries/PK?x=1', undefined, { host: 'evil.example' });
    expect(await firstEntries(1)).toMatchObject([
      { action: 'refusal', code: 'unknown-host', request: { status: 421 }, target: '/countries/PK' },
    ]);
  });

  test('to read the audit log is audited', async () => {
    principal = { ...DESK, role: 'curator' };
    expect((await send('GET', '/audit')).status).toBe(403);
    expect(await firstEntries(1)).toMatchObject([{ action: 'refusal', request: { route: '/audit' } }]);
  });
});

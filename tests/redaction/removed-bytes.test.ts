import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { RedactionRequest } from '../../src/redaction/redaction-store.ts';
import { openToRead } from '../../src/sqlite/driver.ts';
import { inboxPath, SqliteInboxStore } from '../../src/sqlite/inbox-store.ts';
import { redactionsPath, SqliteRedactionStore } from '../../src/sqlite/redaction-store.ts';
import { BodyDecoder } from '../../src/sqlite/views/content-bodies.ts';
import { briefing, correction, mou, retraction, shipment, uuid } from '../append/sent-events.ts';
import { until } from '../cli/polling.ts';
import { type RunningServer, runProgram, startServer } from '../cli/server-process.ts';
import { ask, post } from '../http/support/client.ts';
import { temporaryFolder } from '../sqlite/temporary-folder.ts';

/** Words that only the removed contents have. */
const AGREEMENT = 'Zweigenthal';
const CORRECTED = 'Ombrellini';
const STATEMENT = 'Quarzazate';
const OUTLET = 'Vossische Nachrichten';
const REMOVED = [AGREEMENT, CORRECTED, STATEMENT, OUTLET];
/** Words of the same record, briefing and timelines that stay. */
const KEPT = ['antimony', 'Kestenholz'];
/** The timelines of which copies are kept from before. */
const PAGES = ['/countries/PK', '/topics/critical-minerals', '/mous', '/statements', `/mous/${mou.stream}`];
const FORMATS = ['.csv', '.ndjson', '.atom'];

const said = (key: string, value: string) => ({
  key,
  speaker: { name: 'Mao Ning', kind: 'person', country: 'CN' },
  speechAct: 'state',
  text: [{ language: 'en', value, kind: 'original' }],
  quoted: 'paraphrase',
  countries: [{ country: 'PK', role: 'mentioned' }],
});

const EVENTS = [
  {
    ...mou,
    id: uuid(1),
    data: { ...mou.data, title: `Memorandum of ${AGREEMENT}`, subject: `${AGREEMENT} ore` },
    sources: [{ outlet: OUTLET }],
  },
  { ...shipment, id: uuid(2) },
  { ...correction(uuid(1), mou.stream, { ...mou.data, title: `Memorandum of ${CORRECTED}` }), id: uuid(3) },
  {
    ...briefing,
    id: uuid(4),
    stream: 'briefing-1',
    data: {
      ...briefing.data,
      statements: [said('a', `About ${STATEMENT}.`), said('b', 'About Kestenholz.')],
    },
  },
  { ...retraction(uuid(1)), id: uuid(5) },
];

/** The files of a folder, at any depth, that have a text in one of the encodings in which it may be stored. */
function filesWith(folder: string, text: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true }).flatMap((entry) => {
    const path = join(entry.parentPath, entry.name);
    if (!entry.isFile()) return [];
    const bytes = readFileSync(path);
    const forms = [text, text.toLowerCase(), text.toUpperCase()].map((form) => Buffer.from(form));
    return forms.some((form) => bytes.includes(form)) ? [path] : [];
  });
}

/** All texts in the view files, as long ones are compressed in them. */
function textsOfViews(folder: string): string {
  const views = join(folder, 'views');
  const files = readdirSync(views).filter((name) => name.endsWith('.db'));
  return files.flatMap((name) => textsOfFile(join(views, name))).join('\n');
}

function textsOfFile(path: string): readonly string[] {
  const database = openToRead(path);
  try {
    const bodies = new BodyDecoder(database);
    const tables = database
      .prepare<{ name: string }>(
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%'",
      )
      .all();
    const rows = tables.flatMap(({ name }) => database.prepare<object>(`SELECT * FROM "${name}"`).all());
    database.exec("CREATE VIRTUAL TABLE temp.indexed USING fts5vocab('main', 'text_index', 'row')");
    const words = database.prepare<{ term: string }>('SELECT term FROM temp.indexed').all();
    return [
      ...rows.flatMap((row) => Object.values(row)).map((value) => textOf(bodies, value)),
      ...words.map(({ term }) => `indexed: ${term}`),
    ];
  } finally {
    database.close();
  }
}

/** Other blobs than bodies have no texts. */
function textOf(bodies: BodyDecoder, value: unknown): string {
  if (!(value instanceof Uint8Array)) return String(value);
  try {
    return bodies.textOf(value);
  } catch {
    return Buffer.from(value).toString('latin1');
  }
}

const findings = (folder: string) => REMOVED.flatMap((text) => filesWith(folder, text));

/** A removal that was confirmed by a process that was killed before it began. */
function confirm(dataDir: string, request: Pick<RedactionRequest, 'id' | 'event' | 'stream' | 'statement'>) {
  const store = new SqliteRedactionStore(redactionsPath(dataDir));
  const [askedAt, expiresAt] = [new Date().toISOString(), '2099-01-01T00:00:00.000Z'];
  const ground = { ground: 'court-order', basis: 'Lahore High Court, order 12/2025' } as const;
  store.add({ ...request, ...ground, askedBy: 'ann', askedAt, expiresAt, state: 'asked' });
  store.change(request.id, 'asked', { state: 'removing', settledBy: 'ben', settledAt: askedAt });
  store.close();
}

/** A draft from which an event was recorded. */
function addDraft(dataDir: string, title: string, event: string): void {
  const store = new SqliteInboxStore(inboxPath(dataDir));
  const none = { link: null, publishedAt: null, publishedOn: null, outlet: null, language: null };
  store.add([{ ...none, id: 'draft', title, excerpt: '' }], new Date().toISOString());
  store.markRecorded('draft', event);
  store.close();
}

const hadRemoved = (text: string) => REMOVED.some((removed) => text.includes(removed));

let root: string;
let dataDir: string;
let server: RunningServer;
/** Path → entity tag and body of the time before the removal. */
const before = new Map<string, { readonly etag: string; readonly text: string }>();
/** What the views had before the removal. */
let viewsBefore: string;
let receipt: string;
let asOfBefore: string;

beforeAll(async () => {
  root = temporaryFolder();
  dataDir = join(root, 'data');
  server = await startServer(dataDir, ['--empty']);
  for (const event of EVENTS) {
    const { status, json: answer } = await post(server.url, event);
    expect([status, answer.errors]).toEqual([201, undefined]);
  }
  const { json } = await ask(server.url, `/countries/PK?after=${EVENTS.length}`);
  asOfBefore = json.asOf.token;
  const pages = PAGES.flatMap((path) => [path, `${path}?asOf=${asOfBefore}`]);
  const files = FORMATS.map((suffix) => `/countries/PK${suffix}`);
  for (const path of [...pages, ...files, `/events/${uuid(1)}`, `/streams/${mou.stream}`]) {
    const { headers, text } = await ask(server.url, path);
    before.set(path, { etag: String(headers['etag']), text });
  }
  receipt = (await ask(server.url, `/events/${uuid(1)}/receipt`)).text;
  await server.stop();
  // The text index of a live file lacks the latest events.
  await runProgram(['rebuild', '--data-dir', dataDir]);
  viewsBefore = textsOfViews(dataDir);
  addDraft(dataDir, `Memorandum of ${AGREEMENT}`, uuid(1));
  confirm(dataDir, { id: uuid(90), event: uuid(1), stream: mou.stream });
  confirm(dataDir, { id: uuid(91), event: uuid(4), stream: 'briefing-1', statement: 'a' });
  server = await startServer(dataDir, ['--empty']);
  await until(async () => {
    const { json: list } = await ask(server.url, '/redactions');
    return list.redactions.every(({ state }: { readonly state: string }) => state === 'done');
  });
}, 120_000);

afterAll(async () => {
  await server.stop();
  rmSync(root, { recursive: true });
});

describe('Removed content', () => {
  test('was in the answers and in the files before', () => {
    const texts = [...before.values()].map(({ text }) => text).join();
    for (const text of REMOVED) expect(texts).toContain(text);
    for (const text of [AGREEMENT, CORRECTED, STATEMENT]) {
      expect(viewsBefore).toContain(text);
      expect(viewsBefore).toContain(`indexed: ${text.toLowerCase()}`);
    }
  });

  test('is in no file of the data folder while the server runs, and other content is', () => {
    expect(findings(dataDir)).toEqual([]);
    for (const text of KEPT) expect(filesWith(dataDir, text)).not.toEqual([]);
    const views = textsOfViews(dataDir);
    for (const text of REMOVED) expect(views).not.toContain(text);
    for (const text of KEPT) expect(views).toContain(text);
  });

  test('is in no answer, as of no earlier state, and not confirmed by an entity tag of before', async () => {
    for (const [path, { etag, text: known }] of before) {
      for (const encoding of ['identity', 'gzip', 'br']) {
        const headers = { 'if-none-match': `${etag}, ${etag.replace(/"$/, `;${encoding}"`)}` };
        // The client decodes what it gets.
        const answer = await fetch(`${server.url}${path}`, {
          headers: { ...headers, 'accept-encoding': encoding },
        });
        const body = await answer.text();
        // What had nothing that was removed is still the same.
        expect([path, answer.status === 304 && hadRemoved(known)]).toEqual([path, false]);
        expect([path, REMOVED.filter((removed) => body.includes(removed))]).toEqual([path, []]);
      }
      const { text } = await ask(server.url, path);
      for (const removed of REMOVED) expect([path, text.includes(removed)]).toEqual([path, false]);
      const page = await ask(server.url, path, { headers: { accept: 'text/html' } });
      for (const removed of REMOVED) expect([path, page.text.includes(removed)]).toEqual([path, false]);
    }
    for (const path of [
      '/events',
      '/events.ndjson',
      '/actors',
      '/search?q=zweigenthal',
      `/search?q=zweigenthal&asOf=${asOfBefore}`,
      '/countries/PK/changes?from=1',
    ]) {
      const { text } = await ask(server.url, path);
      for (const removed of REMOVED) expect([path, text.includes(removed)]).toEqual([path, false]);
    }
  });

  test('leaves an entry that says when and on what ground it was removed', async () => {
    const { json } = await ask(server.url, '/countries/PK');
    const entries = json.entries as Record<string, unknown>[];
    expect(entries.find(({ id }) => id === uuid(1))).toMatchObject({
      type: 'ContentRedacted',
      headline: 'The content was removed by law',
      occurred: { edtf: mou.occurred },
      sources: 0,
      redactions: [
        {
          by: uuid(90),
          ground: 'court-order',
          basis: 'Lahore High Court, order 12/2025',
          recordedAt: expect.any(String),
        },
      ],
    });
    const { text } = await ask(server.url, '/countries/PK', { headers: { accept: 'text/html' } });
    expect(text).toContain('The content was removed by law');
    expect(text).toContain('Lahore High Court, order 12/2025');
    expect(text).toContain('court order');
  });

  test('leaves the other statements of a briefing', async () => {
    const { json } = await ask(server.url, '/statements');
    expect(json.entries).toHaveLength(1);
    expect(JSON.stringify(json.entries)).toContain('Kestenholz');
    const event = (await ask(server.url, `/events/${uuid(4)}`)).json;
    expect(event.redactions).toMatchObject([{ by: uuid(91), statement: 'a', ground: 'court-order' }]);
  });

  test('keeps the proofs: the receipt from before is of the same leaf as a new one, which has no salt', async () => {
    const leafOf = (text: string) => /(?:^|\n)extra (\S+)/.exec(text)?.[1] ?? '';
    const decoded = (text: string) => JSON.parse(Buffer.from(leafOf(text), 'base64').toString());
    const after = (await ask(server.url, `/events/${uuid(1)}/receipt`)).text;
    expect(Object.keys(decoded(receipt)).sort()).toEqual(['content', 'leaf', 'salt']);
    expect(decoded(after)).toEqual({ leaf: decoded(receipt).leaf });
  });

  test('is in no file after the server has stopped, in no rebuilt view, export or backup, and in no copy', async () => {
    await server.stop();
    expect(findings(dataDir)).toEqual([]);
    const from = ['--data-dir', dataDir];
    const run = async (...args: string[]) => {
      const { exitCode, stderr } = await runProgram(args);
      expect([args[0], exitCode, exitCode === 0 ? '' : stderr]).toEqual([args[0], 0, '']);
    };
    await run('rebuild', ...from);
    const views = textsOfViews(dataDir);
    for (const text of REMOVED) expect(views).not.toContain(text);
    for (const text of REMOVED) expect(views).not.toContain(text.toLowerCase());
    for (const text of KEPT) expect(views).toContain(`indexed: ${text.toLowerCase()}`);
    await run('export', join(root, 'export.ndjson'), ...from);
    await run('backup', join(root, 'chancery.backup'), ...from);
    await run('verify', ...from);
    await run('import', join(root, 'export.ndjson'), '--data-dir', join(root, 'imported'));
    await run('restore', join(root, 'chancery.backup'), '--data-dir', join(root, 'restored'));
    await run('copy', '--from', dataDir, '--to', join(root, 'copied'));
    for (const copy of ['imported', 'restored', 'copied'])
      await run('verify', '--data-dir', join(root, copy));
    await run('export', join(root, 'again.ndjson'), '--data-dir', join(root, 'imported'));
    expect(readFileSync(join(root, 'again.ndjson'))).toEqual(readFileSync(join(root, 'export.ndjson')));
    expect(findings(root)).toEqual([]);
  });
});

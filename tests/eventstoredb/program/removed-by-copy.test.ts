import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { correction, mou, shipment, uuid } from '../../append/sent-events.ts';
import { until } from '../../cli/polling.ts';
import { type RunningServer, runProgram, startServer } from '../../cli/server-process.ts';
import { ask } from '../../http/support/client.ts';
import { WireServer } from '../wire-server/wire-server.ts';

const SECRET = 'Zweigenthal';
const EVENTS = [
  { ...mou, id: uuid(1), data: { ...mou.data, subject: `${SECRET} ore` } },
  { ...shipment, id: uuid(2) },
  { ...correction(uuid(1), mou.stream, { ...mou.data, subject: `ore of ${SECRET}` }), id: uuid(3) },
];

let folder: string;
let wire: WireServer;
let server: RunningServer | undefined;

const at = (name: string): string => join(folder, name);

function variablesFor(prefix: string, isOnServer: boolean): NodeJS.ProcessEnv {
  const settings = { EVENTSTORE_PREFIX: prefix, DATA_DIR: at(`data-${prefix}`) };
  return isOnServer ? { ...settings, EVENTSTORE_URL: wire.connectionString } : settings;
}

/** Runs a command on the log of a prefix. */
async function run(prefix: string, ...args: string[]): Promise<void> {
  const variables = variablesFor(prefix, args[0] === 'import');
  const { exitCode, stderr } = await runProgram(args, { variables });
  expect([args[0], exitCode, exitCode === 0 ? '' : stderr]).toEqual([args[0], 0, '']);
}

const storedText = (prefix: string) =>
  wire.log.all.flatMap(({ stream, data }) =>
    String(stream).startsWith(`${prefix}-`) ? [Buffer.from(data).toString()] : [],
  );

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'chancery-removed-'));
  wire = await new WireServer().start();
  await writeFile(at('events.ndjson'), EVENTS.map((event) => `${JSON.stringify(event)}\n`).join(''));
  await run('old', 'import', at('events.ndjson'));
  await run('old', 'copy', '--from', wire.connectionString, '--to', at('work'));
  const basis = ['--ground', 'court-order', '--basis', 'Lahore High Court, order 12/2025'];
  await run('old', 'redact', uuid(1), ...basis, '--yes', '--data-dir', at('work'));
  await run('new', 'copy', '--from', at('work'), '--to', wire.connectionString);
  server = await startServer(at('data-new'), ['--empty'], { variables: variablesFor('new', true) });
  await until(async () => (await ask(server?.url ?? '', '/readyz')).status === 200);
}, 120_000);

afterAll(async () => {
  await server?.stop();
  wire.stop();
  await rm(folder, { recursive: true });
});

/** The files of a folder that have the removed text. */
function filesWithSecret(name: string): readonly string[] {
  return readdirSync(at(name), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => readFileSync(path).includes(SECRET));
}

describe('A log on EventStoreDB that was copied without removed content', () => {
  test('has the removal and the leaves, and not the content', async () => {
    expect(storedText('old').join()).toContain(SECRET);
    expect(storedText('new')).toHaveLength(EVENTS.length + 1);
    expect(storedText('new').join()).not.toContain(SECRET);
    expect(filesWithSecret('work')).toEqual([]);
  });

  test('is served with an entry for what was removed, and content is in no file', async () => {
    const { json } = await ask(server?.url ?? '', `/events/${uuid(1)}`);
    expect(json.redactions).toMatchObject([{ ground: 'court-order' }]);
    const { text } = await ask(server?.url ?? '', '/countries/PK');
    expect(text).toContain('The content was removed by law');
    expect(text).not.toContain(SECRET);
    expect(filesWithSecret('data-new')).toEqual([]);
  });

  test('keeps nothing of it on the server when the streams of the old prefix are deleted and scavenged', () => {
    for (const name of new Set(wire.log.all.map(({ stream }) => String(stream)))) {
      if (name.startsWith('old-')) wire.log.tombstone(name);
    }
    wire.log.scavenge();
    expect(wire.log.all.some(({ data }) => Buffer.from(data).includes(SECRET))).toBe(false);
    expect(storedText('new')).toHaveLength(EVENTS.length + 1);
  });
});

describe('chancery redact', () => {
  test('refuses a log on a server, and says what to do', async () => {
    const args = ['redact', uuid(1), '--ground', 'copyright', '--basis', 'x'];
    const { exitCode, stderr } = await runProgram(args, {
      variables: { DATA_DIR: at('data-x'), EVENTSTORE_URL: wire.connectionString },
    });
    expect(exitCode).not.toBe(0);
    expect(stderr).toContain('copy the log into a folder');
  });
});

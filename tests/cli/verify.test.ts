import { cpSync, existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { openDatabase } from '../../src/sqlite/driver.ts';
import { briefing, mou, shipment, uuid } from '../append/sent-events.ts';
import { post } from '../http/support/client.ts';
import { alterLog } from '../integrity/damaged-folder.ts';
import { duplicateFirstLeaf } from '../integrity/table-pages.ts';
import { temporaryFolder } from '../sqlite/temporary-folder.ts';
import { runProgram, startServer } from './server-process.ts';

const EVENTS = 60;

let root: string;
let dataDir: string;
/** Receipt of the second event, and the public key. */
let receipt: string;
let key: string;

beforeAll(async () => {
  root = temporaryFolder();
  const original = join(root, 'original');
  const server = await startServer(original, ['--empty']);
  for (let number = 1; number <= EVENTS; number += 1) {
    const event = [briefing, mou, shipment][number % 3];
    expect((await post(server.url, { ...event, stream: undefined, id: uuid(number) })).status).toBe(201);
    if (number === EVENTS / 2) {
      for (const file of ['log.db', 'log.db-wal']) cpSync(join(original, file), join(root, 'older', file));
    }
  }
  // Asking for the key waits until the tree contains every event.
  key = (await (await fetch(`${server.url}/log/key`)).text()).trim();
  receipt = await (await fetch(`${server.url}/events/${uuid(2)}/receipt`)).text();
  // Asks for the state after the last event, so the rows contain it.
  expect((await fetch(`${server.url}/countries/PK?after=${EVENTS}`)).status).toBe(200);
  expect((await server.stop()).exitCode).toBe(0);
}, 60_000);
afterAll(() => rmSync(root, { recursive: true }));

beforeEach(() => {
  dataDir = join(root, 'data');
  cpSync(join(root, 'original'), dataDir, { recursive: true });
});
afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

const verify = () => runProgram(['verify', '--data-dir', dataDir]);

describe('chancery verify', () => {
  test('finds nothing wrong after a stop', async () => {
    const { exitCode, stderr } = await verify();
    expect([exitCode, stderr]).toEqual([
      0,
      expect.stringContaining(`${EVENTS} events, 3 view files and ${EVENTS + 2} audit entries are in order`),
    ]);
  });

  test('says which event was altered', async () => {
    alterLog(dataDir, "UPDATE event SET content = replace(content, '2025', '2024') WHERE position = 7");
    const { exitCode, stderr } = await verify();
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/the first 60 events are not those that were signed in checkpoint/);
    expect(stderr).toMatch(
      new RegExp(`\\w+ ${uuid(7)} at position 7 \\(revision 0 of .*\\) is not what was recorded`),
    );
    expect(stderr).not.toMatch(/position (6|8) /);
  });

  test('says which events are missing, in the middle and at the end', async () => {
    alterLog(dataDir, 'DELETE FROM event WHERE position IN (7, 20, 21, 22, 59, 60)');
    const { exitCode, stderr } = await verify();
    expect(exitCode).toBe(1);
    expect(stderr).toContain('there is no event at position 7');
    expect(stderr).toContain('there are no events from position 20 to 22');
    expect(stderr).toContain('the log ends after 54 events, but it had at least 60');
  });

  test('says where a page was written twice, where export and rebuild stop too', async () => {
    duplicateFirstLeaf(join(dataDir, 'log.db'));
    const { exitCode, stderr } = await verify();
    expect([exitCode, stderr]).toEqual([1, expect.stringMatching(/after position \d+ comes position 1: /)]);
    for (const command of ['export', 'rebuild']) {
      const run = await runProgram([
        command,
        '--data-dir',
        dataDir,
        ...(command === 'export' ? [] : ['country']),
      ]);
      expect([run.exitCode, run.stderr]).toEqual([1, expect.stringContaining('log.db is damaged')]);
    }
  });

  test('says how to put a missing trigger back, which a start refuses to do without', async () => {
    const database = openDatabase(join(dataDir, 'log.db'));
    database.exec('DROP TRIGGER event_is_never_updated');
    database.close();
    const started = await runProgram(['serve', '--port', '0', '--data-dir', dataDir]);
    expect([started.exitCode, started.stderr]).toEqual([1, expect.stringContaining('Run chancery verify')]);
    const { exitCode, stderr } = await verify();
    expect(exitCode).toBe(1);
    const [, sql = ''] = /put it back with: (CREATE TRIGGER.*?END;)/s.exec(stderr) ?? [];
    const repaired = openDatabase(join(dataDir, 'log.db'));
    repaired.exec(sql);
    repaired.close();
    expect((await verify()).exitCode).toBe(0);
  });

  test('compares the timelines with a replay', async () => {
    const country = 'country.1.db';
    const database = openDatabase(join(dataDir, 'views', country));
    database.exec(
      "UPDATE content SET body = replace(body, '2025', '2024') WHERE id = (SELECT min(id) FROM content)",
    );
    database.close();
    const { exitCode, stderr } = await verify();
    expect(exitCode).toBe(1);
    expect(stderr).toContain(
      `${country}: entries: 9 rows of a replay are missing, 9 rows are not in a replay`,
    );
    expect(stderr).toContain('1 problem found');
  });

  test('leaves out a view file of an earlier release, as a start rebuilds it', async () => {
    const database = openDatabase(join(dataDir, 'views', 'country.1.db'));
    database.exec('PRAGMA user_version = 9');
    database.close();
    const { exitCode, stderr } = await verify();
    expect([exitCode, stderr]).toEqual([0, expect.stringContaining('2 view files')]);
  });

  test('says which file has a row that is cut off', async () => {
    const database = openDatabase(join(dataDir, 'views', 'country.1.db'));
    database.exec("UPDATE timeline SET changes = x'0a' WHERE key = 'PK'");
    database.close();
    const { exitCode, stderr } = await verify();
    expect(exitCode).toBe(1);
    expect(stderr).toContain('country.1.db: it cannot be read: The changes of a timeline are cut off');
  });

  test('finds a tree that does not fit the signed log', async () => {
    const database = openDatabase(join(dataDir, 'tree.db'));
    database.exec('UPDATE node SET hash = zeroblob(32) WHERE number = 11');
    database.close();
    const { exitCode, stderr } = await verify();
    expect([exitCode, stderr]).toEqual([
      1,
      expect.stringMatching(/tree.db is damaged at event \d+; remove it/),
    ]);
    rmSync(join(dataDir, 'tree.db'));
    expect((await verify()).exitCode).toBe(0);
  });

  test('refuses a folder without a log, and creates nothing there', async () => {
    dataDir = join(root, 'empty');
    mkdirSync(dataDir);
    const { exitCode, stderr } = await verify();
    expect([exitCode, stderr]).toEqual([1, `chancery: the data folder ${dataDir} has no log\n`]);
    expect(readdirSync(dataDir)).toEqual([]);
  });

  test('refuses a folder that a server has open', async () => {
    const server = await startServer(dataDir);
    const { exitCode, stderr } = await verify();
    expect([exitCode, stderr]).toEqual([1, expect.stringContaining('is in use by another Chancery process')]);
    await server.stop();
  });
});

describe('A start', () => {
  const start = () => runProgram(['serve', '--port', '0', '--data-dir', dataDir]);

  // The timelines know the log, too, and are asked first.
  beforeEach(() => rmSync(join(dataDir, 'views'), { recursive: true }));

  const replaceLog = (from: string | undefined) => {
    for (const suffix of ['', '-wal', '-shm']) {
      rmSync(join(dataDir, `log.db${suffix}`), { force: true });
      const source = from && join(root, from, `log.db${suffix}`);
      if (source && existsSync(source)) cpSync(source, join(dataDir, `log.db${suffix}`));
    }
  };

  test.each([
    ['older', 'older', `the log had ${EVENTS} events and has ${EVENTS / 2} now`],
    ['missing', undefined, 'it is missing, but checkpoints were signed for it'],
  ])('refuses a log that is %s, says so, and does not record the sample', async (_, from, reason) => {
    replaceLog(from);
    const { exitCode, stderr } = await start();
    expect([exitCode, stderr]).toEqual([1, expect.stringContaining(reason)]);
    expect(stderr).toContain('Restore the log from a backup, or start with --accept-log');
    expect(existsSync(join(dataDir, 'log.db'))).toBe(from !== undefined);
    const again = await start();
    expect([again.exitCode, again.stderr]).toEqual([1, expect.stringContaining(reason)]);
  });

  test('accepts an older log when it is told to, and signs for it from then on', async () => {
    replaceLog('older');
    const server = await startServer(dataDir, ['--accept-log']);
    const checkpoint = await (await fetch(`${server.url}/log/checkpoint`)).text();
    expect(checkpoint.split('\n')[1]).toBe(String(EVENTS / 2));
    await server.stop();
  });
});

describe('chancery verify-receipt', () => {
  const file = () => join(dataDir, 'receipt');
  const verifyReceipt = (text: string, publicKey = key) => {
    writeFileSync(file(), text);
    return runProgram(['verify-receipt', file(), '--key', publicKey]);
  };

  test('shows what was recorded, without the log', async () => {
    for (const name of readdirSync(dataDir)) rmSync(join(dataDir, name), { recursive: true });
    const { exitCode, stdout } = await verifyReceipt(receipt);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(
      new RegExp(`^valid: \\w+ ${uuid(2)} .* is event 2 of the ${EVENTS} events of chancery/`),
    );
    expect(JSON.parse(stdout.split('\n')[1] ?? '')).toHaveProperty('data');
  });

  test('refuses an altered receipt, and what is no key', async () => {
    const altered = await verifyReceipt(receipt.replace('index 1', 'index 2'));
    expect([altered.exitCode, altered.stderr]).toEqual([
      1,
      `chancery: ${file()} is not valid: its event is not in the log of its checkpoint\n`,
    ]);
    const wrongKey = await verifyReceipt(receipt, `${key}x`);
    expect([wrongKey.exitCode, wrongKey.stderr]).toEqual([
      2,
      expect.stringContaining('--key: expected a public key'),
    ]);
  });
});

import { generateKeyPairSync } from 'node:crypto';
import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type EventStore, StoreUnavailableError } from '../../src/event-store/event-store.ts';
import { NO_REMOVALS } from '../../src/event-store/removals.ts';
import { openCheckpoint } from '../../src/integrity/check-history.ts';
import { leafOf } from '../../src/integrity/leaf.ts';
import { CheckpointFile, keyPath, openLogKey } from '../../src/integrity/log-files.ts';
import { LogTree } from '../../src/integrity/log-tree.ts';
import { leafHash, RootHasher } from '../../src/integrity/merkle-tree.ts';
import type { TreeStore } from '../../src/integrity/tree-store.ts';
import { openTreeStore, treePath } from '../../src/sqlite/tree-store.ts';
import { appendNumbered, newEvent } from '../../src/testing/contracts/event-store/contract.ts';
import { InMemoryEventStore } from '../../src/testing/in-memory/in-memory-event-store.ts';
import { temporaryFolder } from '../sqlite/temporary-folder.ts';

const clock = () => new Date('2025-10-13T08:00:00.000Z');

let dataDir: string;
let open: LogTree[];

beforeEach(() => {
  dataDir = temporaryFolder();
  open = [];
});
afterEach(async () => {
  for (const tree of open) await tree.close();
  rmSync(dataDir, { recursive: true });
});

async function logOf(events: number): Promise<EventStore> {
  const log = new InMemoryEventStore(clock);
  await appendNumbered(log, events);
  return log;
}

async function openTree(log: EventStore, store: TreeStore = openTreeStore(dataDir)): Promise<LogTree> {
  const tree = new LogTree({
    removals: NO_REMOVALS,
    log,
    location: 'the log',
    store,
    checkpointFile: new CheckpointFile(dataDir),
    key: await openLogKey(dataDir),
    onFailure: (error) => {
      throw error;
    },
  });
  open.push(tree);
  return tree;
}

/** Opens a tree on the log, lets it follow to the end, and closes it. */
async function signLog(log: EventStore): Promise<void> {
  const tree = await openTree(log);
  await tree.check();
  await tree.close();
  open.pop();
}

async function rootOfLog(log: EventStore): Promise<Buffer> {
  const hasher = new RootHasher();
  const events = await log.readAll({ direction: 'forwards', maxCount: 10_000 });
  for (const event of events) hasher.add(leafHash(leafOf(event)));
  return hasher.root();
}

/** The log with other content in one of its events. */
function altered(log: EventStore, number: number): EventStore {
  const change = <Event extends { position: string; content: string }>(event: Event): Event =>
    event.position === String(number) ? { ...event, content: '{"data":{}}' } : event;
  return Object.assign(Object.create(log) as EventStore, {
    readAll: async (options: Parameters<EventStore['readAll']>[0]) =>
      (await log.readAll(options)).map(change),
    readEventAt: async (position: Parameters<EventStore['readEventAt']>[0]) => {
      const event = await log.readEventAt(position);
      return event && change(event);
    },
  });
}

describe('The tree of a log', () => {
  test('contains an event soon after its append, whoever appends it', async () => {
    const log = await logOf(300);
    const tree = await openTree(log);
    tree.start();
    for (let number = 301; number <= 310; number += 1) {
      const outcome = await log.append('s', 'any', [newEvent(number)]);
      const [event] = outcome.outcome === 'appended' ? outcome.events : [];
      expect(event && (await tree.waitFor(event.position, 10_000))).toBe(true);
      expect(event && tree.indexOf(event.position)).toBe(number - 1);
      expect(tree.rootAt(tree.size)).toEqual(await rootOfLog(log));
    }
  });

  test('resumes after its last event, and signs what was appended when it is closed', async () => {
    const log = await logOf(10);
    await signLog(log);
    await log.append('s', 'any', [newEvent(11)]);
    await signLog(log);
    const note = new CheckpointFile(dataDir).read() ?? '';
    const checkpoint = openCheckpoint(note, await openLogKey(dataDir));
    expect(checkpoint).toMatchObject({ size: 11, root: await rootOfLog(log) });
  });

  test('is built again if its file is lost or unreadable', async () => {
    const log = await logOf(10);
    await signLog(log);
    const overwriteFrom = (start: number) => () => {
      const bytes = readFileSync(treePath(dataDir));
      writeFileSync(treePath(dataDir), bytes.fill(0xff, start));
    };
    const lose = () => rmSync(treePath(dataDir));
    for (const damage of [lose, overwriteFrom(0), overwriteFrom(4_096), overwriteFrom(8_192)]) {
      damage();
      await signLog(log);
      const store = openTreeStore(dataDir);
      expect(store.size).toBe(10);
      store.close();
    }
  });

  test('is built again if it does not fit a log that was never signed', async () => {
    await signLog(await logOf(10));
    rmSync(join(dataDir, 'checkpoint'));
    const log = await logOf(7);
    await signLog(log);
    const tree = await openTree(log);
    expect([tree.size, tree.rootAt(7)]).toEqual([7, await rootOfLog(log)]);
  });
});

describe('A log that is unavailable', () => {
  test('keeps its tree, even if nothing was signed yet', async () => {
    const log = await logOf(10);
    await signLog(log);
    rmSync(join(dataDir, 'checkpoint'));
    const unavailable = Object.assign(Object.create(log) as EventStore, {
      readEventAt: () => Promise.reject(new StoreUnavailableError('The log does not respond.')),
    });
    const tree = await openTree(unavailable);
    await expect(tree.check()).rejects.toThrow(StoreUnavailableError);
    expect(tree.size).toBe(10);
  });
});

describe('A log is refused', () => {
  test.each([
    ['empty', 0],
    ['shorter than it was', 9],
  ])('if it is %s', async (_, events) => {
    await signLog(await logOf(10));
    const tree = await openTree(await logOf(events));
    await expect(tree.check()).rejects.toThrow(
      `the log has another history than before: the log had 10 events and has ${events} now. Nothing was changed.`,
    );
    expect(tree.size).toBe(10);
  });

  test.each([1, 4, 10])('if event %i is another, even if the tree was lost', async (number) => {
    const log = await logOf(10);
    await signLog(log);
    if (number < 10) rmSync(treePath(dataDir));
    const tree = await openTree(altered(log, number));
    await expect(tree.check()).rejects.toThrow(
      'the first 10 events of the log are not those that were recorded',
    );
  });

  test('if it lost events that were not signed yet, but are in the tree', async () => {
    const log = await logOf(10);
    await signLog(log);
    const note = new CheckpointFile(dataDir).read() ?? '';
    await log.append('s', 'any', [newEvent(11)]);
    await signLog(log);
    await new CheckpointFile(dataDir).write(note);
    const tree = await openTree(await logOf(10));
    await expect(tree.check()).rejects.toThrow('the log had 11 events and has 10 now');
  });

  test.each([
    ['empty', ''],
    ['changed', 'chancery/0000000000000000\n1\nAAAA\n'],
  ])('if the kept checkpoint is %s', async (_, text) => {
    const log = await logOf(3);
    await signLog(log);
    writeFileSync(join(dataDir, 'checkpoint'), text);
    const tree = await openTree(log);
    await expect(tree.check()).rejects.toThrow('the file checkpoint is not a checkpoint that was signed');
  });

  test('if the key that signed its checkpoint is lost', async () => {
    const log = await logOf(3);
    await signLog(log);
    rmSync(keyPath(dataDir));
    const tree = await openTree(log);
    await expect(tree.check()).rejects.toThrow('signed with the key in log.key');
  });
});

describe('The key of a log', () => {
  test('is made once, and only its owner can read it', async () => {
    const key = await openLogKey(dataDir);
    expect((await openLogKey(dataDir)).equals(key)).toBe(true);
    expect(statSync(keyPath(dataDir)).mode & 0o777).toBe(0o600);
    expect(readFileSync(keyPath(dataDir), 'utf8')).toMatch(/^-----BEGIN PRIVATE KEY-----/);
  });

  test('is not the one of another log', () => {
    const { privateKey } = generateKeyPairSync('ed25519');
    expect(openCheckpoint('chancery/1\n', privateKey)).toBe(undefined);
  });
});

import { rmSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import type { EventStore } from '../../src/event-store/event-store.ts';
import { EventStoreDbEventStore } from '../../src/eventstoredb/eventstoredb-event-store.ts';
import { appendNumbered } from '../../src/testing/contracts/event-store/contract.ts';
import { InMemoryEventIndex } from '../../src/testing/in-memory/in-memory-event-index.ts';
import { InMemoryEventStore } from '../../src/testing/in-memory/in-memory-event-store.ts';
import { WireServer } from '../eventstoredb/wire-server/wire-server.ts';
import { openTestStore } from '../sqlite/open-test-store.ts';
import { temporaryFolder } from '../sqlite/temporary-folder.ts';
import { idleTree } from './in-memory-tree.ts';

const EVENTS = 300;
const clock = () => new Date('2025-10-13T08:00:00.000Z');

async function rootOf(log: EventStore): Promise<string> {
  await appendNumbered(log, EVENTS);
  const tree = idleTree(log);
  tree.start();
  const [last] = await log.readAll({ direction: 'backwards', maxCount: 1 });
  expect(last && (await tree.waitFor(last.position, 30_000))).toBe(true);
  expect(last && tree.indexOf(last.position)).toBe(EVENTS - 1);
  const root = tree.rootAt(EVENTS).toString('hex');
  await tree.close();
  await log.close();
  return root;
}

test('The same events have the same root in memory, on SQLite and on EventStoreDB', async () => {
  const dataDir = temporaryFolder();
  const server = await new WireServer().start();
  server.log.addForeignEvents();
  const index = new InMemoryEventIndex();
  const { connectionString } = server;
  const root = await rootOf(new InMemoryEventStore(clock));
  expect(await rootOf(openTestStore(dataDir, clock))).toBe(root);
  const options = { connectionString, prefix: 'root-', clock, index, callTimeoutMs: 30_000 };
  expect(await rootOf(new EventStoreDbEventStore(options))).toBe(root);
  server.stop();
  rmSync(dataDir, { recursive: true });
});

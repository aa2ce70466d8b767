import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Position } from '../../src/event-store/event-store.ts';
import { numberedPosition } from '../../src/event-store/position.ts';
import { openDatabase } from '../../src/sqlite/driver.ts';
import { logPath } from '../../src/sqlite/log/log-schema.ts';
import { SqliteEventReader } from '../../src/sqlite/log/sqlite-event-reader.ts';
import { FileVersionError } from '../../src/sqlite/migrations.ts';
import {
  appendNumbered,
  eventId,
  idsInLog,
  newEvent,
} from '../../src/testing/contracts/event-store/contract.ts';
import { openTestStore } from './open-test-store.ts';
import { TYPESCRIPT } from './other-processes.ts';
import { temporaryFolder } from './temporary-folder.ts';

let dataDir: string;

beforeEach(() => {
  dataDir = temporaryFolder();
});

afterEach(() => rmSync(dataDir, { recursive: true }));

describe('SqliteEventReader', () => {
  test('sees committed events at each read', async () => {
    const store = openTestStore(dataDir);
    const reader = new SqliteEventReader(dataDir);
    await appendNumbered(store, 2);
    expect(await reader.readStream('s-0', { direction: 'forwards', maxCount: 9 })).toHaveLength(1);
    await store.append('s-0', 'any', [newEvent(3)]);
    expect(await reader.readStream('s-0', { direction: 'forwards', maxCount: 9 })).toHaveLength(2);
    expect(await reader.readEvent(eventId(3))).toEqual(await store.readEvent(eventId(3)));
    expect(await reader.readEventAt(numberedPosition(3))).toEqual(await store.readEvent(eventId(3)));
    expect(await reader.readEventAt('7-7' as Position)).toBeUndefined();
    reader.close();
    await store.close();
  });

  test('follows the log in another thread when it is notified of new events', async () => {
    const store = openTestStore(dataDir);
    await appendNumbered(store, 2);
    const thread = new Worker(new URL('./read-in-thread.ts', import.meta.url), {
      execArgv: TYPESCRIPT,
      workerData: { dataDir },
    });
    const messages: unknown[] = [];
    const untilCaughtUp = async () => {
      do messages.push((await once(thread, 'message'))[0]);
      while (messages.at(-1) !== 'caught-up');
    };
    await untilCaughtUp();

    await store.append('t', 'any', [newEvent(3)]);
    thread.postMessage('appended');
    await untilCaughtUp();

    expect(messages).toEqual([eventId(1), eventId(2), 'caught-up', eventId(3), 'caught-up']);
    thread.postMessage('stop');
    await once(thread, 'exit');
    await store.close();
  });

  test('reads a log that no process has open and does not block the next writer', async () => {
    const store = openTestStore(dataDir);
    await appendNumbered(store, 3);
    await store.close();

    const reader = new SqliteEventReader(dataDir);
    expect(await reader.readAll({ direction: 'backwards', maxCount: 1 })).toMatchObject([{ id: eventId(3) }]);
    reader.close();

    const again = openTestStore(dataDir);
    expect((await again.append('t', 'any', [newEvent(4)])).outcome).toBe('appended');
    expect(await idsInLog(again)).toEqual([1, 2, 3, 4].map(eventId));
    await again.close();
  });

  test('cannot write', async () => {
    const store = openTestStore(dataDir);
    const connection = openDatabase(logPath(dataDir), { readOnly: true });
    expect(() =>
      connection.exec("INSERT INTO event VALUES (9, 'x', 's', 0, 'T', '', '', '', '', NULL)"),
    ).toThrow(/readonly/);
    connection.close();
    await store.close();
  });

  test('throws if there is no log or if the log has another schema version', async () => {
    expect(() => new SqliteEventReader(dataDir)).toThrow(/unable to open/);
    await openTestStore(dataDir).close();
    for (const [version, message] of [
      [0, /older version/],
      [99, /newer version/],
    ] as const) {
      const connection = openDatabase(logPath(dataDir));
      connection.exec(`PRAGMA user_version = ${version}`);
      connection.close();
      expect(() => new SqliteEventReader(dataDir)).toThrow(FileVersionError);
      expect(() => new SqliteEventReader(dataDir)).toThrow(message);
    }
  });
});

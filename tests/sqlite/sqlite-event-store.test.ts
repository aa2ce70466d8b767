import { rmSync, statSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import {
  type AppendOutcome,
  StoreBusyError,
  StoreFailedError,
  StoreFullError,
} from '../../src/event-store/event-store.ts';
import { type Database, openDatabase } from '../../src/sqlite/driver.ts';
import { logPath } from '../../src/sqlite/log/log-schema.ts';
import { LogWriter } from '../../src/sqlite/log/log-writer.ts';
import { SqliteEventReader } from '../../src/sqlite/log/sqlite-event-reader.ts';
import { SqliteEventStore } from '../../src/sqlite/log/sqlite-event-store.ts';
import {
  appendNumbered,
  eventId,
  idsInLog,
  newEvent,
  recordedEvents,
} from '../../src/testing/contracts/event-store/contract.ts';
import { openTestStore } from './open-test-store.ts';
import { temporaryFolder } from './temporary-folder.ts';

let dataDir: string;

beforeEach(() => {
  dataDir = temporaryFolder();
});

afterEach(() => rmSync(dataDir, { recursive: true }));

/** Opens a store whose connection counts COMMITs and can be made to fail. */
function openFaultyStore() {
  const database = openDatabase(logPath(dataDir));
  const faults = { commit: undefined as Error | undefined, commits: 0, failures: [] as Error[], appended: 0 };
  const faulty: Database = {
    prepare: database.prepare.bind(database),
    exec: (sql) => {
      if (sql === 'COMMIT') faults.commits += 1;
      if (sql === 'COMMIT' && faults.commit) throw faults.commit;
      database.exec(sql);
    },
    function: database.function.bind(database),
    close: () => database.close(),
    get isTransaction() {
      return database.isTransaction;
    },
  };
  const writer = new LogWriter(faulty, 'log.db', () => new Date());
  const reader = new SqliteEventReader(dataDir);
  const store = new SqliteEventStore({
    writer,
    reader,
    lock: { release: () => {} },
    onAppended: () => {
      faults.appended += 1;
    },
    onFailure: (error) => faults.failures.push(error),
  });
  faults.commits = 0;
  return { store, database, faults };
}

/** Returns an error like those that SQLite throws. https://sqlite.org/rescode.html */
function sqliteError(errcode: number, message: string): Error {
  return Object.assign(new Error(message), { code: 'ERR_SQLITE_ERROR', errcode });
}

const DISK_IO_ERROR_AT_FSYNC = 1034;
const DATABASE_OR_DISK_IS_FULL = 13;

function settled(append: Promise<AppendOutcome>): Promise<unknown> {
  return append.then(
    ({ outcome }) => outcome,
    (error: unknown) => error,
  );
}

describe('SqliteEventStore', () => {
  test('returns the same events after it was closed and opened again', async () => {
    const first = openTestStore(dataDir);
    const recorded = await appendNumbered(first, 20);
    await first.close();
    expect(statSync(`${logPath(dataDir)}-wal`, { throwIfNoEntry: false })?.size ?? 0).toBe(0);

    const second = openTestStore(dataDir);
    expect(await second.readAll({ direction: 'forwards', maxCount: 100 })).toEqual(recorded);
    const [next] = recordedEvents(await second.append('s-0', 'any', [newEvent(21)]));
    expect(next).toMatchObject({ position: '21', revision: 7 });
    await second.close();
  });

  test('keeps recording times in order across a restart with an earlier clock', async () => {
    const first = openTestStore(dataDir, () => new Date('2025-10-13T08:00:00.000Z'));
    await first.append('s', 'any', [newEvent(1)]);
    await first.close();
    const second = openTestStore(dataDir, () => new Date('2025-10-12T08:00:00.000Z'));
    const [event] = recordedEvents(await second.append('s', 'any', [newEvent(2)]));
    expect(event?.recordedAt).toBe('2025-10-13T08:00:00.000Z');
    await second.close();
  });

  test('writes waiting appends in one transaction, and very many in several', async () => {
    const { store, faults } = openFaultyStore();
    await appendNumbered(store, 64);
    expect(faults).toMatchObject({ commits: 1, appended: 1 });
    const events = Array.from({ length: 1_200 }, (_, index) => newEvent(100 + index));
    await Promise.all(events.map((event) => store.append(event.id, 'no-stream', [event])));
    expect(faults).toMatchObject({ commits: 1 + 3, appended: 1 + 3 }); // 512 + 512 + 176
    await store.close();
  });

  test('does not report appends that recorded nothing', async () => {
    const { store, faults } = openFaultyStore();
    await appendNumbered(store, 1);
    await appendNumbered(store, 1);
    expect(faults).toMatchObject({ commits: 2, appended: 1 });
    await store.close();
  });

  test('refuses appends while too many are waiting', async () => {
    const { store } = openFaultyStore();
    const calls = Array.from({ length: 8_200 }, (_, number) =>
      settled(store.append('s', 'any', [newEvent(number)])),
    );
    const outcomes = await Promise.all(calls);
    expect(outcomes.slice(0, 8_192).every((outcome) => outcome === 'appended')).toBe(true);
    expect(outcomes.slice(8_192)).toEqual(Array.from({ length: 8 }, () => expect.any(StoreBusyError)));
    expect(await settled(store.append('s', 'any', [newEvent(9_000)]))).toBe('appended');
    await store.close();
  });
});

describe('SqliteEventStore with a full disk', () => {
  test('refuses all appends of the transaction, and accepts appends again when there is room', async () => {
    const { store, database, faults } = openFaultyStore();
    await store.append('s', 'no-stream', [newEvent(1)]);
    const pages = database.prepare<{ page_count: number }>('PRAGMA page_count').get()?.page_count;
    database.exec(`PRAGMA max_page_count = ${pages}`);

    const large = newEvent(3, { content: `{"data":"${'x'.repeat(100_000)}"}` });
    const appends = [newEvent(2), large, newEvent(4)].map((event) =>
      settled(store.append('s', 'any', [event])),
    );
    expect(await Promise.all(appends)).toEqual([1, 2, 3].map(() => expect.any(StoreFullError)));
    expect(await idsInLog(store)).toEqual([eventId(1)]);
    expect(faults.failures).toEqual([]);

    database.exec('PRAGMA max_page_count = 1000000');
    const [next] = recordedEvents(await store.append('s', 'any', [large]));
    expect(next).toMatchObject({ position: '2', revision: 1 });
    await store.close();
  });

  test('writes nothing and stays usable if the COMMIT fails', async () => {
    const { store, faults } = openFaultyStore();
    faults.commit = sqliteError(DATABASE_OR_DISK_IS_FULL, 'database or disk is full');
    expect(await settled(store.append('s', 'no-stream', [newEvent(1)]))).toBeInstanceOf(StoreFullError);
    faults.commit = undefined;
    const [event] = recordedEvents(await store.append('s', 'no-stream', [newEvent(1)]));
    expect(event).toMatchObject({ position: '1', revision: 0 });
    await store.close();
  });
});

describe('SqliteEventStore after a failed COMMIT', () => {
  test('acknowledges no append, then or later, and reports the failure once', async () => {
    const { store, faults } = openFaultyStore();
    await appendNumbered(store, 1);
    faults.commit = sqliteError(DISK_IO_ERROR_AT_FSYNC, 'disk I/O error');
    const appends = Array.from({ length: 600 }, (_, index) =>
      settled(store.append('t', 'any', [newEvent(10 + index)])),
    );
    const outcomes = await Promise.all(appends); // two transactions, of which the second is not attempted
    const late = await settled(store.append('t', 'any', [newEvent(2)]));

    expect(outcomes.every((outcome) => outcome instanceof StoreFailedError)).toBe(true);
    expect(late).toBeInstanceOf(StoreFailedError);
    expect(faults.failures).toEqual([outcomes[0]]);
    expect(String(faults.failures[0])).toContain('disk I/O error');
    expect(faults.commits).toBe(2);
    expect(faults.appended).toBe(1);
    await store.close();
  });

  test('still reads, and keeps acknowledged events', async () => {
    const { store, faults } = openFaultyStore();
    await appendNumbered(store, 3);
    faults.commit = sqliteError(DISK_IO_ERROR_AT_FSYNC, 'disk I/O error');
    await settled(store.append('t', 'any', [newEvent(4)]));
    expect(await idsInLog(store)).toEqual([1, 2, 3].map(eventId));
    await store.close();

    const again = openTestStore(dataDir);
    expect(await idsInLog(again)).toEqual([1, 2, 3].map(eventId));
    await again.close();
  });
});

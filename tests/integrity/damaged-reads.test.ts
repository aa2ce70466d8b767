import { rmSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { openDatabase } from '../../src/sqlite/driver.ts';
import { logPath } from '../../src/sqlite/log/log-schema.ts';
import { SqliteEventReader } from '../../src/sqlite/log/sqlite-event-reader.ts';
import { appendNumbered } from '../../src/testing/contracts/event-store/contract.ts';
import { openTestStore } from '../sqlite/open-test-store.ts';
import { temporaryFolder } from '../sqlite/temporary-folder.ts';
import { duplicateFirstLeaf } from './table-pages.ts';

let dataDir: string;

beforeEach(async () => {
  dataDir = temporaryFolder();
  const store = openTestStore(dataDir);
  await appendNumbered(store, 400);
  await store.close();
});
afterEach(() => rmSync(dataDir, { recursive: true }));

/** Changes the log as a program does that removes the triggers first. */
function change(sql: string): void {
  const database = openDatabase(logPath(dataDir));
  database.exec('DROP TRIGGER event_is_never_updated; DROP TRIGGER event_is_never_deleted');
  database.exec(sql);
  database.close();
}

async function withReader<Result>(work: (reader: SqliteEventReader) => Promise<Result>): Promise<Result> {
  const reader = new SqliteEventReader(dataDir);
  try {
    return await work(reader);
  } finally {
    reader.close();
  }
}

const readAll = (direction: 'forwards' | 'backwards') =>
  withReader((reader) => reader.readAll({ direction, maxCount: 1_000 }));

describe('A read of a damaged log', () => {
  test('stops where a page of the file is a copy of another', async () => {
    duplicateFirstLeaf(logPath(dataDir));
    await expect(readAll('forwards')).rejects.toThrow(
      /it has position 1 and is in the place of \d{3}; log.db is/,
    );
    await expect(readAll('backwards')).rejects.toThrow(/is in the place of/);
  });

  test('ends a subscription in place of repeating events for ever', async () => {
    duplicateFirstLeaf(logPath(dataDir));
    let events = 0;
    const follow = withReader(async (reader) => {
      const options = { pageSize: 10, signal: new AbortController().signal };
      for await (const message of reader.subscribe(options)) {
        if (message.kind === 'events') events += message.events.length;
      }
    });
    await expect(follow).rejects.toThrow(/is in the place of/);
    expect(events).toBeLessThan(400);
  });

  test('stops at a gap, in either direction', async () => {
    change('DELETE FROM event WHERE position = 200');
    for (const direction of ['forwards', 'backwards'] as const) {
      await expect(readAll(direction)).rejects.toThrow('is in the place of 200');
    }
  });

  test('stops if the log does not begin with position 1', async () => {
    change('DELETE FROM event WHERE position = 1');
    await expect(readAll('forwards')).rejects.toThrow('it has position 2 and is in the place of 1');
  });

  test.each(['forwards', 'backwards'] as const)('stops at a gap in a stream, %s', async (direction) => {
    change("DELETE FROM event WHERE stream = 's-1' AND revision = 7");
    const read = withReader((reader) => reader.readStream('s-1', { direction, maxCount: 500 }));
    await expect(read).rejects.toThrow('it is in the place of revision 7 of "s-1"');
  });

  test('stops if a stream lost its first events', async () => {
    change("DELETE FROM event WHERE stream = 's-1' AND revision < 3");
    const read = withReader((reader) => reader.readStream('s-1', { direction: 'forwards', maxCount: 500 }));
    await expect(read).rejects.toThrow('it is in the place of revision 0 of "s-1"');
  });
});

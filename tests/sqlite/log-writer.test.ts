import { rmSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type Database, openDatabase } from '../../src/sqlite/driver.ts';
import { logMigrations, logPath } from '../../src/sqlite/log/log-schema.ts';
import { LogWriter } from '../../src/sqlite/log/log-writer.ts';
import { migrate } from '../../src/sqlite/migrations.ts';
import { missingTriggers } from '../../src/sqlite/triggers.ts';
import { newEvent } from '../../src/testing/contracts/event-store/contract.ts';
import { temporaryFolder } from './temporary-folder.ts';

let dataDir: string;
let database: Database;

const clock = () => new Date('2025-10-13T08:00:00.000Z');

beforeEach(() => {
  dataDir = temporaryFolder();
  database = openDatabase(logPath(dataDir));
});

afterEach(() => {
  database.close();
  rmSync(dataDir, { recursive: true });
});

function pragma(name: string): unknown {
  return Object.values(database.prepare<Record<string, unknown>>(`PRAGMA ${name}`).get() ?? {})[0];
}

describe('LogWriter', () => {
  test('sets its connection to WAL with synchronous=FULL, whatever it was before', () => {
    database.exec('PRAGMA synchronous = OFF');
    new LogWriter(database, 'log.db', clock);
    expect(pragma('journal_mode')).toBe('wal');
    expect(pragma('synchronous')).toBe(2); // https://sqlite.org/pragma.html#pragma_synchronous: 2 is FULL
  });

  test('makes small pages, because an event alone changes a few pages', () => {
    new LogWriter(database, 'log.db', clock);
    expect(pragma('page_size')).toBe(1024);
  });

  test('throws if synchronous stays at NORMAL', () => {
    database.exec('PRAGMA synchronous = NORMAL');
    const ignoringFull: Database = {
      prepare: database.prepare.bind(database),
      exec: (sql) => database.exec(sql.replace(/PRAGMA synchronous = FULL;/, '')),
      function: database.function.bind(database),
      close: () => {},
      isTransaction: false,
    };
    expect(() => new LogWriter(ignoringFull, 'log.db', clock)).toThrow(/synchronous=FULL/);
  });

  test('throws if the file does not support WAL', () => {
    const inMemory = openDatabase(':memory:');
    expect(() => new LogWriter(inMemory, ':memory:', clock)).toThrow(/WAL/);
    inMemory.close();
  });

  test('throws if a newer program wrote the log', () => {
    database.exec('PRAGMA user_version = 99');
    expect(() => new LogWriter(database, 'log.db', clock)).toThrow(/newer version/);
    expect(pragma('journal_mode')).toBe('delete');
  });
});

describe('The table event', () => {
  test('prevents every connection from changing or deleting an event', () => {
    new LogWriter(database, 'log.db', clock).write([
      { stream: 's', expected: 'no-stream', events: [newEvent(1)] },
    ]);
    const raw = openDatabase(logPath(dataDir));
    expect(() => raw.exec("UPDATE event SET content = '{}'")).toThrow('the log is append-only');
    expect(() => raw.exec('UPDATE event SET position = position + 1')).toThrow('the log is append-only');
    expect(() => raw.exec('DELETE FROM event')).toThrow('the log is append-only');
    expect(raw.prepare('SELECT content FROM event').all()).toEqual([{ content: newEvent(1).content }]);
    raw.close();
  });

  test.each([
    ['position', "position, id || 'x', stream || 'x', revision"],
    ['position of an earlier row', "1, id || 'x', stream || 'x', revision"],
    ['id', "position + 1, id, stream || 'x', revision"],
    ['revision', "position + 1, id || 'x', stream, revision"],
    ['position that leaves a gap', "position + 2, id || 'x', stream || 'x', revision"],
    ['position that SQLite chooses', "NULL, id || 'x', stream || 'x', revision"],
  ])('prevents every connection from replacing an event by its %s', (_, columns) => {
    const writer = new LogWriter(database, 'log.db', clock);
    writer.write([{ stream: 's', expected: 'no-stream', events: [newEvent(1), newEvent(2)] }]);
    const raw = openDatabase(logPath(dataDir));
    const events = () => raw.prepare('SELECT * FROM event').all();
    const before = events();
    const others = "type, recorded_at, metadata, '{}', salt, commitment FROM event WHERE position = 2";
    for (const verb of ['INSERT OR REPLACE', 'REPLACE', 'INSERT']) {
      try {
        raw.exec(`${verb} INTO event SELECT ${columns}, ${others}`);
      } catch (error) {
        expect(String(error)).toContain('the log is append-only');
      }
      expect(events()).toEqual(before);
    }
    raw.close();
  });

  test('of an older log gets the triggers it lacks, and keeps its events', () => {
    migrate(database, logMigrations.slice(0, 1), 'log.db');
    database.exec("INSERT INTO event VALUES (1, 'a', 's', 0, 'T', '2025', '{}', '{}', 'AAAA')");
    const writer = new LogWriter(database, 'log.db', clock);
    expect(missingTriggers(database, logMigrations)).toEqual([]);
    const [outcome] = writer.write([{ stream: 's', expected: 'any', events: [newEvent(1)] }]);
    expect(outcome).toMatchObject({ outcome: 'appended', events: [{ position: '2', revision: 1 }] });
  });

  test.each([
    ['removed', ''],
    ['altered', 'CREATE TRIGGER event_is_never_updated BEFORE UPDATE ON event BEGIN SELECT 1; END'],
  ])('is not opened if a trigger was %s', (_, sql) => {
    new LogWriter(database, 'log.db', clock);
    database.exec(`DROP TRIGGER event_is_never_updated; ${sql}`);
    expect(() => new LogWriter(database, 'data/log.db', clock)).toThrow(
      /^data\/log.db lacks triggers .* Run chancery verify/,
    );
    database.exec('DROP TRIGGER IF EXISTS event_is_never_updated');
    for (const trigger of missingTriggers(database, logMigrations)) database.exec(trigger);
    expect(() => new LogWriter(database, 'log.db', clock)).not.toThrow();
  });

  test('numbers positions 1, 2, 3… without gaps, even after refused appends', () => {
    const writer = new LogWriter(database, 'log.db', clock);
    writer.write([
      { stream: 's', expected: 'no-stream', events: [newEvent(1), newEvent(2)] },
      { stream: 's', expected: 'no-stream', events: [newEvent(3)] },
      { stream: 't', expected: 'no-stream', events: [newEvent(4), newEvent(1)] },
      { stream: 't', expected: 'no-stream', events: [newEvent(5)] },
    ]);
    writer.write([{ stream: 's', expected: 'any', events: [newEvent(6)] }]);
    const rows = database.prepare<{ position: number }>('SELECT position FROM event ORDER BY position').all();
    expect(rows.map(({ position }) => position)).toEqual([1, 2, 3, 4]);
  });
});

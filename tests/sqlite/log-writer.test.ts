import { rmSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type Database, openDatabase } from '../../src/sqlite/driver.ts';
import { logPath } from '../../src/sqlite/log/log-schema.ts';
import { LogWriter } from '../../src/sqlite/log/log-writer.ts';
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

  test('throws if synchronous stays at NORMAL', () => {
    database.exec('PRAGMA synchronous = NORMAL');
    const ignoringFull: Database = {
      prepare: database.prepare.bind(database),
      exec: (sql) => database.exec(sql.replace(/PRAGMA synchronous = FULL;/, '')),
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

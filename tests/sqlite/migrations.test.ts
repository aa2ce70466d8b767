import { describe, expect, test } from '@jest/globals';
import { type Database, openDatabase } from '../../src/sqlite/driver.ts';
import { FileVersionError, migrate } from '../../src/sqlite/migrations.ts';

const STEPS = [
  'CREATE TABLE a (x INTEGER) STRICT',
  'CREATE TABLE b (x INTEGER) STRICT; INSERT INTO a VALUES (1)',
];

function tables(database: Database): string[] {
  const rows = database.prepare<{ name: string }>('SELECT name FROM sqlite_schema ORDER BY name').all();
  return rows.map(({ name }) => name);
}

function version(database: Database): unknown {
  return database.prepare<{ user_version: number }>('PRAGMA user_version').get()?.user_version;
}

describe('migrate', () => {
  test('applies the missing steps, each once', () => {
    const database = openDatabase(':memory:');
    migrate(database, STEPS.slice(0, 1), 'file.db');
    migrate(database, STEPS, 'file.db');
    migrate(database, STEPS, 'file.db');
    expect(tables(database)).toEqual(['a', 'b']);
    expect(database.prepare('SELECT x FROM a').all()).toHaveLength(1);
    expect(version(database)).toBe(2);
  });

  test('rolls back a failed step and keeps the count of the step before', () => {
    const database = openDatabase(':memory:');
    const steps = [...STEPS.slice(0, 1), 'CREATE TABLE c (x INTEGER) STRICT; INSERT INTO nowhere VALUES (1)'];
    expect(() => migrate(database, steps, 'file.db')).toThrow(/no such table/);
    expect(tables(database)).toEqual(['a']);
    expect(version(database)).toBe(1);
    expect(database.isTransaction).toBe(false);
  });

  test('refuses the file of a newer program and changes nothing', () => {
    const database = openDatabase(':memory:');
    database.exec('PRAGMA user_version = 3');
    expect(() => migrate(database, STEPS, 'folder/file.db')).toThrow(FileVersionError);
    expect(() => migrate(database, STEPS, 'folder/file.db')).toThrow(
      'folder/file.db was written by a newer version of Chancery (schema 3, this program knows 2). ' +
        'Nothing was changed. Use the newer version.',
    );
    expect(tables(database)).toEqual([]);
  });
});

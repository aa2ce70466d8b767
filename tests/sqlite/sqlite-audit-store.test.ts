import { rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { NewAuditEntry } from '../../src/audit/audit-entry.ts';
import type { AuditRange } from '../../src/audit/audit-log.ts';
import { inspectAuditLog } from '../../src/sqlite/audit/audit-inspection.ts';
import { auditPath } from '../../src/sqlite/audit/audit-schema.ts';
import { SqliteAuditStore } from '../../src/sqlite/audit/sqlite-audit-store.ts';
import { openDatabase } from '../../src/sqlite/driver.ts';
import { exportEntry } from '../audit/audit-entries.ts';
import { fuzzRounds } from '../property/fuzz-rounds.ts';
import { temporaryFolder } from './temporary-folder.ts';

const ROUNDS = fuzzRounds(30);

let dataDir: string;
let store: SqliteAuditStore;

beforeEach(() => {
  dataDir = temporaryFolder();
  store = new SqliteAuditStore(dataDir);
});

afterEach(() => {
  store.close();
  rmSync(dataDir, { recursive: true });
});

const instant = (second: number) => new Date(Date.UTC(2026, 10, 26, 8, 0, second)).toISOString();
const numbersOf = (range: Partial<AuditRange>) =>
  store.read({ order: 'asc', limit: 100, ...range }).map(({ number }) => number);
const findings = () => inspectAuditLog(dataDir).findings;

/** Runs SQL over a connection of its own, as another program would. */
function meddle(sql: string): void {
  const raw = openDatabase(auditPath(dataDir));
  try {
    raw.exec(sql);
  } finally {
    raw.close();
  }
}

const TRIGGERS = [
  'entry_is_never_updated',
  'entry_is_never_deleted',
  'entry_is_never_replaced',
  'head_moves_with_the_entries',
];
/** Removes the triggers, changes the file and puts the triggers back. */
function meddleUnnoticed(sql: string): void {
  const raw = openDatabase(auditPath(dataDir));
  const select = 'SELECT sql FROM sqlite_schema WHERE name = ?';
  const triggers = TRIGGERS.map((name) => raw.prepare<{ sql: string }>(select).get(name)?.sql);
  const steps = [...TRIGGERS.map((name) => `DROP TRIGGER ${name}`), sql, ...triggers];
  raw.exec(`BEGIN; ${steps.join(';')}; COMMIT`);
  raw.close();
}

describe('The audit log in a data folder', () => {
  test('can be read and written by its owner only', () => {
    expect(statSync(join(dataDir, 'audit.db')).mode & 0o777).toBe(0o600);
  });

  test('returns the entries as they were recorded, with a number and a hash', () => {
    store.append([exportEntry(), exportEntry({ target: '/countries/US' })]);
    const [first, second] = store.read({ order: 'asc', limit: 10 });
    expect(first).toEqual({ number: 1, ...exportEntry(), hash: expect.stringMatching(/^[0-9a-f]{64}$/) });
    expect(second).toMatchObject({ number: 2, target: '/countries/US' });
    expect(store.entry(2)).toEqual(second);
    expect(store.entry(3)).toBeUndefined();
  });

  test('filters by principal, action and time, and pages in both directions', () => {
    const other = { name: 'other', authenticatedBy: 'key' } as const;
    store.append([
      exportEntry({ at: instant(1) }),
      exportEntry({ at: instant(2), principal: other }),
      exportEntry({ at: instant(3), action: 'backup' } as Partial<NewAuditEntry>),
      exportEntry({ at: instant(4), principal: other, action: 'backup' } as Partial<NewAuditEntry>),
    ]);
    expect(numbersOf({ principal: 'other' })).toEqual([2, 4]);
    expect(numbersOf({ action: 'backup' })).toEqual([3, 4]);
    expect(numbersOf({ principal: 'other', action: 'backup' })).toEqual([4]);
    expect(numbersOf({ from: instant(2), to: instant(4) })).toEqual([2, 3]);
    expect(numbersOf({ from: instant(5) })).toEqual([]);
    expect(numbersOf({ order: 'desc', limit: 2 })).toEqual([4, 3]);
    expect(numbersOf({ order: 'desc', limit: 2, after: 3 })).toEqual([2, 1]);
    expect(numbersOf({ limit: 2, after: 2 })).toEqual([3, 4]);
  });

  test('continues one chain when two processes write in turn', () => {
    const other = new SqliteAuditStore(dataDir);
    store.append([exportEntry()]);
    other.append([exportEntry()]);
    store.append([exportEntry()]);
    other.close();
    expect(inspectAuditLog(dataDir)).toMatchObject({ entries: 3, findings: [] });
  });

  test('keeps its order when the clock is set back', () => {
    store.append([exportEntry({ at: instant(5) }), exportEntry({ at: instant(3) })]);
    store.append([exportEntry({ at: instant(4) }), exportEntry({ at: instant(6) })]);
    const instants = store.read({ order: 'asc', limit: 10 }).map(({ at }) => at);
    expect(instants).toEqual([instant(5), instant(5), instant(5), instant(6)]);
  });

  test.each([
    ['an update', "UPDATE entry SET json = '{}'"],
    ['a deletion', 'DELETE FROM entry WHERE number = 2'],
    ['an INSERT OR REPLACE', "INSERT OR REPLACE INTO entry (number, json, hash) VALUES (1, '{}', '')"],
    [
      'an INSERT OR IGNORE that leaves a gap',
      "INSERT OR IGNORE INTO entry (number, json, hash) VALUES (9, '{}', '')",
    ],
    ['a change of the head', "UPDATE head SET number = 1, hash = ''"],
    ['a replacement of the head', "INSERT OR REPLACE INTO head VALUES (1, 1, '')"],
    ['a deletion of the head', 'DELETE FROM head'],
  ])('stops %s by another program', (_name, sql) => {
    store.append([exportEntry(), exportEntry()]);
    expect(() => meddle(sql)).toThrow('the audit log is append-only');
    expect(inspectAuditLog(dataDir)).toMatchObject({ entries: 2, findings: [] });
  });

  test('stops an upsert by another program', () => {
    store.append([exportEntry()]);
    const sql =
      "INSERT INTO entry (number, json, hash) VALUES (1, '{}', '') ON CONFLICT DO UPDATE SET json = '{}'";
    expect(() => meddle(sql)).toThrow('the audit log is append-only');
  });
});

describe('The check of an audit log', () => {
  beforeEach(() => {
    store.append([1, 2, 3, 4].map((second) => exportEntry({ at: instant(second) })));
  });

  test('finds an entry that was changed', () => {
    meddleUnnoticed("UPDATE entry SET json = replace(json, 'desk', 'dusk') WHERE number = 2");
    expect(findings()).toEqual([expect.stringMatching(/^audit\.db: entry 2 was changed/)]);
  });

  test('finds an entry that was removed', () => {
    meddleUnnoticed('DELETE FROM entry WHERE number = 2');
    expect(findings()).toEqual([expect.stringMatching(/entry 2 is missing; the next one is 3/)]);
  });

  test('finds entries that were removed at the end', () => {
    meddleUnnoticed('DELETE FROM entry WHERE number > 2');
    expect(findings()).toEqual([expect.stringMatching(/entry 2 is the last one, but 4 were written/)]);
  });

  test('finds entries that were exchanged', () => {
    meddleUnnoticed(
      'UPDATE entry SET number = -number;' +
        'UPDATE entry SET number = CASE number WHEN -1 THEN 2 WHEN -2 THEN 1 ELSE -number END',
    );
    expect(findings()).toEqual([expect.stringMatching(/entry 1 was changed/)]);
  });

  test('finds triggers that were removed, and says how to put them back', () => {
    meddle('DROP TRIGGER entry_is_never_deleted');
    const [finding = ''] = findings();
    expect(finding).toMatch(/a trigger is missing/);
    meddle(finding.replace(/^.*put it back with: /s, ''));
    expect(findings()).toEqual([]);
  });

  test('reports a file that is no database', () => {
    store.close();
    rmSync(auditPath(dataDir));
    writeFileSync(auditPath(dataDir), 'no database'.repeat(100));
    expect(findings()).toEqual([expect.stringMatching(/^audit\.db: it cannot be read after 0 entries/)]);
    rmSync(auditPath(dataDir));
    store = new SqliteAuditStore(dataDir);
  });

  test('finds any change of a character of any entry', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 4 }), fc.nat({ max: 200 }), (number, offset) => {
        const position = `1 + ${offset} % length(json)`;
        const changed = `substr(json, 1, ${position} - 1) || 'x' || substr(json, ${position} + 1)`;
        const before = store.entry(number);
        meddleUnnoticed(`UPDATE entry SET json = json_quote(${changed}) WHERE number = ${number}`);
        expect(findings()).not.toEqual([]);
        const { number: _number, hash: _hash, ...original } = before ?? { number: 0, hash: '' };
        const json = JSON.stringify(original).replaceAll("'", "''");
        meddleUnnoticed(`UPDATE entry SET json = '${json}' WHERE number = ${number}`);
        expect(findings()).toEqual([]);
      }),
      { numRuns: ROUNDS },
    );
  });
});

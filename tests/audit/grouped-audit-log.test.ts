import { describe, expect, test } from '@jest/globals';
import type { AuditEntry, NewAuditEntry } from '../../src/audit/audit-entry.ts';
import type { AuditStore } from '../../src/audit/audit-log.ts';
import { GroupedAuditLog } from '../../src/audit/grouped-audit-log.ts';
import { until } from '../cli/polling.ts';
import { DESK, exportEntry, refusalEntry } from './audit-entries.ts';

/** A store whose disk can be full. */
class TestStore implements AuditStore {
  readonly groups: (readonly NewAuditEntry[])[] = [];
  isFull = false;
  isClosed = false;

  append(entries: readonly NewAuditEntry[]): void {
    if (this.isFull) throw new Error('database or disk is full');
    this.groups.push(entries);
  }

  read(): readonly AuditEntry[] {
    return [];
  }

  entry(): undefined {
    return undefined;
  }

  close(): void {
    this.isClosed = true;
  }
}

function openLog() {
  const store = new TestStore();
  const failures: string[] = [];
  const log = new GroupedAuditLog({
    store,
    clock: () => new Date('2026-11-26T08:00:00.000Z'),
    principal: DESK,
    onFailure: ({ message }) => failures.push(message),
  });
  return { store, log, failures };
}

describe('GroupedAuditLog', () => {
  test('writes what is recorded together as one group, soon afterwards', async () => {
    const { store, log } = openLog();
    log.record(exportEntry({ target: '/a' }));
    log.record(exportEntry({ target: '/b' }));
    expect(store.groups).toEqual([]);
    await until(() => store.groups.length > 0);
    expect(store.groups).toEqual([[exportEntry({ target: '/a' }), exportEntry({ target: '/b' })]]);
    log.close();
  });

  test('writes what waits before it reads, and before it is closed', () => {
    const { store, log } = openLog();
    log.record(exportEntry());
    log.read({ order: 'asc', limit: 1 });
    expect(store.groups).toHaveLength(1);
    log.record(exportEntry());
    log.close();
    expect(store.groups).toHaveLength(2);
    expect(store.isClosed).toBe(true);
  });

  test('keeps entries that cannot be written, and reports that once', async () => {
    const { store, log, failures } = openLog();
    store.isFull = true;
    log.record(exportEntry());
    log.read({ order: 'asc', limit: 1 });
    log.read({ order: 'asc', limit: 1 });
    expect(failures).toEqual(['database or disk is full']);
    expect(log.waiting).toBe(1);
    store.isFull = false;
    await until(() => store.groups.length > 0);
    expect(log.waiting).toBe(0);
    log.close();
  });

  test('counts the entries for which there is no room, and writes their number', () => {
    const { store, log } = openLog();
    store.isFull = true;
    for (let number = 0; number < 10_003; number += 1) log.record(exportEntry());
    expect(log.waiting).toBe(10_000);
    store.isFull = false;
    log.close();
    const [group = []] = store.groups;
    expect(group).toHaveLength(10_001);
    expect(group.at(-1)).toMatchObject({ action: 'entries-lost', count: 3, principal: DESK });
  });

  test('writes the first refusals of an address, and counts the others', () => {
    const { store, log } = openLog();
    for (let number = 0; number < 1_000; number += 1) log.record(refusalEntry('192.0.2.1'));
    log.record(refusalEntry('192.0.2.2'));
    log.close();
    const entries = store.groups.flat();
    expect(entries.filter(({ action }) => action === 'refusal')).toHaveLength(21);
    expect(entries.filter(({ action }) => action === 'refusals-counted')).toEqual([
      expect.objectContaining({ address: '192.0.2.1', count: 980 }),
    ]);
  });

  test('bounds the entries about refusals of any number of addresses', () => {
    const { store, log } = openLog();
    for (let number = 0; number < 5_000; number += 1)
      log.record(refusalEntry(`10.0.${number >> 8}.${number & 255}`));
    log.close();
    const entries = store.groups.flat();
    const counted = entries.map((entry) => (entry.action === 'refusals-counted' ? entry.count : 0));
    expect(entries.filter(({ action }) => action === 'refusal')).toHaveLength(500);
    expect(counted.reduce((sum, count) => sum + count, 0)).toBe(4_500);
    expect(entries.length).toBeLessThan(1_502);
  });
});

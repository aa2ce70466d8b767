import { rmSync } from 'node:fs';
import { afterAll, expect, test } from '@jest/globals';
import {
  type EntryChangesQuery,
  type LogPoint,
  type Ordinal,
  UNFILTERED,
} from '../../src/projector/timeline-store.ts';
import { type Database, openDatabase } from '../../src/sqlite/driver.ts';
import {
  type ChangedColumns,
  type ChangedRow,
  entryChangesPage,
} from '../../src/sqlite/views/entry-changes.ts';
import { SqliteTimelineReader } from '../../src/sqlite/views/sqlite-timeline-reader.ts';
import { SqliteViewFile } from '../../src/sqlite/views/sqlite-view-file.ts';
import type { Sql } from '../../src/sqlite/views/timeline-filter-sql.ts';
import { TimelineStates } from '../../src/sqlite/views/timeline-states.ts';
import { logPoint, StoreFixture, version } from '../../src/testing/contracts/timeline-store/contract.ts';
import { temporaryFolder } from './temporary-folder.ts';

const root = temporaryFolder();
const compare = (a: string, b: string) => Number(a) - Number(b);
const FIRST_DAY = Date.UTC(2000, 0, 1);

afterAll(() => rmSync(root, { recursive: true }));

/** Writes a timeline in which every event shows an entry, and every tenth also changes the one of the event before. */
function writeView(events: number): string {
  const file = `${root}/${events}.db`;
  const view = new SqliteViewFile(file, [{ name: 'country', version: 1 }], compare);
  const reader = new SqliteTimelineReader(file, 'country', compare);
  const store = new StoreFixture({ writer: view.writer('country'), reader, close: () => {} });
  for (let done = 0; done < events; done += 1_000) {
    const versions = Array.from({ length: 1_000 }, (_, index) => versionsOf(done + index + 1));
    store.commit(done + 1_000, ...versions.flat());
  }
  reader.close();
  view.close();
  return file;
}

function versionsOf(event: number) {
  const earliest = new Date(FIRST_DAY + ((event * 7_919) % 9_000) * 86_400_000).toISOString().slice(0, 10);
  const own = version({ event, earliest });
  return event % 10 === 0 ? [own, version({ event: event - 1, from: event, text: 'changed' })] : [own];
}

interface Cost {
  statements: number;
  rows: number;
  /** Changes that were read from the history of the timeline. */
  historyChanges: number;
  scans: string[];
}

/** Reads a page, and counts what SQLite returns for it. */
function readCounting(db: Database, query: EntryChangesQuery) {
  const cost: Cost = { statements: 0, rows: 0, historyChanges: 0, scans: [] };
  const states = new TimelineStates(db, 1);
  const counting = {
    changes: (...args: Parameters<TimelineStates['changes']>) => {
      const found = states.changes(...args);
      return found && { ...found, changes: counted(found.changes, cost) };
    },
  };
  const read = ({ sql, values }: Sql): readonly ChangedRow[] => {
    const plan = db.prepare<{ detail: string }>(`EXPLAIN QUERY PLAN ${sql}`).all(...values);
    cost.scans.push(
      ...plan
        .map(({ detail }) => detail)
        .filter((step) => !/^SEARCH|VIRTUAL TABLE|^SCALAR SUBQUERY/.test(step)),
    );
    const statement = db.prepare<unknown>(sql);
    statement.setReturnArrays(true);
    const rows = statement.all(...values) as readonly ChangedColumns[];
    cost.statements += 1;
    cost.rows += rows.length;
    return rows.map(([ordinal, earliest, latest, rank, content, , body]) => {
      return [ordinal, earliest, latest, rank, content, body === null ? undefined : '{}'] as const;
    });
  };
  const page = entryChangesPage('PK', query, counting, read, (ordinal): LogPoint => logPoint(ordinal));
  return { page, cost };
}

function* counted<Item>(items: Iterable<Item>, cost: Cost): Generator<Item> {
  for (const item of items) {
    cost.historyChanges += 1;
    yield item;
  }
}

test('a page of changes costs the same in a log that is ten times as long', () => {
  const range = { after: 1_000 as Ordinal, upTo: 1_200 as Ordinal, limit: 50, changesMax: 5_000 };
  const query = { ...UNFILTERED, ...range };
  const costs = [2_000, 20_000].flatMap((events) => {
    const db = openDatabase(writeView(events), { readOnly: true });
    const found = (['asc', 'desc'] as const).map((order) => readCounting(db, { ...query, order }));
    db.close();
    for (const { page, cost } of found) {
      expect(page.changes).toHaveLength(50);
      expect(cost.scans).toEqual([]);
    }
    return found.map(({ cost }) => cost);
  });
  expect(costs.slice(2)).toEqual(costs.slice(0, 2));
  expect(costs[0]).toMatchObject({ statements: 2 });
  expect(Math.max(...costs.map(({ rows, historyChanges }) => rows + historyChanges))).toBeLessThan(200);
});

test('a filter that matches nothing costs no more than what it may scan', () => {
  const db = openDatabase(writeView(4_000), { readOnly: true });
  const range = { after: 0 as Ordinal, upTo: 4_000 as Ordinal, limit: 50, changesMax: 1_000 };
  const query = { ...UNFILTERED, ...range, order: 'asc', types: ['BriefingHeld'] } as const;
  const { page, cost } = readCounting(db, query);
  db.close();
  expect(page.changes).toEqual([]);
  expect(page.next).toMatchObject({ ordinal: expect.any(Number) });
  expect(cost.scans).toEqual([]);
  expect(cost.rows + cost.historyChanges).toBeLessThan(4_000);
});

test('all changes of a timeline with a long history are listed in both orders', () => {
  const file = writeView(3_000);
  const reader = new SqliteTimelineReader(file, 'country', compare);
  const range = { after: 0 as Ordinal, upTo: 3_000 as Ordinal, limit: 10_000, changesMax: 10_000 };
  const query = { ...UNFILTERED, ...range };
  const ascending = reader.entryChanges('PK', { ...query, order: 'asc' }).changes;
  const descending = reader.entryChanges('PK', { ...query, order: 'desc' }).changes;
  reader.close();
  expect(ascending).toHaveLength(3_300);
  expect(descending).toEqual(ascending.toReversed());
});

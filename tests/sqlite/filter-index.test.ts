import { rmSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { openDatabase } from '../../src/sqlite/driver.ts';
import { SqliteTimelineReader } from '../../src/sqlite/views/sqlite-timeline-reader.ts';
import { SqliteViewFile, type WriteMode } from '../../src/sqlite/views/sqlite-view-file.ts';
import {
  StoreFixture,
  type VersionFields,
  version,
} from '../../src/testing/contracts/timeline-store/contract.ts';
import { temporaryFolder } from './temporary-folder.ts';

const SIZES = { entriesMin: 10, scannedRows: 20, waitingContents: 5, segmentContents: 40 };
const EVENTS = 400;
const comparePositions = (a: string, b: string): number => Number(a) - Number(b);

/** Tests what the index costs. A property test compares what it finds with another store. */
describe('The filter index', () => {
  let folder: string;
  let file: string;

  beforeEach(() => {
    folder = temporaryFolder();
    file = `${folder}/country.1.db`;
  });

  afterEach(() => rmSync(folder, { recursive: true }));

  /** Writes a timeline with one event in each commit. */
  function write(mode: WriteMode, fieldsOf: (event: number) => Partial<VersionFields>): void {
    const view = new SqliteViewFile(file, [{ name: 'country', version: 1 }], comparePositions, mode, SIZES);
    const reader = {} as SqliteTimelineReader;
    const store = new StoreFixture({ writer: view.writer('country'), reader, close: () => {} });
    for (let event = 1; event <= EVENTS; event += 1)
      store.commit(event, version({ event, ...fieldsOf(event) }));
    view.close();
  }

  function texts(query: Parameters<StoreFixture['texts']>[1]): readonly string[] {
    const reader = new SqliteTimelineReader(file, 'country', comparePositions, SIZES);
    const writer = {} as StoreFixture['writer'];
    const found = new StoreFixture({ writer, reader, close: () => {} }).texts('PK', query);
    reader.close();
    return found;
  }

  function numberOf(sql: string): number {
    const database = openDatabase(file);
    const row = database.prepare<{ number: number }>(`SELECT ${sql} AS number`).get();
    database.close();
    return row?.number ?? Number.NaN;
  }

  test.each(['live', 'building'] as const)('has few segments with all contents in a %s file', (mode) => {
    write(mode, () => ({}));
    const contents = numberOf('(SELECT sum(contents) FROM segment)');
    expect(contents).toBeLessThanOrEqual(EVENTS);
    expect(contents).toBeGreaterThan(EVENTS - SIZES.waitingContents);
    const largeSegments = EVENTS / (SIZES.segmentContents / 2);
    const smallSegments = SIZES.segmentContents / SIZES.waitingContents;
    expect(numberOf('(SELECT count(*) FROM segment)')).toBeLessThanOrEqual(largeSegments + smallSegments);
  });

  test('does not have timelines with few entries', () => {
    write('live', (event) => ({ keys: event % 50 === 0 ? ['PK', 'US'] : ['PK'] }));
    expect(numberOf('(SELECT group_concat(key) FROM indexed_timeline)')).toBe('PK');
  });

  test('finds a rare entry without searching the timeline for it', () => {
    write('live', (event) => (event === 300 ? { topics: ['mica'] } : {}));
    expect(texts({ topics: ['mica'] })).toEqual(['entry 300']);
    const database = openDatabase(file);
    database.exec(`DELETE FROM posting
      WHERE timeline = 0 AND value = (SELECT id FROM facet WHERE token = 'topics:mica')`);
    database.close();
    expect(texts({ topics: ['mica'] })).toEqual([]);
  });

  test('is not used where a page fills soon', () => {
    write('live', () => ({}));
    const database = openDatabase(file);
    database.exec('DELETE FROM posting; DELETE FROM segment');
    database.close();
    expect(texts({ topics: ['rare-earths'], limit: 3 })).toEqual(['entry 1', 'entry 2', 'entry 3']);
  });
});

import { rmSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { ITEMS_MAX, type Ordinal, type TimelineWriter } from '../../src/projector/timeline-store.ts';
import { openDatabase } from '../../src/sqlite/driver.ts';
import { FileVersionError } from '../../src/sqlite/migrations.ts';
import { SqliteTimelineReader } from '../../src/sqlite/views/sqlite-timeline-reader.ts';
import { SqliteViewFile } from '../../src/sqlite/views/sqlite-view-file.ts';
import { CONTENTS_MAX } from '../../src/sqlite/views/timeline-schema.ts';
import {
  checkpoint,
  logPoint,
  position,
  StoreFixture,
  version,
} from '../../src/testing/contracts/timeline-store/contract.ts';
import { temporaryFolder } from './temporary-folder.ts';

const country = { name: 'country', version: 1 };
const topic = { name: 'topic', version: 1 };
const comparePositions = (a: string, b: string): number => Number(a) - Number(b);

/** Tests what is specific to SQLite. The contract suite tests what every store does. */
describe('The timeline store in SQLite', () => {
  let folder: string;
  let file: string;
  let view: SqliteViewFile;
  let writer: TimelineWriter;
  let reader: SqliteTimelineReader;
  let store: StoreFixture;

  function open(): void {
    view = new SqliteViewFile(file, [country], comparePositions);
    writer = view.writer('country');
    reader = new SqliteTimelineReader(file, 'country', comparePositions);
    store = new StoreFixture({ writer, reader, close: () => {} });
  }

  function close(): void {
    reader.close();
    view.close();
  }

  beforeEach(() => {
    folder = temporaryFolder();
    file = `${folder}/country.1.db`;
    open();
  });

  afterEach(() => {
    close();
    rmSync(folder, { recursive: true });
  });

  test('refuses two versions of one item by the same event and rolls back the commit', () => {
    store.commit(1, version({ event: 1 }));
    expect(() => store.commit(2, version({ event: 2 }), version({ event: 2 }))).toThrow(/UNIQUE/);
    expect(writer.checkpoint()).toMatchObject(checkpoint(1));
    store.commit(2, version({ event: 2, keys: ['US'] }));
    expect(store.texts('PK')).toEqual(['entry 1']);
    expect(store.texts('US')).toEqual(['entry 2']);
  });

  test('rolls back the commits of all projections of a file that commit together, and takes them again', () => {
    const shared = new SqliteViewFile(`${folder}/shared.db`, [country, topic], comparePositions);
    const [countries, topics] = [shared.writer('country'), shared.writer('topic')];
    const readers = ['country', 'topic'].map(
      (name) => new SqliteTimelineReader(`${folder}/shared.db`, name, comparePositions),
    );
    const commit = (last: TimelineWriter, versions = [version({ event: 1 })]): void => {
      const batch = { logPoints: [logPoint(1)], versions, links: [], checkpoint: checkpoint(1) };
      countries.transact?.(() => {
        countries.commit(batch);
        last.commit(batch);
      });
    };
    expect(countries.transact).toBe(topics.transact);
    expect(() => commit(countries)).toThrow(/UNIQUE/);
    const checkpoints = () => [countries, topics, ...readers].map((each) => each.checkpoint()?.ordinal);
    expect(checkpoints()).toEqual([undefined, undefined, undefined, undefined]);
    commit(topics);
    expect(checkpoints()).toEqual([1, 1, 1, 1]);
    const summaries = readers.map((each) => each.summary('PK', 1 as Ordinal)?.entries);
    expect(summaries).toEqual([1, 1]);
    for (const each of [...readers, shared]) each.close();
  });

  test('makes small pages, because an event changes few rows of many pages', () => {
    const database = openDatabase(file, { readOnly: true });
    expect(database.prepare('PRAGMA page_size').get()).toEqual({ page_size: 512 });
    database.close();
  });

  test('stores items and versions up to the limits, and refuses more', () => {
    store.commit(1, version({ event: 1, item: ITEMS_MAX - 1, text: '1' }));
    const versions = Array.from({ length: CONTENTS_MAX - 1 }, (_, i) =>
      version({ event: 1, item: ITEMS_MAX - 1, from: i + 2, text: String(i + 2) }),
    );
    store.commit(CONTENTS_MAX, ...versions);
    expect(store.texts('PK', { asOf: 10_000 as Ordinal })).toEqual([String(CONTENTS_MAX)]);
    const beyond = version({ event: 1, item: ITEMS_MAX - 1, from: CONTENTS_MAX + 1, text: 'beyond' });
    expect(() => store.commit(CONTENTS_MAX + 1, beyond)).toThrow(RangeError);
  });

  test('refuses a file of an older schema, so that it is rebuilt', () => {
    const older = `${folder}/older.db`;
    const database = openDatabase(older);
    database.exec(`
      CREATE TABLE entry (timeline INTEGER, earliest INTEGER, latest INTEGER, version INTEGER, matter TEXT);
      PRAGMA user_version = 2`);
    database.close();
    expect(() => new SqliteViewFile(older, [country], comparePositions)).toThrow(/no such column/);
    expect(() => new SqliteTimelineReader(older, 'country', comparePositions)).toThrow(FileVersionError);
  });

  test('refuses a file from before bodies were compressed', () => {
    const older = `${folder}/older.db`;
    new SqliteViewFile(older, [country], comparePositions).close();
    const database = openDatabase(older);
    database.exec('DROP TABLE body_dictionary; PRAGMA user_version = 4');
    database.close();
    expect(() => new SqliteViewFile(older, [country], comparePositions)).toThrow(/no such table/);
    expect(() => new SqliteTimelineReader(older, 'country', comparePositions)).toThrow(FileVersionError);
  });

  test.each(['live', 'building'] as const)('resumes at the checkpoint of a closed %s file', (mode) => {
    file = `${folder}/closed.db`;
    const before = new SqliteViewFile(file, [country], comparePositions, mode);
    const [logPoints, versions] = [[logPoint(1)], [version({ event: 1, earliest: '2025-09-01' })]];
    before.writer('country').commit({ logPoints, versions, links: [], checkpoint: checkpoint(1) });
    before.close();
    close();
    open();
    expect(writer.checkpoint()).toMatchObject(checkpoint(1));
    expect(writer.ordinalAt(position(10))).toBe(1);
    store.commit(2, version({ event: 2, keys: ['PK', 'US'] }));
    expect(store.texts('PK')).toEqual(['entry 1', 'entry 2']);
    expect(store.index()).toEqual([
      { key: 'PK', entries: 2, earliest: '2025-09-01', latest: '2025-09-08' },
      { key: 'US', entries: 1, earliest: '2025-09-08', latest: '2025-09-08' },
    ]);
    expect(reader.lastChange('PK')).toEqual(logPoint(2));
  });
});

import { rmSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { openDatabase } from '../../src/sqlite/driver.ts';
import { SqliteTimelineReader } from '../../src/sqlite/views/sqlite-timeline-reader.ts';
import { SqliteViewFile } from '../../src/sqlite/views/sqlite-view-file.ts';
import { StoreFixture, version } from '../../src/testing/contracts/timeline-store/contract.ts';
import { temporaryFolder } from './temporary-folder.ts';

const records = { name: 'records', version: 1, fold: () => {} };
const comparePositions = (a: string, b: string): number => Number(a) - Number(b);

const text = (event: number): string => `Record ${event} of ${'much that others say as well. '.repeat(9)}`;

describe('The bodies of entries that readers fold', () => {
  let folder: string;
  let file: string;
  let store: StoreFixture;
  let close: () => void;

  function open(): void {
    const view = new SqliteViewFile(file, [records], comparePositions);
    const reader = new SqliteTimelineReader(file, 'records', comparePositions);
    store = new StoreFixture({ writer: view.writer('records'), reader, close: () => {} });
    close = () => {
      reader.close();
      view.close();
    };
  }

  function storedBodies(): readonly { readonly bytes: number; readonly type: string }[] {
    const database = openDatabase(file, { readOnly: true });
    const select = 'SELECT length(body) AS bytes, typeof(body) AS type FROM content ORDER BY id';
    const rows = database.prepare<{ bytes: number; type: string }>(select).all();
    database.close();
    return rows;
  }

  beforeEach(() => {
    folder = temporaryFolder();
    file = `${folder}/records.1.db`;
    open();
  });

  afterEach(() => {
    close();
    rmSync(folder, { recursive: true });
  });

  test('are stored compressed, and read also after the file was opened again', () => {
    store.commit(1, version({ event: 1, text: text(1) }));
    close();
    open();
    store.commit(2, version({ event: 2, text: text(2) }));
    expect(store.texts('PK')).toEqual([text(1), text(2)]);
    for (const { bytes, type } of storedBodies()) {
      expect(type).toBe('blob');
      expect(bytes).toBeLessThan(text(1).length / 4);
    }
  });

  test('do not need the dictionary of a commit that was rolled back', () => {
    const twice = [version({ event: 1, text: text(1) }), version({ event: 1, text: text(1) })];
    expect(() => store.commit(1, ...twice)).toThrow(/UNIQUE/);
    store.commit(1, version({ event: 1, text: text(7) }));
    close();
    open();
    expect(store.texts('PK')).toEqual([text(7)]);
  });

  test.each([
    ['short', 'short', 'short'],
    ['longer than a dictionary', 'long '.repeat(8_000), 'long '.repeat(8_001)],
  ])('are stored as they are if they are %s', (_, ...texts) => {
    store.commit(2, ...texts.map((each, index) => version({ event: index + 1, text: each })));
    expect(store.texts('PK')).toEqual(texts);
    expect(storedBodies().map(({ type }) => type)).toEqual(['text', 'text']);
  });

  test('are stored as they are if the file has as many dictionaries as it can have', () => {
    const versions = Array.from({ length: 257 }, (_, index) =>
      version({ event: index + 1, type: `Type${index}`, text: text(index) }),
    );
    store.commit(257, ...versions);
    expect(storedBodies().filter(({ type }) => type === 'text')).toHaveLength(2);
    expect(store.texts('PK', { limit: 300 })).toEqual(versions.map((_, index) => text(index)));
  });
});

import { rmSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { ITEMS_MAX, type Ordinal, VERSIONS_MAX } from '../../src/projector/timeline-store.ts';
import { SqliteTimelineReader } from '../../src/sqlite/views/sqlite-timeline-reader.ts';
import { SqliteTimelineWriter } from '../../src/sqlite/views/sqlite-timeline-writer.ts';
import {
  checkpoint,
  logPoint,
  position,
  StoreInHand,
  version,
} from '../../src/testing/contracts/timeline-store/contract.ts';
import { temporaryFolder } from './temporary-folder.ts';

const comparePositions = (a: string, b: string): number => Number(a) - Number(b);

/** What every store does is in the contract; this is what SQLite does besides. */
describe('The timelines in SQLite', () => {
  let folder: string;
  let file: string;
  let writer: SqliteTimelineWriter;
  let reader: SqliteTimelineReader;
  let store: StoreInHand;

  function open(): void {
    writer = new SqliteTimelineWriter(file, comparePositions);
    reader = new SqliteTimelineReader(file, 'country@1', comparePositions);
    store = new StoreInHand({ writer, reader, close: () => {} });
  }

  function close(): void {
    reader.close();
    writer.close();
  }

  beforeEach(() => {
    folder = temporaryFolder();
    file = `${folder}/country@1.1.db`;
    open();
  });

  afterEach(() => {
    close();
    rmSync(folder, { recursive: true });
  });

  test('refuse two versions of one item by the same event, and leave nothing of the commit', () => {
    store.commit(1, version({ record: 1 }));
    expect(() => store.commit(2, version({ record: 2 }), version({ record: 2 }))).toThrow(/UNIQUE/);
    expect(writer.checkpoint()).toMatchObject(checkpoint(1));
    store.commit(2, version({ record: 2, in: ['US'] }));
    expect(store.said('PK')).toEqual(['entry 1']);
    expect(store.said('US')).toEqual(['entry 2']);
  });

  test('have room for the last item and the last version, and for none beyond', () => {
    store.commit(1, version({ record: 1, item: ITEMS_MAX - 1, says: '1' }));
    const versions = Array.from({ length: VERSIONS_MAX - 1 }, (_, i) =>
      version({ record: 1, item: ITEMS_MAX - 1, from: i + 2, says: String(i + 2) }),
    );
    store.commit(VERSIONS_MAX, ...versions);
    expect(store.said('PK', { asOf: 10_000 as Ordinal })).toEqual([String(VERSIONS_MAX)]);
    const beyond = version({ record: 1, item: ITEMS_MAX - 1, from: VERSIONS_MAX + 1, says: 'beyond' });
    expect(() => store.commit(VERSIONS_MAX + 1, beyond)).toThrow(RangeError);
  });

  test.each(['live', 'building'] as const)(
    'go on from the checkpoint of a %s file that was closed',
    (mode) => {
      file = `${folder}/closed.db`;
      const before = new SqliteTimelineWriter(file, comparePositions, mode);
      const [moments, versions] = [[logPoint(1)], [version({ record: 1, earliest: '2025-09-01' })]];
      before.commit({ moments, versions, checkpoint: checkpoint(1) });
      before.close();
      close();
      open();
      expect(writer.checkpoint()).toMatchObject(checkpoint(1));
      expect(writer.ordinalAt(position(10))).toBe(1);
      store.commit(2, version({ record: 2, in: ['PK', 'US'] }));
      expect(store.said('PK')).toEqual(['entry 1', 'entry 2']);
      expect(store.index()).toEqual([
        { key: 'PK', entries: 2, earliest: '2025-09-01', latest: '2025-09-08' },
        { key: 'US', entries: 1, earliest: '2025-09-08', latest: '2025-09-08' },
      ]);
      expect(reader.lastChange('PK')).toEqual(logPoint(2));
    },
  );
});

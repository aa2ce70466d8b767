import { rmSync } from 'node:fs';
import { afterAll, describe, expect, test } from '@jest/globals';
import { FILTER_INDEX_SIZES } from '../../src/sqlite/views/filter-index.ts';
import { SqliteTimelineReader } from '../../src/sqlite/views/sqlite-timeline-reader.ts';
import { SqliteViewFile } from '../../src/sqlite/views/sqlite-view-file.ts';
import { describeTimelineStoreContract } from '../../src/testing/index.ts';
import { temporaryFolder } from '../sqlite/temporary-folder.ts';

const root = temporaryFolder();
let stores = 0;

afterAll(() => rmSync(root, { recursive: true }));

/** Nearly every filter uses the index. */
const SMALL_SIZES = {
  entriesMin: 1,
  scannedRows: 1,
  waitingContents: 2,
  waitingTexts: 2,
  waitingChars: 1_000,
  addedRows: 1,
  segmentContents: 4,
};

for (const [name, sizes] of [
  ['The SQLite store', FILTER_INDEX_SIZES],
  ['The SQLite store with a small filter index', SMALL_SIZES],
] as const) {
  describeTimelineStoreContract(
    name,
    (comparePositions) => {
      stores += 1;
      const file = `${root}/${stores}.db`;
      const projections = [{ name: 'country', version: 1 }];
      const view = new SqliteViewFile(file, projections, comparePositions, 'live', sizes);
      const reader = new SqliteTimelineReader(file, 'country', comparePositions, sizes);
      const close = (): void => {
        reader.close();
        view.close();
      };
      return { writer: view.writer('country'), reader, close };
    },
    { describe, expect, test },
  );
}

import { rmSync } from 'node:fs';
import { afterAll, describe, expect, test } from '@jest/globals';
import { SqliteTimelineReader } from '../../src/sqlite/views/sqlite-timeline-reader.ts';
import { SqliteViewFile } from '../../src/sqlite/views/sqlite-view-file.ts';
import { describeTimelineStoreContract } from '../../src/testing/index.ts';
import { temporaryFolder } from '../sqlite/temporary-folder.ts';

const root = temporaryFolder();
let stores = 0;

afterAll(() => rmSync(root, { recursive: true }));

describeTimelineStoreContract(
  'The SQLite store',
  (comparePositions) => {
    stores += 1;
    const file = `${root}/${stores}.db`;
    const view = new SqliteViewFile(file, [{ name: 'country', version: 1 }], comparePositions);
    const reader = new SqliteTimelineReader(file, 'country', comparePositions);
    const close = (): void => {
      reader.close();
      view.close();
    };
    return { writer: view.writer('country'), reader, close };
  },
  { describe, expect, test },
);

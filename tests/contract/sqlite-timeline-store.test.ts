import { rmSync } from 'node:fs';
import { afterAll, describe, expect, test } from '@jest/globals';
import { SqliteTimelineReader } from '../../src/sqlite/views/sqlite-timeline-reader.ts';
import { SqliteTimelineWriter } from '../../src/sqlite/views/sqlite-timeline-writer.ts';
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
    const writer = new SqliteTimelineWriter(file, comparePositions);
    const reader = new SqliteTimelineReader(file, 'country@1', comparePositions);
    const close = (): void => {
      reader.close();
      writer.close();
    };
    return { writer, reader, close };
  },
  { describe, expect, test },
);

import { rmSync, statSync } from 'node:fs';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { openDatabase } from '../../src/sqlite/driver.ts';
import { FILTER_INDEX_SIZES } from '../../src/sqlite/views/filter-index.ts';
import type { SqliteTimelineReader } from '../../src/sqlite/views/sqlite-timeline-reader.ts';
import { SqliteViewFile } from '../../src/sqlite/views/sqlite-view-file.ts';
import { StoreFixture, version } from '../../src/testing/contracts/timeline-store/contract.ts';
import { temporaryFolder } from './temporary-folder.ts';

const EVENTS = 1_500;
const SIZES = { ...FILTER_INDEX_SIZES, entriesMin: Number.POSITIVE_INFINITY, waitingTexts: 8 };
const WORDS = 40;
/** If FTS5 decides when to merge, one commit of these writes 256 KB; half of them write 8 KB. */
const WRITTEN_BYTES_MAX = 150_000;
/** There are 22 of them if none are merged until FTS5 must. */
const SEGMENTS_MAX = 16;
const comparePositions = (a: string, b: string): number => Number(a) - Number(b);

let folder: string;
let file: string;

beforeEach(() => {
  folder = temporaryFolder();
  file = `${folder}/country.1.db`;
});

afterEach(() => rmSync(folder, { recursive: true }));

/** Returns words of which half are in many texts. */
function wordsOf(event: number): string {
  const numbers = Array.from(
    { length: WORDS },
    (_, index) => (event * (index + 1)) % (index % 2 ? 97 : 9_973),
  );
  return ` ${numbers.map((number) => `word${number}`).join(' ')} `;
}

test('The text index of a file with readers writes a little with every commit, and has few segments', () => {
  const view = new SqliteViewFile(file, [{ name: 'country', version: 1 }], comparePositions, 'live', SIZES);
  const reader = {} as SqliteTimelineReader;
  const store = new StoreFixture({ writer: view.writer('country'), reader, close: () => {} });
  const written: number[] = [];
  let before = 0;
  for (let event = 1; event <= EVENTS; event += 1) {
    store.commit(event, version({ event, words: wordsOf(event) }));
    const { size } = statSync(`${file}-wal`);
    written.push(size - before);
    before = size;
  }
  view.close();
  const database = openDatabase(file);
  const { segments } = database
    .prepare<{ segments: number }>('SELECT count(DISTINCT segid) AS segments FROM text_index_idx')
    .get() ?? { segments: 0 };
  database.close();
  expect(Math.max(...written)).toBeLessThan(WRITTEN_BYTES_MAX);
  expect(segments).toBeLessThan(SEGMENTS_MAX);
});

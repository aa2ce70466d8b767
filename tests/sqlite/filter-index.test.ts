import { copyFileSync, rmSync, statSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Day } from '../../src/domain/values/edtf.ts';
import { type Ordinal, UNFILTERED } from '../../src/projector/timeline-store.ts';
import { openDatabase } from '../../src/sqlite/driver.ts';
import { SqliteTimelineReader } from '../../src/sqlite/views/sqlite-timeline-reader.ts';
import { SqliteViewFile, type WriteMode } from '../../src/sqlite/views/sqlite-view-file.ts';
import { compareViewFiles } from '../../src/sqlite/views/view-comparison.ts';
import {
  StoreFixture,
  type VersionFields,
  version,
} from '../../src/testing/contracts/timeline-store/contract.ts';
import { temporaryFolder } from './temporary-folder.ts';

const SIZES = {
  entriesMin: 10,
  scannedRows: 20,
  waitingContents: 5,
  waitingTexts: 5,
  waitingChars: 100_000,
  addedRows: 20,
  segmentContents: 40,
};
const EVENTS = 400;
const SEGMENTS = '(SELECT count(*) FROM segment WHERE contents > 0)';
const TEXTS = 1_500;
const WORDS = 40;
/** If FTS5 decides when to merge, one commit of the texts writes 256 KB; half of them write 8 KB. */
const WRITTEN_BYTES_MAX = 150_000;
/** There are 22 of them if none are merged until FTS5 must. */
const TEXT_SEGMENTS_MAX = 16;
const comparePositions = (a: string, b: string): number => Number(a) - Number(b);

/** Returns words of which half are in many texts. */
function wordsOf(event: number): string {
  const numbers = Array.from(
    { length: WORDS },
    (_, index) => (event * (index + 1)) % (index % 2 ? 97 : 9_973),
  );
  return ` ${numbers.map((number) => `word${number}`).join(' ')} `;
}

/** Tests what the index costs. A property test compares what it finds with another store. */
describe('The filter index', () => {
  let folder: string;
  let file: string;

  beforeEach(() => {
    folder = temporaryFolder();
    file = `${folder}/country.1.db`;
  });

  afterEach(() => rmSync(folder, { recursive: true }));

  function openView(mode: WriteMode, sizes = SIZES) {
    const view = new SqliteViewFile(file, [{ name: 'country', version: 1 }], comparePositions, mode, sizes);
    const reader = {} as SqliteTimelineReader;
    const store = new StoreFixture({ writer: view.writer('country'), reader, close: () => {} });
    return { view, store };
  }

  /** Does the work in a transaction that is rolled back. */
  function rollBack(view: SqliteViewFile, work: () => void): void {
    const fail = () =>
      view.writer('country').transact?.(() => {
        work();
        throw new Error('rolled back');
      });
    expect(fail).toThrow('rolled back');
  }

  /** Writes a timeline with one event in each commit. */
  function write(mode: WriteMode, fieldsOf: (event: number) => Partial<VersionFields>, sizes = SIZES): void {
    const { view, store } = openView(mode, sizes);
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

  /** Copies the file, and checks that its indexes have what its other tables have. Returns the path of the copy. */
  function copyOfIntactFile(): string {
    const copy = `${folder}/replayed.db`;
    copyFileSync(file, copy);
    expect(compareViewFiles(file, copy)).toEqual([]);
    return copy;
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
    expect(numberOf(SEGMENTS)).toBeLessThanOrEqual(largeSegments + smallSegments);
  });

  test('has large segments with all the contents that they may have, if they grow by few at a time', () => {
    write('live', () => ({}), { ...SIZES, waitingContents: 1, segmentContents: 256 });
    expect(numberOf('(SELECT max(contents) FROM segment)')).toBeGreaterThanOrEqual(256);
    expect(numberOf(SEGMENTS)).toBeLessThanOrEqual(1 + 16 + 16);
  });

  test('merges segments in steps, which a rollback or a restart ends', () => {
    const topicsOf = (event: number) =>
      ['mica', 'trade', 'steel', 'energy'].filter((_, bit) => (event >> bit) % 2);
    let { view, store } = openView('live');
    let incomplete = 0;
    for (let event = 1; event <= EVENTS; event += 1) {
      const fields = { event, topics: topicsOf(event), words: ` word${event % 9} word${event} ` };
      if (event % 4 === 0) rollBack(view, () => store.commit(event, version(fields)));
      store.commit(event, version(fields));
      incomplete = Math.max(incomplete, numberOf('(SELECT count(*) FROM segment WHERE contents = 0)'));
      if (event % 7 !== 0) continue;
      view.close();
      ({ view, store } = openView('live'));
    }
    view.close();
    expect(incomplete).toBeGreaterThan(0);
    expect(numberOf(SEGMENTS)).toBeLessThan(EVENTS / SIZES.waitingContents / 2);
    expect(numberOf('(SELECT count(*) FROM posting WHERE segment NOT IN (SELECT id FROM segment))')).toBe(0);
    copyOfIntactFile();
    const trading = Array.from({ length: EVENTS }, (_, index) => index + 1).filter(
      (event) => (event >> 1) % 2,
    );
    const found = texts({ topics: ['trade'], limit: EVENTS });
    expect(found).toEqual(trading.map((event) => `entry ${event}`));
  });

  test('gets the rows of a timeline that has become long in steps, which a restart or a rollback ends', () => {
    const sizes = { ...SIZES, entriesMin: EVENTS / 2, waitingTexts: EVENTS };
    const indexed = () => numberOf('(SELECT count(*) FROM indexed_timeline)');
    let { view, store } = openView('live', sizes);
    let steps = 0;
    for (let event = 1; indexed() === 0; event += 1) {
      const fields = { event, topics: [event % 3 === 0 ? 'mica' : 'trade'] };
      if (event === EVENTS / 2 + 7) rollBack(view, () => store.commit(event, version(fields)));
      store.commit(event, version(fields));
      if (event >= EVENTS / 2) steps += 1;
      if (event !== EVENTS / 2 + 2) continue;
      view.close();
      ({ view, store } = openView('live', sizes));
    }
    view.close();
    const last = EVENTS / 2 + steps - 1;
    expect(steps).toBeGreaterThan(8);
    expect(steps).toBeLessThan(25);
    expect(texts({ topics: ['mica'], limit: EVENTS })).toHaveLength(Math.floor(last / 3));
    copyOfIntactFile();
  });

  test('refuses rows after it could not be updated, until it can be', () => {
    const { view, store } = openView('live');
    const other = openDatabase(file);
    const commit = (event: number) => store.commit(event, version({ event, words: ` word${event} ` }));
    const { sql: table = '' } =
      other.prepare<{ sql: string }>("SELECT sql FROM sqlite_schema WHERE name = 'text_row'").get() ?? {};
    other.exec('DROP TABLE text_row');
    const last = SIZES.waitingTexts;
    for (let event = 1; event < last; event += 1) commit(event);
    expect(() => commit(last)).toThrow('text_row');
    expect(view.writer('country').checkpoint()?.ordinal).toBe(last);
    expect(() => commit(last + 1)).toThrow('text_row');
    expect(view.writer('country').checkpoint()?.ordinal).toBe(last);
    other.exec(table);
    other.close();
    for (let event = last + 1; event <= 4 * last; event += 1) commit(event);
    view.close();
    expect(numberOf('(SELECT count(*) FROM text_row)')).toBeGreaterThan(3 * last);
    copyOfIntactFile();
  });

  test('has nothing of a transaction that was rolled back when the file could not be read', () => {
    const { view, store } = openView('live');
    const other = openDatabase(file);
    const { sql: table = '' } =
      other.prepare<{ sql: string }>("SELECT sql FROM sqlite_schema WHERE name = 'link'").get() ?? {};
    for (let event = 1; event <= EVENTS / 2; event += 1) store.commit(event, version({ event }));
    const next = EVENTS / 2 + 1;
    other.exec('DROP TABLE link');
    rollBack(view, () => store.commit(next, version({ event: next, topics: ['steel'], words: ' steel ' })));
    other.exec(table);
    other.close();
    for (const [index, topic] of ['mica', 'steel'].entries())
      store.commit(next + index, version({ event: next + index, topics: [topic], words: ` ${topic} ` }));
    view.close();
    expect(texts({ topics: ['steel'] })).toEqual([`entry ${next + 1}`]);
    copyOfIntactFile();
  });

  test('keeps few words in memory, however few contents have them', () => {
    const sizes = { ...SIZES, waitingContents: EVENTS * 2, waitingTexts: EVENTS * 2, waitingChars: 10_000 };
    write('live', (event) => ({ words: wordsOf(event) }), sizes);
    const unindexedMax = sizes.waitingChars / wordsOf(EVENTS).length;
    for (const checkpoint of ['indexed_ordinal', 'text_ordinal'])
      expect(numberOf(`(SELECT ordinal - ${checkpoint} FROM projection)`)).toBeLessThan(unindexedMax * 2);
    copyOfIntactFile();
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

  const one = (table: string, condition: string): string => {
    const key = table === 'posting' ? '(segment, timeline, value)' : '(segment, part)';
    return `${key} = (SELECT ${key.slice(1, -1)} FROM ${table} WHERE ${condition} LIMIT 1)`;
  };

  test.each([
    ['a posting of a timeline', 'posting', 'positions', one('posting', 'timeline <> 0')],
    ['a posting of a facet', 'posting', 'positions', one('posting', 'timeline = 0')],
    ['the keys of a segment', 'segment_part', 'contents', one('segment_part', 'part = 0')],
    ['the days of a segment', 'segment', 'part_days', 'id = (SELECT max(id) FROM segment)'],
  ])('differs from a replay when a bit of %s has flipped', (_, table, column, condition) => {
    write('live', (event) => ({ topics: [event % 3 === 0 ? 'mica' : 'trade'], keys: ['PK', 'US'] }));
    const replayed = copyOfIntactFile();
    const database = openDatabase(file);
    database.function('flipped', (bytes) => {
      const [first = 0, ...rest] = bytes as Uint8Array;
      return Uint8Array.of(first ^ 1, ...rest);
    });
    database.exec(`UPDATE ${table} SET ${column} = flipped(${column}) WHERE ${condition}`);
    database.close();
    expect(compareViewFiles(file, replayed)).toEqual([expect.stringMatching(/^filter index: /)]);
  });

  test.each([
    ['the words', "INSERT INTO text_index (text_index) VALUES ('delete-all')"],
    ['the numbers of the rows', 'UPDATE text_row SET content = content + 1'],
  ])('differs from a replay when the text index lacks %s', (_, damage) => {
    write('live', (event) => ({
      words: ` common word${event} `,
      earliest: event % 2 === 0 ? undefined : '9999-12-31',
    }));
    const replayed = copyOfIntactFile();
    const text = [{ words: ['word299'], isPrefix: false }];
    expect(texts({ text, from: '9999-12-01' as Day })).toEqual(['entry 299']);
    const database = openDatabase(file);
    database.exec(damage);
    database.close();
    expect(compareViewFiles(file, replayed)).toEqual([expect.stringMatching(/^text index: /)]);
    expect(texts({ text, from: '9999-12-01' as Day })).toEqual([]);
  });

  test('comes with a text index that writes a little with every commit, and has few segments', () => {
    const sizes = { ...SIZES, entriesMin: Number.POSITIVE_INFINITY, waitingTexts: 8 };
    const { view, store } = openView('live', sizes);
    const written: number[] = [];
    let before = 0;
    for (let event = 1; event <= TEXTS; event += 1) {
      store.commit(event, version({ event, words: wordsOf(event) }));
      const { size } = statSync(`${file}-wal`);
      written.push(size - before);
      before = size;
    }
    view.close();
    expect(Math.max(...written)).toBeLessThan(WRITTEN_BYTES_MAX);
    expect(numberOf('(SELECT count(DISTINCT segid) FROM text_index_idx)')).toBeLessThan(TEXT_SEGMENTS_MAX);
  });

  test('comes with a text index that does not read entries without words again', () => {
    write('live', () => ({}));
    expect(numberOf('(SELECT text_ordinal FROM projection)')).toBe(EVENTS);
    expect(numberOf('(SELECT count(*) FROM text_row)')).toBe(0);
  });

  test('finds the first change also if another timeline showed its words earlier', () => {
    const [matching, others] = [70, 270];
    const [inOrder, shownAgain] = [others + 1, others + 2];
    const { view, store } = openView('live');
    for (let event = 1; event <= inOrder; event += 1) {
      const words = event <= matching || event === inOrder ? ' rare ' : ' other ';
      store.commit(event, version({ event, words, keys: [event <= matching ? 'US' : 'PK'] }));
    }
    const again = { event: 1, from: shownAgain, words: ' rare ', keys: ['US', 'PK'] };
    store.commit(shownAgain, version(again));
    for (let event = shownAgain + 1; event <= EVENTS; event += 1)
      store.commit(event, version({ event, words: ' other ' }));
    const reader = new SqliteTimelineReader(file, 'country', comparePositions, SIZES);
    const text = [{ words: ['rare'], isPrefix: false }];
    const found = reader.first('PK', { ...UNFILTERED, text, upTo: EVENTS as Ordinal });
    expect(found?.logPoint.ordinal).toBe(inOrder);
    reader.close();
    view.close();
  });

  test('is not used where a page fills soon', () => {
    write('live', () => ({}));
    const database = openDatabase(file);
    database.exec('DELETE FROM posting; DELETE FROM segment');
    database.close();
    expect(texts({ topics: ['rare-earths'], limit: 3 })).toEqual(['entry 1', 'entry 2', 'entry 3']);
  });
});

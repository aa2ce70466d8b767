import { copyFileSync, rmSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Ordinal } from '../../src/projector/timeline-store.ts';
import { openDatabase } from '../../src/sqlite/driver.ts';
import { SqliteTimelineReader } from '../../src/sqlite/views/sqlite-timeline-reader.ts';
import { SqliteViewFile } from '../../src/sqlite/views/sqlite-view-file.ts';
import { compareViewFiles } from '../../src/sqlite/views/view-comparison.ts';
import { StoreFixture, version } from '../../src/testing/contracts/timeline-store/contract.ts';
import { temporaryFolder } from './temporary-folder.ts';

const PROJECTIONS = [{ name: 'agreements', version: 1 }];
const TIMELINES = 1_500;
const comparePositions = (a: string, b: string): number => Number(a) - Number(b);

describe('The items of a list', () => {
  let folder: string;
  let file: string;

  beforeEach(() => {
    folder = temporaryFolder();
    file = `${folder}/agreements.1.db`;
    const view = new SqliteViewFile(file, PROJECTIONS, comparePositions, 'live');
    const reader = new SqliteTimelineReader(file, 'agreements', comparePositions);
    const store = new StoreFixture({ writer: view.writer('agreements'), reader, close: () => {} });
    const events = Array.from({ length: TIMELINES }, (_, index) => index + 1);
    store.commitListed(
      TIMELINES,
      events.map((event) => version({ event, keys: [`mou-${event}`] })),
      events.map((event) => ({
        key: `mou-${event}`,
        ordinal: event as Ordinal,
        item: { sort: { title: `"${event},` }, facets: {}, spans: {} },
      })),
    );
    reader.close();
    view.close();
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  test('are all read, also if they are more than fit into one text', () => {
    const reader = new SqliteTimelineReader(file, 'agreements', comparePositions);
    const list = reader.list(TIMELINES as Ordinal);
    const all = {
      sort: 'key',
      order: 'asc',
      limit: 2 * TIMELINES,
      filter: { facets: {}, spans: {} },
    } as const;
    expect(list.page(all).keys).toHaveLength(TIMELINES);
    expect(list.get('mou-1001')?.sort).toEqual({ title: '"1001,' });
    reader.close();
  });

  test('are kept for earlier states as long as they are few together', () => {
    const reader = new SqliteTimelineReader(file, 'agreements', comparePositions);
    const listAt = (ordinal: number) => reader.list(ordinal as Ordinal);
    listAt(TIMELINES);
    const [first, second, third] = [TIMELINES - 3, TIMELINES - 2, TIMELINES - 1].map(listAt);
    expect(listAt(TIMELINES - 2)).toBe(second);
    expect(listAt(TIMELINES - 1)).toBe(third);
    expect(listAt(TIMELINES - 3)).not.toBe(first);
    reader.close();
  });

  test('are shared by the latest states', () => {
    const reader = new SqliteTimelineReader(file, 'agreements', comparePositions);
    const [before, latest] = [reader.list((TIMELINES - 1) as Ordinal), reader.list(TIMELINES as Ordinal)];
    expect(latest.sharesItems(before)).toBe(true);
    expect(before.sizeBeside(latest)).toBeLessThanOrEqual(1);
    expect(reader.list((TIMELINES - 1) as Ordinal)).toBe(before);
    reader.close();
  });

  test('are compared with those of a replay', () => {
    const replayed = `${folder}/replayed.db`;
    copyFileSync(file, replayed);
    expect(compareViewFiles(file, replayed)).toEqual([]);
    const database = openDatabase(file);
    database.exec("UPDATE list_item SET item = '{}' WHERE key = 'mou-7'");
    database.close();
    expect(compareViewFiles(file, replayed)).toEqual([expect.stringMatching(/^list items: 1 rows/)]);
  });
});

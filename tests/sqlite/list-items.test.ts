import { copyFileSync, rmSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { TimelineList } from '../../src/projector/timeline-list.ts';
import type { Ordinal } from '../../src/projector/timeline-store.ts';
import { openDatabase } from '../../src/sqlite/driver.ts';
import { SqliteTimelineReader } from '../../src/sqlite/views/sqlite-timeline-reader.ts';
import { SqliteViewFile } from '../../src/sqlite/views/sqlite-view-file.ts';
import { compareViewFiles } from '../../src/sqlite/views/view-comparison.ts';
import { hiddenVersion, StoreFixture, version } from '../../src/testing/contracts/timeline-store/contract.ts';
import { fuzzRounds } from '../property/fuzz-rounds.ts';
import { temporaryFolder } from './temporary-folder.ts';

const numRuns = fuzzRounds(60);
const PROJECTIONS = [{ name: 'agreements', version: 1 }];
const TIMELINES = 1_500;
const comparePositions = (a: string, b: string): number => Number(a) - Number(b);

function contentOf(list: TimelineList | undefined) {
  return [...(list?.matching({ facets: {}, spans: {} }) ?? [])];
}

/** What an event does to a timeline: adds an entry, gives it an item, or both; or removes its last entry. */
const change = fc.record({
  key: fc.constantFrom('a', 'b', 'c', 'd'),
  does: fc.constantFrom('entry', 'item', 'both', 'removal'),
  /** Whether somebody reads the list after it. */
  isRead: fc.boolean(),
});

test('The list of an earlier state is the same, made of a later one or read from the file', () => {
  fc.assert(
    fc.property(fc.array(change, { minLength: 1, maxLength: 12 }), (changes) => {
      const folder = temporaryFolder();
      const file = `${folder}/agreements.1.db`;
      const view = new SqliteViewFile(file, PROJECTIONS, comparePositions, 'live');
      const open = () => new SqliteTimelineReader(file, 'agreements', comparePositions);
      const reader = open();
      const store = new StoreFixture({ writer: view.writer('agreements'), reader, close: () => {} });
      const entries = new Map<string, number[]>();
      for (const [index, { key, does, isRead }] of changes.entries()) {
        const event = index + 1;
        const shown = entries.get(key) ?? [];
        const last = does === 'removal' ? shown.pop() : undefined;
        const versions = last === undefined ? [] : [hiddenVersion({ event: last, from: event })];
        if (does === 'entry' || does === 'both') {
          versions.push(version({ event, keys: [key] }));
          entries.set(key, [...shown, event]);
        }
        const item = { sort: { title: `${key} ${event}` }, facets: {}, spans: {} };
        const hasItem = does === 'item' || does === 'both';
        store.commitListed(event, versions, hasItem ? [{ key, ordinal: event as Ordinal, item }] : []);
        if (isRead) reader.list(event as Ordinal);
      }
      reader.list(changes.length as Ordinal);
      for (let ordinal = changes.length; ordinal >= 0; ordinal -= 1) {
        const fresh = open();
        expect(contentOf(reader.list(ordinal as Ordinal))).toEqual(contentOf(fresh.list(ordinal as Ordinal)));
        fresh.close();
      }
      reader.close();
      view.close();
      rmSync(folder, { recursive: true });
    }),
    { numRuns },
  );
});

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

  test('are loaded in parts, with other work in between', async () => {
    const [reader, other] = [1, 2].map(() => new SqliteTimelineReader(file, 'agreements', comparePositions));
    let [turns, isLoaded] = [0, false];
    const loading = Promise.all([reader?.loadList(), reader?.loadList()]).then(() => {
      isLoaded = true;
    });
    for (; !isLoaded; turns += 1) await setImmediate();
    await loading;
    expect(turns).toBeGreaterThan(TIMELINES / 500);
    expect(contentOf(reader?.list(TIMELINES as Ordinal))).toEqual(
      contentOf(other?.list(TIMELINES as Ordinal)),
    );
    const list = reader?.list(TIMELINES as Ordinal);
    await reader?.loadList();
    expect(reader?.list(TIMELINES as Ordinal)).toBe(list);
    for (const each of [reader, other]) each?.close();
  });

  test('are not loaded any more when the reader is closed', async () => {
    const reader = new SqliteTimelineReader(file, 'agreements', comparePositions);
    const loading = reader.loadList();
    reader.close();
    await expect(loading).resolves.toBeUndefined();
  });

  test('are kept for the last three earlier states that were asked for', () => {
    const reader = new SqliteTimelineReader(file, 'agreements', comparePositions);
    const listAt = (ordinal: number) => reader.list(ordinal as Ordinal);
    listAt(TIMELINES);
    const [first, second, third, fourth] = [4, 3, 2, 1].map((back) => listAt(TIMELINES - back));
    expect([3, 2, 1].map((back) => listAt(TIMELINES - back))).toEqual([second, third, fourth]);
    expect(listAt(TIMELINES - 3)).toBe(second);
    expect(listAt(TIMELINES - 4)).not.toBe(first);
    reader.close();
  });

  test('are shared by the latest states', () => {
    const reader = new SqliteTimelineReader(file, 'agreements', comparePositions);
    const [before, latest] = [reader.list((TIMELINES - 1) as Ordinal), reader.list(TIMELINES as Ordinal)];
    expect(latest.sharesItems(before)).toBe(true);
    expect(before.sizeBeyond(latest)).toBeLessThanOrEqual(1);
    expect(reader.list((TIMELINES - 1) as Ordinal)).toBe(before);
    reader.close();
  });

  test('are those of an earlier state, if most have come since', () => {
    const [reader, other] = [1, 2].map(() => new SqliteTimelineReader(file, 'agreements', comparePositions));
    reader?.list(TIMELINES as Ordinal);
    const [rewound, read] = [reader, other].map((each) => each?.list(100 as Ordinal));
    expect(contentOf(rewound)).toEqual(contentOf(read));
    expect(contentOf(read)).toHaveLength(100);
    for (const each of [reader, other]) each?.close();
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

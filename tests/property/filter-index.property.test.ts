import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseTextQuery } from '../../src/domain/search/text-query.ts';
import { searchableWords } from '../../src/domain/search/words.ts';
import { type Day, dateOf, dayOfSerial, daySerial } from '../../src/domain/values/edtf.ts';
import type { EntryVersion, Ordinal, TimelineWriter } from '../../src/projector/timeline-store.ts';
import { openDatabase } from '../../src/sqlite/driver.ts';
import type { FilterIndexSizes } from '../../src/sqlite/views/filter-index.ts';
import { filterIndexDifferences } from '../../src/sqlite/views/filter-index-comparison.ts';
import { SqliteTimelineReader } from '../../src/sqlite/views/sqlite-timeline-reader.ts';
import { SqliteViewFile, type WriteMode } from '../../src/sqlite/views/sqlite-view-file.ts';
import { textIndexDifferences } from '../../src/sqlite/views/text-index-comparison.ts';
import { hiddenVersion, StoreFixture, version } from '../../src/testing/contracts/timeline-store/contract.ts';
import { InMemoryTimelineStore } from '../../src/testing/in-memory/in-memory-timeline-store.ts';
import { fuzzRounds } from './fuzz-rounds.ts';

const compare = (a: string, b: string) => Number(a) - Number(b);
const FIRST = daySerial('2010-01-01' as Day);

const day = fc.integer({ min: 0, max: 400 }).map((offset) => dayOfSerial(FIRST + offset));
const date = fc.oneof(
  { weight: 6, arbitrary: day },
  fc
    .tuple(day, fc.constantFrom(4, 7), fc.constantFrom('', '~', '?'))
    .map(([a, end, mark]) => a.slice(0, end) + mark),
  fc.tuple(day, day).map(([a, b]) => `[${a},${b}]`),
  fc.tuple(day, fc.constantFrom('/..', '/')).map(([a, end]) => a + end),
);

/** Each list of the values is empty in most queries, and has one or two values in most entries. */
const values = {
  countries: fc.subarray(['PK', 'US', 'CN', 'TV']),
  topics: fc.subarray(['trade', 'mica']),
  speechActs: fc.subarray(['deny', 'affirm']),
  speakers: fc.subarray(['Lin', 'A|B']),
  outlets: fc.subarray(['dawn', 'xinhua']),
  relays: fc.subarray(['lin jian']),
  institutions: fc.subarray(['ministry']),
  countryRoles: fc.subarray(['CN:said', 'PK:about']),
};

const texts = fc.array(
  fc.constantFrom('rare earths', 'rare', 'earths of China', '稀土出口', '土地', 'Straße'),
  {
    maxLength: 3,
  },
);
const terms = fc
  .constantFrom(
    'rare',
    '"rare earths"',
    'ear*',
    'rare china',
    '土',
    '稀土',
    'strasse',
    'nothing',
    '"china rare"',
  )
  .map((text) => {
    const parsed = parseTextQuery(text);
    return parsed.outcome === 'parsed' ? [...parsed.terms] : [];
  });

const shown = fc.record({
  ...values,
  words: texts.map(searchableWords),
  type: fc.constantFrom('MouSigned', 'MouSigned', 'BriefingHeld'),
  roles: fc.subarray(['party', 'host'], { minLength: 1 }),
  /** One timeline becomes long before the other. */
  keys: fc.oneof({ weight: 6, arbitrary: fc.constant(['PK']) }, fc.subarray(['PK', 'US'], { minLength: 1 })),
  date,
  rank: fc.integer({ min: -1, max: 1 }),
  item: fc.integer({ min: 0, max: 2 }),
});
/** What an event does: it shows an entry, shows or hides an earlier one again, or changes nothing. */
const step = fc.oneof(
  { weight: 8, arbitrary: fc.record({ kind: fc.constant('add' as const), shown }) },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant('change' as const), of: fc.nat(), shown }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('hide' as const), of: fc.nat() }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('nothing' as const) }) },
);
type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never;
type Shown = typeof shown extends fc.Arbitrary<infer Value> ? Value : never;

const filter = <Value>(arbitrary: fc.Arbitrary<Value[]>) =>
  fc.oneof({ weight: 2, arbitrary: fc.constant<Value[]>([]) }, arbitrary);
const range = fc.oneof(
  { weight: 2, arbitrary: fc.constant({}) },
  fc.tuple(day, day).map(([a, b]) => (a < b ? { from: a, to: b } : { from: b, to: a })),
  day.map((from) => ({ from })),
  day.map((to) => ({ to })),
);
const query = fc.record({
  types: filter(fc.subarray(['MouSigned', 'BriefingHeld', 'MouAmended'])),
  roles: filter(fc.subarray(['party', 'host', 'guest'])),
  countries: filter(values.countries),
  topics: filter(values.topics),
  speechActs: filter(values.speechActs),
  speakers: filter(values.speakers),
  outlets: filter(values.outlets),
  relays: filter(values.relays),
  institutions: filter(values.institutions),
  countryRoles: filter(values.countryRoles),
  text: filter(terms),
  range,
  certain: fc.boolean(),
  order: fc.constantFrom('asc' as const, 'desc' as const),
  limit: fc.integer({ min: 1, max: 9 }),
  asOf: fc.oneof(fc.constant(1_000), fc.integer({ min: 1, max: 300 })),
  key: fc.constantFrom('PK', 'US'),
});

const sizes = fc.record({
  entriesMin: fc.constantFrom(1, 4, 20),
  scannedRows: fc.constantFrom(1, 3, 20),
  waitingContents: fc.constantFrom(1, 3, 10, 90),
  waitingTexts: fc.constantFrom(1, 3, 10, 90),
  waitingChars: fc.constantFrom(30, 300, 3_000),
  addedRows: fc.constantFrom(1, 3, 32),
  segmentContents: fc.constantFrom(2, 8, 40, 150),
});

const history = fc.record({
  steps: fc.array(step, { minLength: 1, maxLength: 300, size: 'max' }),
  /** Numbers of events in a commit; they are repeated. */
  commits: fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 5 }),
  /** The number of a commit before which a commit fails, and of one before which the file is opened again. */
  failsBefore: fc.nat({ max: 8 }),
  opensBefore: fc.nat({ max: 8 }),
  /** The indexes are updated after the first of so many commits. Readers find the same without it. */
  commitsPerUpdate: fc.constantFrom(1, 1, 3),
  mode: fc.constantFrom<WriteMode>('building', 'live'),
  sizes,
  queries: fc.array(query, { minLength: 1, maxLength: 12 }),
});

interface Place {
  readonly event: number;
  readonly item: number;
}

/** Returns the versions that each event makes. */
function versionsOf(steps: readonly Step[]): readonly (readonly EntryVersion[])[] {
  const places: Place[] = [];
  return steps.map((each, index) => {
    const from = index + 1;
    if (each.kind === 'nothing') return [];
    if (each.kind === 'add') {
      const place = { event: from, item: each.shown.item };
      places.push(place);
      return [shownVersion(place, from, each.shown)];
    }
    const place = places[each.of % Math.max(places.length, 1)];
    if (place === undefined) return [];
    return [each.kind === 'hide' ? hiddenVersion({ ...place, from }) : shownVersion(place, from, each.shown)];
  });
}

function shownVersion(place: Place, from: number, { date: text, ...fields }: Shown): EntryVersion {
  const { span, reach, qualifier, unknownEnd } = dateOf(text);
  const canBeCertain = qualifier === undefined && unknownEnd === undefined;
  return {
    ...version({ ...fields, ...place, from, text: `${place.event}.${place.item}` }),
    ...span,
    reach: canBeCertain && reach.length === 1 ? undefined : { spans: reach, canBeCertain },
  };
}

/** A view file that can be opened again. Its writer stays the same object. */
class ReopenableView {
  readonly #path: string;
  readonly #sizes: FilterIndexSizes;
  #file: SqliteViewFile;
  updatesIndexes = true;

  constructor(path: string, mode: WriteMode, sizes: FilterIndexSizes) {
    this.#path = path;
    this.#sizes = sizes;
    this.#file = this.#open(mode);
  }

  readonly writer: TimelineWriter = {
    checkpoint: () => this.#file.writer('country').checkpoint(),
    ordinalAt: (position) => this.#file.writer('country').ordinalAt(position),
    linksTo: (target) => this.#file.writer('country').linksTo(target),
    commit: (batch) => this.#file.writer('country').commit(batch),
    updateIndexes: () => {
      if (this.updatesIndexes) this.#file.writer('country').updateIndexes?.();
    },
  };

  reopen(): void {
    this.close();
    this.#file = this.#open('live');
  }

  close(): void {
    this.#file.close();
  }

  #open(mode: WriteMode): SqliteViewFile {
    return new SqliteViewFile(this.#path, [{ name: 'country', version: 1 }], compare, mode, this.#sizes);
  }
}

type History = typeof history extends fc.Arbitrary<infer Value> ? Value : never;
type Query = typeof query extends fc.Arbitrary<infer Value> ? Value : never;

/** Both stores with a history. */
class Stores {
  readonly #history: History;
  readonly #view: ReopenableView;
  readonly #path: string;
  readonly #memory: StoreFixture;
  readonly #sqlite: StoreFixture;
  /** Undefined while the file is built. */
  #reader: SqliteTimelineReader | undefined;

  constructor(given: History, path: string) {
    this.#history = given;
    this.#path = path;
    this.#view = new ReopenableView(path, given.mode, given.sizes);
    if (given.mode === 'live') this.#openReader();
    const memory = new InMemoryTimelineStore('country@1', compare);
    this.#memory = new StoreFixture({ writer: memory, reader: memory, close: () => {} });
    this.#sqlite = new StoreFixture({ writer: this.#view.writer, reader: memory, close: () => {} });
  }

  /** Writes the history, and compares what the stores find after each commit, then at its end. */
  compare(): void {
    const { steps, commits, failsBefore, opensBefore, commitsPerUpdate, queries } = this.#history;
    const versions = versionsOf(steps);
    for (let [written, count] = [0, 0]; written < steps.length; count += 1) {
      const upTo = Math.min(written + (commits[count % commits.length] ?? 1), steps.length);
      const batch = versions.slice(written, upTo).flat();
      if (count === opensBefore || (count === 1 && this.#reader === undefined)) this.#reopen();
      if (count === failsBefore && this.#reader !== undefined) this.#fail(upTo, batch);
      this.#view.updatesIndexes = count % commitsPerUpdate === 0;
      for (const store of [this.#memory, this.#sqlite]) store.commit(upTo, ...batch);
      if (this.#reader !== undefined) this.#compare(queries.slice(count % queries.length).slice(0, 1));
      written = upTo;
    }
    if (this.#reader === undefined) this.#reopen();
    this.#compare(queries);
  }

  /** Compares the index with the rows that it is made from. */
  verifyIndex(): void {
    const database = openDatabase(this.#path, { readOnly: true });
    expect(filterIndexDifferences(database, 'main')).toEqual([]);
    expect(textIndexDifferences(database, 'main')).toEqual([]);
    database.close();
  }

  close(): void {
    this.#reader?.close();
    this.#view.close();
  }

  #reopen(): void {
    this.#view.reopen();
    if (this.#reader === undefined) this.#openReader();
  }

  #openReader(): void {
    this.#reader = new SqliteTimelineReader(this.#path, 'country', compare, this.#history.sizes);
  }

  #fail(upTo: number, batch: readonly EntryVersion[]): void {
    const twice = version({ event: upTo });
    expect(() => this.#sqlite.commit(upTo, ...batch, twice, twice)).toThrow();
  }

  #compare(queries: readonly Query[]): void {
    if (this.#reader === undefined) throw new Error('The file is still being built');
    const sqlite = new StoreFixture({ writer: this.#view.writer, reader: this.#reader, close: () => {} });
    for (const { key, range: bounds, asOf, ...rest } of queries) {
      const asked = { ...rest, ...(bounds as { from?: Day; to?: Day }), asOf: asOf as Ordinal };
      expect(sqlite.textsInPages(key, asked)).toEqual(this.#memory.textsInPages(key, asked));
      const { asOf: upTo, order: _order, limit: _limit, ...filter } = asked;
      expect(sqlite.reader.first(key, { ...filter, upTo })).toEqual(
        this.#memory.reader.first(key, { ...filter, upTo }),
      );
    }
  }
}

const numRuns = fuzzRounds(100);

test('pages with filters have the same entries with the index as without it', async () => {
  await fc.assert(
    fc.asyncProperty(history, async (given) => {
      const folder = mkdtempSync(join(tmpdir(), 'chancery-filters-'));
      const stores = new Stores(given, join(folder, 'country.1.db'));
      try {
        stores.compare();
        stores.verifyIndex();
      } finally {
        stores.close();
        rmSync(folder, { recursive: true });
      }
      // Closed files are only released between turns of the event loop (`Database.close`).
      await setImmediate();
    }),
    { numRuns },
  );
});

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type DateSpan, type Day, dateOf, dayOfSerial, daySerial } from '../../src/domain/values/edtf.ts';
import { inRange, totalIn } from '../../src/http/timelines/entry-counts.ts';
import {
  type DensityCount,
  type EntryVersion,
  type Ordinal,
  type SerialSpan,
  type TimelineQuery,
  UNFILTERED,
} from '../../src/projector/timeline-store.ts';
import { SqliteTimelineReader } from '../../src/sqlite/views/sqlite-timeline-reader.ts';
import { SqliteViewFile } from '../../src/sqlite/views/sqlite-view-file.ts';
import { ALL_ENTRIES, StoreFixture, version } from '../../src/testing/contracts/timeline-store/contract.ts';
import { InMemoryTimelineStore } from '../../src/testing/in-memory/in-memory-timeline-store.ts';
import { DatedCounts } from '../../src/web/chart/dated-counts.ts';
import { binEntries } from '../../src/web/chart/time-bins.ts';
import { fuzzRounds } from './fuzz-rounds.ts';

// The last one sets the timeout of the tests.
const DATE_ROUNDS = fuzzRounds(1_000);
const ROUNDS = fuzzRounds(60);
const compare = (a: string, b: string) => Number(a) - Number(b);
const FIRST = daySerial('2009-01-01' as Day);

/** Days of some years, most of them close together. */
const day = fc
  .oneof(
    { weight: 4, arbitrary: fc.integer({ min: 0, max: 120 }) },
    { weight: 1, arbitrary: fc.integer({ min: -1_500, max: 1_500 }) },
  )
  .map((offset) => dayOfSerial(FIRST + offset));
const single = fc
  .tuple(day, fc.constantFrom(4, 7, 10, 10, 10), fc.constantFrom('', '', '?', '~', '%'))
  .map(([text, length, mark]) => `${text.slice(0, length)}${mark}`);
const interval = fc
  .tuple(single, fc.oneof(single, fc.constantFrom('', '..')), fc.boolean())
  .map(([a, b, isReversed]) => (isReversed ? `${b}/${a}` : `${a}/${b}`))
  .filter((text) => isDate(text));
const set = fc
  .tuple(fc.array(single, { minLength: 1, maxLength: 4 }), fc.constantFrom('[]', '{}'))
  .map(([members, [open, close]]) => `${open}${members.join(',')}${close}`);
const date = fc.oneof(single, single, interval, set);

function isDate(text: string): boolean {
  try {
    return dateOf(text) !== undefined;
  } catch {
    return false;
  }
}

const range = fc
  .tuple(fc.option(day, { nil: undefined }), fc.option(day, { nil: undefined }))
  .map(([a, b]) => (a !== undefined && b !== undefined && a > b ? { from: b, to: a } : { from: a, to: b }));

interface Dated {
  readonly text: string;
  readonly rank: number;
}

/** The version of an entry with the date; its text is its index. */
function entry({ text, rank }: Dated, index: number): EntryVersion {
  const { span, reach, qualifier, unknownEnd } = dateOf(text);
  const canBeCertain = qualifier === undefined && unknownEnd === undefined;
  return {
    ...version({ event: index + 1, text: String(index), rank }),
    ...span,
    reach: canBeCertain && reach.length === 1 ? undefined : { spans: reach, canBeCertain },
  };
}

type Range = Pick<TimelineQuery, 'from' | 'to' | 'certain'>;

/** Whether the date matches, by looking at spans of days as texts. */
function matches(text: string, { certain, ...range }: Range): boolean {
  const [from, to] = [range.from ?? '0', range.to ?? '~'];
  const { span, reach, qualifier, unknownEnd } = dateOf(text);
  const first = ({ earliest }: DateSpan) => earliest ?? '0';
  const last = ({ latest }: DateSpan) => latest ?? '~';
  if (!certain) return reach.some((part) => first(part) <= to && last(part) >= from);
  return qualifier === undefined && unknownEnd === undefined && first(span) >= from && last(span) <= to;
}

function inOrder(a: EntryVersion, b: EntryVersion): number {
  const key = ({ earliest, latest }: EntryVersion) => `${earliest ?? '0'} ${latest ?? '~'}`;
  if (key(a) !== key(b)) return key(a) < key(b) ? -1 : 1;
  return a.rank - b.rank || a.eventOrdinal - b.eventOrdinal;
}

const cases = fc.record({
  dates: fc.array(fc.record({ text: date, rank: fc.integer({ min: -2, max: 2 }) }), { maxLength: 60 }),
  ranges: fc.array(range, { minLength: 1, maxLength: 8 }),
  limit: fc.integer({ min: 1, max: 7 }),
});

test('both stores find the entries whose dates may lie in a range, and those that lie in it for certain', () => {
  fc.assert(
    fc.property(cases, ({ dates, ranges, limit }) => {
      const folder = mkdtempSync(join(tmpdir(), 'chancery-dates-'));
      const memory = new InMemoryTimelineStore('dates@1', compare);
      const view = new SqliteViewFile(join(folder, 'dates.1.db'), [{ name: 'dates', version: 1 }], compare);
      const writer = view.writer('dates');
      const reader = new SqliteTimelineReader(join(folder, 'dates.1.db'), 'dates', compare);
      const stores = [
        new StoreFixture({ writer: memory, reader: memory, close: () => {} }),
        new StoreFixture({ writer, reader, close: () => {} }),
      ];
      try {
        const versions = dates.map(entry);
        for (const store of stores) store.commit(dates.length, ...versions);
        const whole = DatedCounts.of(
          reader.density('PK', { ...ALL_ENTRIES, byType: true, entriesMax: 1_000 }) ?? [],
        );
        for (const bounds of ranges) {
          for (const certain of [false, true]) {
            const query = definedOnly({ ...bounds, certain });
            const expected = versions
              .toSorted(inOrder)
              .map(({ eventOrdinal }) => eventOrdinal - 1)
              .filter((index) => matches(dates[index]?.text ?? '', query))
              .map(String);
            for (const store of stores) {
              expect(store.texts('PK', query)).toEqual(expected);
              expect(store.textsInPages('PK', { ...query, limit })).toEqual(expected);
              expect(store.textsInPages('PK', { ...query, limit, order: 'desc' })).toEqual(
                expected.toReversed(),
              );
              const changes = { ...UNFILTERED, ...query, after: 0 as Ordinal, upTo: 1_000 as Ordinal };
              expect(store.reader.changes('PK', { ...changes, changesMax: 1_000 })).toBe(expected.length);
            }
            const density = densityOf(stores[0], query);
            expect(densityOf(stores[1], query)).toEqual(density);
            const found =
              reader.density('PK', { ...ALL_ENTRIES, ...query, byType: true, entriesMax: 1_000 }) ?? [];
            const selected = inRange(whole, query);
            expect(totalIn(selected, query)).toBe(expected.length);
            expect(binEntries(selected, query)).toEqual(binEntries(DatedCounts.of(found), query));
          }
        }
      } finally {
        reader.close();
        view.close();
        rmSync(folder, { recursive: true });
      }
    }),
    { numRuns: ROUNDS },
  );
});

test('a date that lies in a range for certain also lies in it possibly', () => {
  fc.assert(
    fc.property(date, range, (text, bounds) => {
      const query = definedOnly(bounds);
      if (!matches(text, { ...query, certain: true })) return;
      expect(matches(text, { ...query, certain: false })).toBe(true);
    }),
    { numRuns: DATE_ROUNDS },
  );
});

function definedOnly<Fields extends object>(fields: Fields) {
  return Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== undefined),
  ) as unknown as Range;
}

function densityOf(store: StoreFixture | undefined, query: Range): readonly string[] {
  return textsOf(
    store?.reader.density('PK', { ...ALL_ENTRIES, ...query, byType: true, entriesMax: 1_000 }) ?? [],
  );
}

/** The counts as texts, whatever the order of their fields. */
function textsOf(counts: readonly DensityCount[]): readonly string[] {
  const pair = ({ earliest, latest }: SerialSpan) => [earliest, latest];
  return counts
    .map(({ entries, reach, ...span }) => [pair(span), entries, reach?.canBeCertain, reach?.spans.map(pair)])
    .map((parts) => JSON.stringify(parts))
    .sort();
}

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Day } from '../../src/domain/edtf.ts';
import type { Position } from '../../src/event-store/event-store.ts';
import {
  type Change,
  type Checkpoint,
  type EntryVersion,
  type Ordinal,
  type TimelineQuery,
  UNFILTERED,
} from '../../src/projector/timeline-store.ts';
import { SqliteTimelineReader } from '../../src/sqlite/sqlite-timeline-reader.ts';
import { SqliteTimelineWriter } from '../../src/sqlite/sqlite-timeline-writer.ts';

const comparePositions = (a: string, b: string): number => Number(a) - Number(b);

/** Positions with gaps, as a store may have them: the ordinal times ten. */
function change(ordinal: number): Change {
  const instant = new Date(Date.UTC(2025, 9, 13) + ordinal).toISOString();
  return { ordinal: ordinal as Ordinal, position: String(ordinal * 10) as Position, instant };
}

function checkpoint(ordinal: number): Checkpoint {
  return { ...change(ordinal), eventId: `event-${ordinal}`, lineage: '0199aaaa' };
}

interface Given {
  readonly record: number;
  readonly from?: number;
  readonly earliest?: string | undefined;
  readonly latest?: string | undefined;
  readonly says?: string;
  readonly countries?: readonly string[];
  readonly roles?: readonly string[];
  readonly in?: readonly string[];
}

function version(given: Given): EntryVersion {
  const { record, from = record, says = `entry ${record}`, countries = ['PK'], roles = ['party'] } = given;
  const earliest = 'earliest' in given ? given.earliest : '2025-09-08';
  const latest = 'latest' in given ? given.latest : earliest;
  const facets = { type: 'MouSigned', countries, topics: ['rare-earths'], speechActs: [] };
  return {
    record: record as Ordinal,
    position: change(record).position,
    from: change(from),
    earliest: earliest as Day | undefined,
    latest: latest as Day | undefined,
    facets,
    body: JSON.stringify({ says }),
    partitions: new Map((given.in ?? ['PK']).map((key) => [key, JSON.stringify({ roles })])),
  };
}

const everything: TimelineQuery = {
  ...UNFILTERED,
  order: 'asc',
  limit: 50,
  asOf: 1_000 as Ordinal,
};

describe('The timelines in SQLite', () => {
  let folder: string;
  let file: string;
  let writer: SqliteTimelineWriter;
  let reader: SqliteTimelineReader;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'chancery-timelines-'));
    file = join(folder, 'country@1.1.db');
    writer = new SqliteTimelineWriter(file, comparePositions);
    reader = new SqliteTimelineReader(file, 'country@1');
  });

  afterEach(() => {
    reader.close();
    writer.close();
    rmSync(folder, { recursive: true });
  });

  const said = (key: string, query: Partial<TimelineQuery> = {}): readonly string[] =>
    reader.page(key, { ...everything, ...query }).entries.map((entry) => JSON.parse(entry).says);

  test('order entries by earliest day, then latest day, then place in the log', () => {
    writer.commit(
      [
        version({ record: 1, earliest: '2025-09-09', says: 'd' }),
        version({ record: 2, earliest: '2025-09-08', latest: '2025-10-13', says: 'c' }),
        version({ record: 3, says: 'a' }),
        version({ record: 4, says: 'b' }),
        version({ record: 5, earliest: undefined, latest: '2025-10-13', says: 'open start' }),
      ],
      checkpoint(5),
    );
    expect(said('PK')).toEqual(['open start', 'a', 'b', 'c', 'd']);
    expect(said('PK', { order: 'desc' })).toEqual(['d', 'c', 'b', 'a', 'open start']);
  });

  test('lay what the timeline alone says before the entry', () => {
    writer.commit([version({ record: 1, roles: ['host', 'party'], says: 'x' })], checkpoint(1));
    expect(reader.page('PK', everything).entries).toEqual(['{"roles":["host","party"],"says":"x"}']);
  });

  test('give an entry without such matter as it is', () => {
    const bare = { ...version({ record: 1, says: 'x' }), partitions: new Map([['rare-earths', '{}']]) };
    writer.commit([bare], checkpoint(1));
    expect(reader.page('rare-earths', everything).entries).toEqual(['{"says":"x"}']);
  });

  test('page by key in both orders, without a gap or a repetition', () => {
    const versions = Array.from({ length: 25 }, (_, i) =>
      version({ record: i + 1, earliest: `2025-09-0${(i % 9) + 1}`, says: String(i + 1) }),
    );
    writer.commit(versions, checkpoint(25));
    for (const order of ['asc', 'desc'] as const) {
      const whole = said('PK', { order });
      const paged: string[] = [];
      let after: TimelineQuery['after'];
      do {
        const page = reader.page('PK', { ...everything, order, limit: 4, ...(after && { after }) });
        paged.push(...page.entries.map((entry) => JSON.parse(entry).says));
        after = page.next;
      } while (after !== undefined);
      expect(whole).toHaveLength(25);
      expect(paged).toEqual(whole);
    }
  });

  test('filter dates by overlap, or by containment when certain', () => {
    writer.commit(
      [
        version({ record: 1, earliest: '2025-09-08', says: 'day' }),
        version({ record: 2, earliest: '2025-09-01', latest: '2025-09-30', says: 'month' }),
        version({ record: 3, earliest: '2025-10-01', latest: undefined, says: 'open end' }),
      ],
      checkpoint(3),
    );
    const from = '2025-09-08' as Day;
    const to = '2025-09-20' as Day;
    expect(said('PK', { from, to })).toEqual(['month', 'day']);
    expect(said('PK', { from, to, certain: true })).toEqual(['day']);
    expect(said('PK', { from: '2030-01-01' as Day })).toEqual(['open end']);
    expect(said('PK', { to: '2025-09-07' as Day })).toEqual(['month']);
  });

  test('page through what reaches into a time and what begins in it, in both orders', () => {
    const versions = Array.from({ length: 40 }, (_, i) => {
      const day = `2025-09-${String((i % 20) + 1).padStart(2, '0')}`;
      const latest = i % 3 === 0 ? `2025-10-${String((i % 28) + 1).padStart(2, '0')}` : day;
      return version({ record: i + 1, earliest: i % 7 === 0 ? undefined : day, latest, says: String(i + 1) });
    });
    writer.commit(versions, checkpoint(40));
    const from = '2025-09-12' as Day;
    const to = '2025-09-15' as Day;
    const serial = (day: Day | undefined): string => day ?? '';
    const expected = versions
      .filter(({ earliest, latest }) => serial(latest) >= from && serial(earliest) <= to)
      .sort(
        (a, b) =>
          serial(a.earliest).localeCompare(serial(b.earliest)) ||
          serial(a.latest).localeCompare(serial(b.latest)) ||
          a.record - b.record,
      )
      .map(({ record }) => String(record));
    expect(expected.length).toBeGreaterThan(10);
    for (const order of ['asc', 'desc'] as const) {
      const paged: string[] = [];
      let after: TimelineQuery['after'];
      do {
        const page = reader.page('PK', { ...everything, from, to, order, limit: 3, ...(after && { after }) });
        paged.push(...page.entries.map((entry) => JSON.parse(entry).says));
        after = page.next;
      } while (after !== undefined);
      expect(paged).toEqual(order === 'asc' ? expected : expected.toReversed());
    }
  });

  test('filter by facets and roles, any value of a list, all of the lists', () => {
    writer.commit(
      [
        version({ record: 1, countries: ['PK', 'US'], roles: ['party'], says: 'a' }),
        version({ record: 2, countries: ['PK', 'CN'], roles: ['host', 'mentioned'], says: 'b' }),
        version({ record: 3, countries: ['PK'], roles: ['mentioned'], says: 'c' }),
      ],
      checkpoint(3),
    );
    expect(said('PK', { countries: ['US', 'CN'] })).toEqual(['a', 'b']);
    expect(said('PK', { roles: ['mentioned'] })).toEqual(['b', 'c']);
    expect(said('PK', { roles: ['mentioned'], countries: ['CN'] })).toEqual(['b']);
    expect(said('PK', { types: ['MouSigned'], topics: ['rare-earths'] })).toHaveLength(3);
    expect(said('PK', { types: ['Mou'] })).toEqual([]);
    expect(said('PK', { topics: ['rare'] })).toEqual([]);
    expect(said('PK', { speechActs: ['deny'] })).toEqual([]);
  });

  test('a correction moves the entry, and the old one stands where it was before', () => {
    writer.commit(
      [version({ record: 1, in: ['PK', 'US'], says: 'old' }), version({ record: 2 })],
      checkpoint(2),
    );
    writer.commit(
      [version({ record: 1, from: 3, earliest: '2025-10-08', in: ['PK', 'IN'], says: 'new' })],
      checkpoint(3),
    );
    expect(said('PK')).toEqual(['entry 2', 'new']);
    expect(said('US')).toEqual([]);
    expect(said('IN')).toEqual(['new']);
    const asOf = 2 as Ordinal;
    expect(said('PK', { asOf })).toEqual(['old', 'entry 2']);
    expect(said('US', { asOf })).toEqual(['old']);
    expect(said('IN', { asOf })).toEqual([]);
  });

  test('several corrections of one entry within one commit leave the last', () => {
    writer.commit(
      [
        version({ record: 1, says: 'first' }),
        version({ record: 1, from: 2, says: 'second' }),
        version({ record: 1, from: 3, in: ['US'], says: 'third' }),
        version({ record: 1, from: 4, in: ['PK'], says: 'fourth' }),
      ],
      checkpoint(4),
    );
    expect([1, 2, 3, 4].map((asOf) => said('PK', { asOf: asOf as Ordinal }))).toEqual([
      ['first'],
      ['second'],
      [],
      ['fourth'],
    ]);
    expect(reader.index({ limit: 10 }).map(({ key, entries }) => [key, entries])).toEqual([['PK', 1]]);
  });

  test('a version that says nothing new changes nothing', () => {
    writer.commit([version({ record: 1 })], checkpoint(1));
    writer.commit([version({ record: 1, from: 2 })], checkpoint(2));
    expect(reader.lastChange('PK')).toEqual(change(1));
    expect(reader.checkpoint()).toEqual(checkpoint(2));
  });

  test('tell when a timeline last changed, also by losing an entry', () => {
    expect(reader.lastChange()).toBeUndefined();
    writer.commit(
      [version({ record: 1, in: ['PK', 'US'] }), version({ record: 2, in: ['CN'] })],
      checkpoint(2),
    );
    writer.commit([version({ record: 1, from: 3, in: ['PK'], says: 'without US' })], checkpoint(3));
    expect(reader.lastChange('PK')).toEqual(change(3));
    expect(reader.lastChange('US')).toEqual(change(3));
    expect(reader.lastChange('CN')).toEqual(change(2));
    expect(reader.lastChange('FR')).toBeUndefined();
    expect(reader.lastChange()).toEqual(change(3));
  });

  test('count the entries of each timeline and the days they reach over', () => {
    writer.commit(
      [
        version({ record: 1, in: ['PK', 'US'] }),
        version({ record: 2, in: ['PK'], earliest: '2025-10-01', latest: '2025-10-31' }),
        version({ record: 3, in: ['CN'], earliest: undefined, latest: '2025-10-13' }),
      ],
      checkpoint(3),
    );
    expect(reader.index({ limit: 10 })).toEqual([
      { key: 'CN', entries: 1, earliest: undefined, latest: '2025-10-13' },
      { key: 'PK', entries: 2, earliest: '2025-09-08', latest: '2025-10-31' },
      { key: 'US', entries: 1, earliest: '2025-09-08', latest: '2025-09-08' },
    ]);
    expect(reader.index({ limit: 1, after: 'CN' }).map(({ key }) => key)).toEqual(['PK']);
    writer.commit([version({ record: 2, from: 4, in: ['PK'], earliest: '2025-09-10' })], checkpoint(4));
    expect(reader.index({ limit: 1, after: 'CN' })).toEqual([
      { key: 'PK', entries: 2, earliest: '2025-09-08', latest: '2025-09-10' },
    ]);
  });

  test('a timeline that was emptied begins anew with the next entry', () => {
    writer.commit([version({ record: 1, in: ['PK'] })], checkpoint(1));
    writer.commit([version({ record: 1, from: 2, in: ['US'] })], checkpoint(2));
    expect(reader.index({ limit: 10 }).map(({ key }) => key)).toEqual(['US']);
    writer.commit([version({ record: 3, in: ['PK'], earliest: '2025-10-01' })], checkpoint(3));
    expect(reader.index({ limit: 1 })).toEqual([
      { key: 'PK', entries: 1, earliest: '2025-10-01', latest: '2025-10-01' },
    ]);
  });

  test('keep rows and checkpoint together: a commit that fails leaves neither', () => {
    writer.commit([version({ record: 1 })], checkpoint(1));
    expect(() => writer.commit([version({ record: 2 }), version({ record: 2 })], checkpoint(2))).toThrow(
      /UNIQUE/,
    );
    expect(writer.checkpoint()).toEqual(checkpoint(1));
    expect(reader.index({ limit: 10 })).toHaveLength(1);
    writer.commit([version({ record: 2, in: ['US'] })], checkpoint(2));
    expect(said('PK')).toEqual(['entry 1']);
    expect(said('US')).toEqual(['entry 2']);
  });

  test('find the ordinal of an event by its position, also between gaps', () => {
    writer.commit(
      [1, 2, 5, 6, 9].map((record) => version({ record })),
      checkpoint(12),
    );
    writer.commit([version({ record: 5, from: 13, says: 'corrected' })], checkpoint(13));
    for (const record of [1, 2, 5, 6, 9]) expect(writer.ordinalAt(change(record).position)).toBe(record);
    for (const absent of ['5', '30', '120', '999'])
      expect(writer.ordinalAt(absent as Position)).toBeUndefined();
  });

  test('go on from the checkpoint after the file was closed', () => {
    writer.commit([version({ record: 1 })], checkpoint(1));
    writer.close();
    writer = new SqliteTimelineWriter(file, comparePositions);
    expect(writer.checkpoint()).toEqual(checkpoint(1));
    writer.commit([version({ record: 2, in: ['PK', 'US'] })], checkpoint(2));
    expect(said('PK')).toEqual(['entry 1', 'entry 2']);
    expect(said('US')).toEqual(['entry 2']);
  });
});

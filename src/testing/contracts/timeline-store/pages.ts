import type { Day } from '../../../domain/values/edtf.ts';
import type { TimelineQuery } from '../../../projector/timeline-store.ts';
import { EVERYTHING, type TimelineStoreContract, version } from './contract.ts';

export function describePages({ test, expect }: TimelineStoreContract): void {
  test('hold the entries by earliest day, then latest day, then place in the log', (store) => {
    store.commit(
      6,
      version({ record: 1, earliest: '2025-09-09', says: 'e' }),
      version({ record: 2, earliest: '2025-09-08', latest: '2025-10-13', says: 'c' }),
      version({ record: 3, says: 'a' }),
      version({ record: 4, says: 'b' }),
      version({ record: 5, earliest: undefined, latest: '2025-10-13', says: 'open start' }),
      version({ record: 6, earliest: '2025-09-08', latest: undefined, says: 'd, open end' }),
    );
    const inOrder = ['open start', 'a', 'b', 'c', 'd, open end', 'e'];
    expect(store.said('PK')).toEqual(inOrder);
    expect(store.said('PK', { order: 'desc' })).toEqual(inOrder.toReversed());
  });

  test('lay what the timeline alone says before the entry', (store) => {
    store.commit(1, version({ record: 1, roles: ['host', 'party'], says: 'x' }));
    expect(store.reader.page('PK', EVERYTHING).entries).toEqual(['{"roles":["host","party"],"says":"x"}']);
  });

  test('hold an entry without such matter as it is', (store) => {
    const bare = { ...version({ record: 1, says: 'x' }), partitions: new Map([['rare-earths', '{}']]) };
    store.commit(1, bare);
    expect(store.reader.page('rare-earths', EVERYTHING).entries).toEqual(['{"says":"x"}']);
  });

  test('of a timeline that no event has touched are empty', (store) => {
    expect(store.reader.page('FR', EVERYTHING)).toEqual({ entries: [], next: undefined });
    store.commit(1, version({ record: 1 }));
    expect(store.reader.page('FR', EVERYTHING)).toEqual({ entries: [], next: undefined });
  });

  test('follow each other in both orders, without a gap or a repetition', (store) => {
    const versions = Array.from({ length: 25 }, (_, i) =>
      version({ record: i + 1, earliest: `2025-09-0${(i % 9) + 1}`, says: String(i + 1) }),
    );
    store.commit(25, ...versions);
    for (const order of ['asc', 'desc'] as const) {
      const whole = store.said('PK', { order });
      expect(whole.length).toBe(25);
      expect(store.saidInPages('PK', { order, limit: 4 })).toEqual(whole);
    }
  });

  test('end with a full page where there is nothing more', (store) => {
    store.commit(4, ...[1, 2, 3, 4].map((record) => version({ record })));
    const first = store.reader.page('PK', { ...EVERYTHING, limit: 2 });
    expect(first.next === undefined).toBe(false);
    const second = { ...EVERYTHING, limit: 2, ...(first.next && { after: first.next }) };
    expect(store.reader.page('PK', second).next).toBe(undefined);
  });

  test('follow each other through entries of open starts and open ends', (store) => {
    const open = { earliest: undefined, latest: undefined };
    store.commit(
      5,
      version({ record: 1, ...open, earliest: '2025-09-08', says: 'open end' }),
      version({ record: 2, ...open, latest: '2025-09-08', says: 'open start' }),
      version({ record: 3, ...open, says: 'open' }),
      version({ record: 4, ...open, says: 'open too' }),
      version({ record: 5, says: 'day' }),
    );
    const inOrder = ['open start', 'open', 'open too', 'day', 'open end'];
    expect(store.saidInPages('PK', { limit: 1 })).toEqual(inOrder);
    expect(store.saidInPages('PK', { limit: 1, order: 'desc' })).toEqual(inOrder.toReversed());
  });

  test('go through what reaches into a time and what begins in it, in both orders', (store) => {
    const versions = Array.from({ length: 40 }, (_, i) => {
      const day = `2025-09-${String((i % 20) + 1).padStart(2, '0')}`;
      const latest = i % 3 === 0 ? `2025-1${i % 2}-${String((i % 28) + 1).padStart(2, '0')}` : day;
      return version({ record: i + 1, earliest: i % 7 === 0 ? undefined : day, latest, says: String(i + 1) });
    });
    store.commit(40, ...versions);
    const [from, to] = ['2025-09-12' as Day, '2025-09-15' as Day];
    const text = (day: Day | undefined): string => day ?? '';
    const expected = versions
      .filter(({ earliest, latest }) => text(latest) >= from && text(earliest) <= to)
      .sort(
        (a, b) =>
          text(a.earliest).localeCompare(text(b.earliest)) ||
          text(a.latest).localeCompare(text(b.latest)) ||
          a.eventOrdinal - b.eventOrdinal,
      )
      .map(({ eventOrdinal: record }) => String(record));
    expect(expected.length > 10).toBe(true);
    const pages = (order: TimelineQuery['order']) => store.saidInPages('PK', { from, to, order, limit: 3 });
    expect(pages('asc')).toEqual(expected);
    expect(pages('desc')).toEqual(expected.toReversed());
  });
}

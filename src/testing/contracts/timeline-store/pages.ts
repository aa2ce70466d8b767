import type { Day } from '../../../domain/values/edtf.ts';
import type { TimelineQuery } from '../../../projector/timeline-store.ts';
import { ALL_ENTRIES, type TimelineStoreContract, version } from './contract.ts';

export function describePages({ test, expect }: TimelineStoreContract): void {
  test('has the entries sorted by earliest day, then latest day, then position', (store) => {
    store.commit(
      6,
      version({ event: 1, earliest: '2025-09-09', text: 'e' }),
      version({ event: 2, earliest: '2025-09-08', latest: '2025-10-13', text: 'c' }),
      version({ event: 3, text: 'a' }),
      version({ event: 4, text: 'b' }),
      version({ event: 5, earliest: undefined, latest: '2025-10-13', text: 'open start' }),
      version({ event: 6, earliest: '2025-09-08', latest: undefined, text: 'd, open end' }),
    );
    const inOrder = ['open start', 'a', 'b', 'c', 'd, open end', 'e'];
    expect(store.texts('PK')).toEqual(inOrder);
    expect(store.texts('PK', { order: 'desc' })).toEqual(inOrder.toReversed());
  });

  test('has the entries of the same days sorted by rank, then position', (store) => {
    const ranks = [3, -4_000_000_000_000, 0, 3, -4_000_000_000_001, 0, 255];
    store.commit(
      8,
      ...ranks.map((rank, i) => version({ event: i + 1, item: i % 2, rank, text: String(i + 1) })),
      version({ event: 8, earliest: '2025-09-07', rank: 9, text: 'day before' }),
    );
    const inOrder = ['day before', '5', '2', '3', '6', '1', '4', '7'];
    expect(store.texts('PK')).toEqual(inOrder);
    expect(store.texts('PK', { order: 'desc' })).toEqual(inOrder.toReversed());
    expect(store.textsInPages('PK', { limit: 1 })).toEqual(inOrder);
    expect(store.textsInPages('PK', { limit: 3, order: 'desc' })).toEqual(inOrder.toReversed());
  });

  test('puts the partition fields in front of the entry', (store) => {
    store.commit(1, version({ event: 1, roles: ['host', 'party'], text: 'x' }));
    expect(store.reader.page('PK', ALL_ENTRIES).entries).toEqual(['{"roles":["host","party"],"text":"x"}']);
  });

  test('leaves an entry without partition fields unchanged', (store) => {
    const bare = { ...version({ event: 1, text: 'x' }), partitions: new Map([['rare-earths', '{}']]) };
    store.commit(1, bare);
    expect(store.reader.page('rare-earths', ALL_ENTRIES).entries).toEqual(['{"text":"x"}']);
  });

  test('of a timeline that no event has changed is empty', (store) => {
    expect(store.reader.page('FR', ALL_ENTRIES)).toEqual({ entries: [], next: undefined });
    store.commit(1, version({ event: 1 }));
    expect(store.reader.page('FR', ALL_ENTRIES)).toEqual({ entries: [], next: undefined });
  });

  test('follows the previous one in both orders, without gaps or repetitions', (store) => {
    const versions = Array.from({ length: 25 }, (_, i) =>
      version({ event: i + 1, earliest: `2025-09-0${(i % 9) + 1}`, text: String(i + 1) }),
    );
    store.commit(25, ...versions);
    for (const order of ['asc', 'desc'] as const) {
      const whole = store.texts('PK', { order });
      expect(whole.length).toBe(25);
      expect(store.textsInPages('PK', { order, limit: 4 })).toEqual(whole);
    }
  });

  test('that is full has no next page if there are no more entries', (store) => {
    store.commit(4, ...[1, 2, 3, 4].map((event) => version({ event })));
    const first = store.reader.page('PK', { ...ALL_ENTRIES, limit: 2 });
    expect(first.next === undefined).toBe(false);
    const second = { ...ALL_ENTRIES, limit: 2, ...(first.next && { after: first.next }) };
    expect(store.reader.page('PK', second).next).toBe(undefined);
  });

  test('follows the previous one among entries with open starts and open ends', (store) => {
    const open = { earliest: undefined, latest: undefined };
    store.commit(
      5,
      version({ event: 1, ...open, earliest: '2025-09-08', text: 'open end' }),
      version({ event: 2, ...open, latest: '2025-09-08', text: 'open start' }),
      version({ event: 3, ...open, text: 'open' }),
      version({ event: 4, ...open, text: 'open too' }),
      version({ event: 5, text: 'day' }),
    );
    const inOrder = ['open start', 'open', 'open too', 'day', 'open end'];
    expect(store.textsInPages('PK', { limit: 1 })).toEqual(inOrder);
    expect(store.textsInPages('PK', { limit: 1, order: 'desc' })).toEqual(inOrder.toReversed());
  });

  test('includes entries that reach into the range and entries that start in it, in both orders', (store) => {
    const versions = Array.from({ length: 40 }, (_, i) => {
      const day = `2025-09-${String((i % 20) + 1).padStart(2, '0')}`;
      const latest = i % 3 === 0 ? `2025-1${i % 2}-${String((i % 28) + 1).padStart(2, '0')}` : day;
      return version({ event: i + 1, earliest: i % 7 === 0 ? undefined : day, latest, text: String(i + 1) });
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
      .map(({ eventOrdinal }) => String(eventOrdinal));
    expect(expected.length > 10).toBe(true);
    const pages = (order: TimelineQuery['order']) => store.textsInPages('PK', { from, to, order, limit: 3 });
    expect(pages('asc')).toEqual(expected);
    expect(pages('desc')).toEqual(expected.toReversed());
  });
}

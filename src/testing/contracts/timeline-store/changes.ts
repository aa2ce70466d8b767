import { ITEMS_MAX, type Ordinal } from '../../../projector/timeline-store.ts';
import { checkpoint, logPoint, type TimelineStoreContract, vanished, version } from './contract.ts';

export function describeChanges({ test, expect }: TimelineStoreContract): void {
  test('move an entry, and the old one stands where it was before', (store) => {
    store.commit(2, version({ record: 1, in: ['PK', 'US'], says: 'old' }), version({ record: 2 }));
    store.commit(3, version({ record: 1, from: 3, earliest: '2025-10-08', in: ['PK', 'IN'], says: 'new' }));
    expect(store.said('PK')).toEqual(['entry 2', 'new']);
    expect(store.said('US')).toEqual([]);
    expect(store.said('IN')).toEqual(['new']);
    const asOf = 2 as Ordinal;
    expect(store.said('PK', { asOf })).toEqual(['old', 'entry 2']);
    expect(store.said('US', { asOf })).toEqual(['old']);
    expect(store.said('IN', { asOf })).toEqual([]);
  });

  test('of one entry within one commit leave the last, and each for its time', (store) => {
    store.commit(
      4,
      version({ record: 1, says: 'first' }),
      version({ record: 1, from: 2, says: 'second' }),
      version({ record: 1, from: 3, in: ['US'], says: 'third' }),
      version({ record: 1, from: 4, in: ['PK'], says: 'fourth' }),
    );
    const said = [0, 1, 2, 3, 4].map((asOf) => store.said('PK', { asOf: asOf as Ordinal }));
    expect(said).toEqual([[], ['first'], ['second'], [], ['fourth']]);
    expect(store.index().map(({ key, entries }) => [key, entries])).toEqual([['PK', 1]]);
  });

  test('of what can be filtered by alone are new', (store) => {
    store.commit(1, version({ record: 1, speakers: ['old'] }));
    store.commit(2, version({ record: 1, from: 2, speakers: ['new'] }));
    expect(store.said('PK', { speakers: ['new'] })).toEqual(['entry 1']);
    expect(store.said('PK', { speakers: ['old'] })).toEqual([]);
  });

  test('that say nothing new are left out', (store) => {
    store.commit(1, version({ record: 1 }));
    store.commit(2, version({ record: 1, from: 2 }));
    expect(store.reader.lastChange('PK')).toEqual(logPoint(1));
    expect(store.reader.lastChange()).toEqual(logPoint(1));
    expect(store.reader.checkpoint()).toEqual(checkpoint(2));
  });

  test('of what one timeline alone says, or of the days, are new', (store) => {
    store.commit(1, version({ record: 1, in: ['PK'] }));
    store.commit(2, version({ record: 1, from: 2, in: ['PK'], roles: ['host'] }));
    expect(store.reader.lastChange('PK')).toEqual(logPoint(2));
    expect(store.said('PK', { roles: ['host'] })).toEqual(['entry 1']);
    store.commit(3, version({ record: 1, from: 3, in: ['PK'], roles: ['host'], latest: '2025-09-09' }));
    expect(store.reader.lastChange('PK')).toEqual(logPoint(3));
  });

  test('say when a timeline last changed, also by losing an entry', (store) => {
    expect(store.reader.lastChange()).toBe(undefined);
    store.commit(1);
    expect(store.reader.lastChange()).toBe(undefined);
    store.commit(3, version({ record: 2, in: ['PK', 'US'] }), version({ record: 3, in: ['CN'] }));
    store.commit(4, version({ record: 2, from: 4, in: ['PK'], says: 'without US' }));
    store.commit(5);
    expect(store.reader.lastChange('PK')).toEqual(logPoint(4));
    expect(store.reader.lastChange('US')).toEqual(logPoint(4));
    expect(store.reader.lastChange('CN')).toEqual(logPoint(3));
    expect(store.reader.lastChange('FR')).toBe(undefined);
    expect(store.reader.lastChange()).toEqual(logPoint(4));
  });

  test('let an entry leave all timelines and come back as it was', (store) => {
    store.commit(1, version({ record: 1 }));
    store.commit(2, vanished({ record: 1, from: 2 }));
    store.commit(3, version({ record: 1, from: 3 }));
    const said = [1, 2, 3].map((asOf) => store.said('PK', { asOf: asOf as Ordinal }));
    expect(said).toEqual([['entry 1'], [], ['entry 1']]);
  });

  test('of an entry that was never shown anywhere show nothing', (store) => {
    store.commit(2, vanished({ record: 1, from: 1 }), vanished({ record: 1, from: 2 }));
    expect(store.index()).toEqual([]);
    expect(store.reader.lastChange()).toBe(undefined);
    store.commit(3, version({ record: 1, from: 3 }));
    expect(store.said('PK')).toEqual(['entry 1']);
    expect(store.said('PK', { asOf: 2 as Ordinal })).toEqual([]);
  });

  test('and checkpoint are kept together: a commit that fails leaves neither', (store) => {
    store.commit(1, version({ record: 1 }));
    const one = version({ record: 2, in: ['US'] });
    const other = version({ record: 1, from: 2, says: 'changed' });
    const tooMany = version({ record: 2, item: ITEMS_MAX, in: ['US'] });
    expect(failure(() => store.commit(2, one, other, tooMany))).toBe('RangeError');
    expect(store.writer.checkpoint()?.eventId).toBe('event-1');
    expect(store.reader.checkpoint()).toEqual(checkpoint(1));
    expect(store.said('PK')).toEqual(['entry 1']);
    expect(store.index().map(({ key }) => key)).toEqual(['PK']);
    expect(store.reader.lastChange()).toEqual(logPoint(1));
    store.commit(2, one);
    expect(store.said('PK')).toEqual(['entry 1']);
    expect(store.said('US')).toEqual(['entry 2']);
  });
}

function failure(work: () => void): string {
  try {
    work();
  } catch (error) {
    return error instanceof Error ? error.name : 'thrown';
  }
  return 'none';
}

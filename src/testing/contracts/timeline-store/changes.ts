import type { Day } from '../../../domain/values/edtf.ts';
import { ITEMS_MAX, type Ordinal } from '../../../projector/timeline-store.ts';
import { checkpoint, hiddenVersion, logPoint, type TimelineStoreContract, version } from './contract.ts';

export function describeVersionChanges({ test, expect }: TimelineStoreContract): void {
  test('moves an entry, which stays at its old place in the past', (store) => {
    store.commit(2, version({ event: 1, keys: ['PK', 'US'], text: 'old' }), version({ event: 2 }));
    store.commit(3, version({ event: 1, from: 3, earliest: '2025-10-08', keys: ['PK', 'IN'], text: 'new' }));
    expect(store.texts('PK')).toEqual(['entry 2', 'new']);
    expect(store.texts('US')).toEqual([]);
    expect(store.texts('IN')).toEqual(['new']);
    const asOf = 2 as Ordinal;
    expect(store.texts('PK', { asOf })).toEqual(['old', 'entry 2']);
    expect(store.texts('US', { asOf })).toEqual(['old']);
    expect(store.texts('IN', { asOf })).toEqual([]);
  });

  test('may be replaced within one commit, and each version is valid for its time', (store) => {
    store.commit(
      4,
      version({ event: 1, text: 'first' }),
      version({ event: 1, from: 2, text: 'second' }),
      version({ event: 1, from: 3, keys: ['US'], text: 'third' }),
      version({ event: 1, from: 4, keys: ['PK'], text: 'fourth' }),
    );
    const texts = [0, 1, 2, 3, 4].map((asOf) => store.texts('PK', { asOf: asOf as Ordinal }));
    expect(texts).toEqual([[], ['first'], ['second'], [], ['fourth']]);
    expect(store.index().map(({ key, entries }) => [key, entries])).toEqual([['PK', 1]]);
  });

  test('replaces the previous one if only the speakers differ', (store) => {
    store.commit(1, version({ event: 1, speakers: ['old'] }));
    store.commit(2, version({ event: 1, from: 2, speakers: ['new'] }));
    expect(store.texts('PK', { speakers: ['new'] })).toEqual(['entry 1']);
    expect(store.texts('PK', { speakers: ['old'] })).toEqual([]);
  });

  test('is refused if it replaces one that the store does not have', (store) => {
    store.commit(1, version({ event: 1 }));
    const { earliest, latest, rank } = version({ event: 1 });
    const replaces = { earliest, latest, rank, keys: ['PK'] };
    const versions = [{ ...version({ event: 2 }), replaces }];
    const batch = { logPoints: [logPoint(2)], versions, links: [], checkpoint: checkpoint(2) };
    expect(nameOfError(() => store.writer.commit(batch))).toBe('Error');
  });

  test('replaces the previous one if only the partition fields or the days differ', (store) => {
    store.commit(1, version({ event: 1, keys: ['PK'] }));
    store.commit(2, version({ event: 1, from: 2, keys: ['PK'], roles: ['host'] }));
    expect(store.reader.lastChange('PK')).toEqual(logPoint(2));
    expect(store.texts('PK', { roles: ['host'] })).toEqual(['entry 1']);
    store.commit(3, version({ event: 1, from: 3, keys: ['PK'], roles: ['host'], latest: '2025-09-09' }));
    expect(store.reader.lastChange('PK')).toEqual(logPoint(3));
  });

  test('replaces the previous one if only its rank or what its date may mean differs', (store) => {
    const spans = [{ earliest: '2025-09-08' as Day, latest: '2025-09-08' as Day }];
    store.commit(2, version({ event: 1, rank: 2 }), version({ event: 2, rank: 1 }));
    expect(store.texts('PK')).toEqual(['entry 2', 'entry 1']);
    store.commit(3, version({ event: 1, from: 3, rank: 0 }));
    expect(store.texts('PK')).toEqual(['entry 1', 'entry 2']);
    expect(store.texts('PK', { asOf: 2 as Ordinal })).toEqual(['entry 2', 'entry 1']);
    store.commit(4, version({ event: 1, from: 4, rank: 0, reach: { spans, canBeCertain: false } }));
    expect(store.texts('PK', { certain: true })).toEqual(['entry 2']);
    expect(store.texts('PK', { certain: true, asOf: 3 as Ordinal })).toEqual(['entry 1', 'entry 2']);
  });

  test('sets the last change of a timeline, also of one that loses the entry', (store) => {
    expect(store.reader.lastChange()).toBe(undefined);
    store.commit(1);
    expect(store.reader.lastChange()).toBe(undefined);
    store.commit(3, version({ event: 2, keys: ['PK', 'US'] }), version({ event: 3, keys: ['CN'] }));
    store.commit(4, version({ event: 2, from: 4, keys: ['PK'], text: 'without US' }));
    store.commit(5);
    expect(store.reader.lastChange('PK')).toEqual(logPoint(4));
    expect(store.reader.lastChange('US')).toEqual(logPoint(4));
    expect(store.reader.lastChange('CN')).toEqual(logPoint(3));
    expect(store.reader.lastChange('FR')).toBe(undefined);
    expect(store.reader.lastChange()).toEqual(logPoint(4));
  });

  test('may remove an entry from all timelines and restore it unchanged', (store) => {
    store.commit(1, version({ event: 1 }));
    store.commit(2, hiddenVersion({ event: 1, from: 2 }));
    store.commit(3, version({ event: 1, from: 3 }));
    const texts = [1, 2, 3].map((asOf) => store.texts('PK', { asOf: asOf as Ordinal }));
    expect(texts).toEqual([['entry 1'], [], ['entry 1']]);
  });

  test('of an entry that no timeline has ever shown changes nothing', (store) => {
    store.commit(2, hiddenVersion({ event: 1, from: 1 }), hiddenVersion({ event: 1, from: 2 }));
    expect(store.index()).toEqual([]);
    expect(store.reader.lastChange()).toBe(undefined);
    store.commit(3, version({ event: 1, from: 3 }));
    expect(store.texts('PK')).toEqual(['entry 1']);
    expect(store.texts('PK', { asOf: 2 as Ordinal })).toEqual([]);
  });

  test('is stored together with the checkpoint, or neither is', (store) => {
    store.commit(1, version({ event: 1 }));
    const added = version({ event: 2, keys: ['US'] });
    const changed = version({ event: 1, from: 2, text: 'changed' });
    const tooMany = version({ event: 2, item: ITEMS_MAX, keys: ['US'] });
    expect(nameOfError(() => store.commit(2, added, changed, tooMany))).toBe('RangeError');
    expect(store.writer.checkpoint()?.eventId).toBe('event-1');
    expect(store.reader.checkpoint()).toEqual(checkpoint(1));
    expect(store.texts('PK')).toEqual(['entry 1']);
    expect(store.index().map(({ key }) => key)).toEqual(['PK']);
    expect(store.reader.lastChange()).toEqual(logPoint(1));
    store.commit(2, added);
    expect(store.texts('PK')).toEqual(['entry 1']);
    expect(store.texts('US')).toEqual(['entry 2']);
  });
}

/** Returns the name of the error that `work` throws; undefined if it throws none. */
function nameOfError(work: () => void): string | undefined {
  try {
    work();
  } catch (error) {
    return error instanceof Error ? error.name : String(error);
  }
  return undefined;
}

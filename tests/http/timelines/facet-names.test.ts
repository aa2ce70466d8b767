import { expect, test } from '@jest/globals';
import { LRUCache } from 'lru-cache';
import { StoreUnavailableError } from '../../../src/event-store/event-store.ts';
import { FacetNames } from '../../../src/http/timelines/facets/facet-names.ts';
import { UNFILTERED } from '../../../src/projector/timeline-store.ts';

test('names are looked up in the rows that are served then, which a rebuild may have replaced', async () => {
  const looked: string[] = [];
  const readerOf = (rows: string) => ({
    checkpoint: () => ({ ordinal: 9 }),
    page: (_key: string, { relays: [name] }: { relays: readonly string[] }) => {
      looked.push(`${rows}: ${name}`);
      projection.reader = rebuilt;
      return { entries: ['{"id":"1","stream":"briefing-1"}'], next: undefined };
    },
  });
  const rebuilt = readerOf('new');
  const projection = { name: 'country', reader: readerOf('old') };
  const store = {
    readStream: () => {
      throw new StoreUnavailableError('away');
    },
  };
  const asOf = { ordinal: 9, position: '9', instant: '2025-10-14T00:00:00Z' };
  const read = { key: 'CN', projection, filter: UNFILTERED, asOf, known: new LRUCache({ max: 9 }) };
  const names = new FacetNames({ store, tree: {} } as never, read as never);
  const counts = new Map([
    ['dawn', 2],
    ['xinhua', 1],
  ]);
  expect(await names.mostFrequent('relays', counts)).toEqual([
    { value: 'dawn', count: 2 },
    { value: 'xinhua', count: 1 },
  ]);
  expect(looked).toEqual(['old: dawn', 'new: xinhua']);
});

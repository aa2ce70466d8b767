import { describe, expect, test } from '@jest/globals';
import { InMemoryTimelineStore } from '../../src/testing/in-memory/in-memory-timeline-store.ts';
import { describeTimelineStoreContract } from '../../src/testing/index.ts';

describeTimelineStoreContract(
  'The in-memory store',
  (comparePositions) => {
    const store = new InMemoryTimelineStore('country@1', comparePositions);
    return { writer: store, reader: store, close: () => store.close() };
  },
  { describe, expect, test },
);

import { describe, expect, test } from '@jest/globals';
import { describeTimelineStoreContract } from '../../src/testing/contracts/timeline-store/describe-timeline-store-contract.ts';
import { InMemoryTimelineStore } from '../../src/testing/in-memory/in-memory-timeline-store.ts';

describeTimelineStoreContract(
  'The in-memory store',
  (comparePositions) => {
    const store = new InMemoryTimelineStore('country@1', comparePositions);
    return { writer: store, reader: store, close: () => store.close() };
  },
  { describe, expect, test },
);

import { describe, expect, test } from '@jest/globals';
import { InMemoryEventStore } from '../../src/event-store/in-memory-event-store.ts';
import { describeEventStoreContract } from '../../src/testing/event-store-contract.ts';

describeEventStoreContract('The in-memory store', (clock) => new InMemoryEventStore(clock), {
  describe,
  expect,
  test,
});

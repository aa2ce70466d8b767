import { describe, expect, test } from '@jest/globals';
import { describeEventStoreContract } from '../../src/testing/contracts/event-store/describe-event-store-contract.ts';
import { InMemoryEventStore } from '../../src/testing/in-memory/in-memory-event-store.ts';

describeEventStoreContract('The in-memory store', (clock) => new InMemoryEventStore(clock), {
  describe,
  expect,
  test,
});

import { describe, expect, test } from '@jest/globals';
import { describeEventStoreContract } from '../../src/testing/contracts/event-store/describe-event-store-contract.ts';
import { describeRedactionContract } from '../../src/testing/contracts/event-store/describe-redaction-contract.ts';
import { InMemoryEventStore } from '../../src/testing/in-memory/in-memory-event-store.ts';

const openStore = (clock: () => Date) => new InMemoryEventStore(clock);

describeEventStoreContract('The in-memory store', openStore, { describe, expect, test });
describeRedactionContract('The in-memory store', openStore, { describe, expect, test });

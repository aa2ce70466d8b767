import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { EventStoreDbEventStore } from '../../src/eventstoredb/eventstoredb-event-store.ts';
import { describeEventStoreContract } from '../../src/testing/contracts/event-store/describe-event-store-contract.ts';
import { InMemoryEventIndex } from '../../src/testing/in-memory/in-memory-event-index.ts';
import { WireServer } from '../eventstoredb/wire-server/wire-server.ts';

/** No call of the contract should time out, on a loaded machine either. */
const CALL_TIMEOUT_MS = 60_000;

let server: WireServer;

beforeAll(async () => {
  server = await new WireServer().start();
});
afterAll(() => server.stop());

/** Opens a new log on the shared server. */
function openLog(connectionString: string, clock: () => Date): EventStoreDbEventStore {
  const prefix = `test-${randomBytes(8).toString('hex')}-`;
  const index = new InMemoryEventIndex();
  return new EventStoreDbEventStore({
    connectionString,
    prefix,
    clock,
    callTimeoutMs: CALL_TIMEOUT_MS,
    index,
  });
}

describeEventStoreContract(
  'The EventStoreDB store, over a wire-protocol server,',
  (clock) => {
    server.log.addForeignEvents();
    return openLog(server.connectionString, clock);
  },
  { describe, expect, test },
);

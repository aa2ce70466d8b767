import { describe, expect, test } from '@jest/globals';
import { EventStoreDbEventStore } from '../../src/eventstoredb/eventstoredb-event-store.ts';
import { describeEventStoreContract } from '../../src/testing/contracts/event-store/describe-event-store-contract.ts';
import { InMemoryEventIndex } from '../../src/testing/in-memory/in-memory-event-index.ts';
import { describeForeignEvent } from './suites/foreign-event.ts';
import { describePositions } from './suites/positions.ts';
import { describeProgramCrashes } from './suites/program-crashes.ts';
import { describeProgramOutages, describeProgramStarts } from './suites/program-outages.ts';
import { describeResilience } from './suites/resilience.ts';
import { describeSeveralPrograms } from './suites/several-programs.ts';
import { describeBehindProxy } from './support/behind-proxy.ts';
import { closeAll, openAdapter } from './support/open-adapter.ts';
import { newPrefix } from './support/test-server.ts';

/*
 * `npm run test:eventstoredb` runs these tests against the server at EVENTSTORE_URL. Others may use the server too: all
 * streams start with `chancery_test_`, and nothing else is read or written.
 */

/** Keeps content and metadata of an append together below 1 MiB, the default limit of a server. */
const LIMITS = { textBytesMax: 400_000 };

/** What only the wire server can do, the reason, and the file that tests it in `npm test`. */
const NOT_TESTED = [
  [
    'an append that breaks off just before or just after it is stored',
    'a real server cannot be made to fail at a certain append',
    'adapter/unacknowledged-appends.test.ts',
  ],
  [
    'an answer that arrives twice, late or as an unusual status',
    'a real server cannot be made to answer so',
    'adapter/unacknowledged-appends.test.ts',
  ],
  [
    'a server that is restarted',
    'this process may not stop a real server',
    'adapter/server-restarts.test.ts, program/outages.test.ts',
  ],
  [
    'a page that takes longer than the timeout',
    'a real server cannot be made to slow down one read',
    'adapter/client-defects.test.ts',
  ],
  [
    'a password that is not accepted',
    'a server without TLS asks for none, and one with TLS has its own',
    'program/secrets.test.ts',
  ],
  [
    'a server that stops leading, drops a slow subscription, or searches on after a read',
    'a real server cannot be made to do so',
    'adapter/server-behaviour.test.ts',
  ],
  [
    'that nothing is read twice, and that a subscription that falls silent is given up',
    'a real server does not count its reads, and cannot be made to fall silent',
    'adapter/live-events.test.ts, program/live-events.test.ts',
  ],
  [
    'no call left open on the server',
    'a real server does not list its open calls',
    'adapter/client-defects.test.ts',
  ],
] as const;

const url = process.env['EVENTSTORE_URL'];
if (url === undefined) throw new Error('EVENTSTORE_URL is not set.');
/** Uses the scheme that the bare client knows. */
const connectionString = url.replace(/^kurrent(db)?(?=[:+])/, 'esdb');
await requireReadable(connectionString);

describeEventStoreContract(
  'The store on a real server',
  (clock) =>
    new EventStoreDbEventStore({
      connectionString,
      prefix: newPrefix(),
      clock,
      index: new InMemoryEventIndex(),
    }),
  { describe, expect, test },
  LIMITS,
);

const server = { name: 'a real server', connectionString };
describePositions(server);
describeResilience(server);
describeSeveralPrograms(server);
describeProgramCrashes(server);
describeForeignEvent(server);
describeBehindProxy('the program behind a network that fails', server, (setUp) => {
  describeProgramOutages(setUp);
  describeProgramStarts(setUp);
});

describe('not tested on a real server', () => {
  for (const [what, reason, file] of NOT_TESTED) test.skip(`${what}: ${reason} (${file})`, () => {});
});
const notTested = NOT_TESTED.map(([what, reason, file]) => `- ${what}: ${reason} (${file})\n`);
process.stderr.write(`Not tested on a real server:\n${notTested.join('')}`);

/** Reports a server that is unavailable or refuses access once, and not in every test. */
async function requireReadable(serverUrl: string): Promise<void> {
  const { store } = openAdapter({ connectionString: serverUrl }, { prefix: newPrefix() });
  try {
    await store.readAll({ direction: 'forwards', maxCount: 1 });
  } catch (error) {
    throw new Error(`The server at EVENTSTORE_URL cannot be read. ${error}`);
  } finally {
    await closeAll();
  }
}

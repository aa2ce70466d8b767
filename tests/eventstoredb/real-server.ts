import { describe, expect, test } from '@jest/globals';
import { InMemoryEventIndex } from '../../src/event-store/event-index.ts';
import { EventStoreDbEventStore } from '../../src/eventstoredb/eventstoredb-event-store.ts';
import { describeEventStoreContract } from '../../src/testing/contracts/event-store/index.ts';
import { describeBehindProxy } from './behind-proxy.ts';
import { closeAll, openLog } from './log-on-wire.ts';
import { describePositions } from './positions-suite.ts';
import { describeProgramCrashes } from './program-crash-suite.ts';
import { describeProgramOutages, describeProgramStarts } from './program-outages-suite.ts';
import { describeResilience } from './resilience-suite.ts';
import { newPrefix } from './server-in-test.ts';
import { describeSeveralPrograms } from './several-programs-suite.ts';
import { describeStrangeEvent } from './strange-event-suite.ts';

/*
 * `npm run test:eventstoredb`: what is asked of the server at EVENTSTORE_URL. It may be one that others use: all streams
 * begin with `chancery_test_`, and nothing else is written or read.
 */

/** Of 1 MiB, which a server takes in one append unless it is told otherwise: content and metadata together. */
const LIMITS = { textBytesMax: 400_000 };

/** With the file that asks it of the server at the wire in `npm test`. */
const NOT_OF_A_REAL_SERVER = [
  [
    'an append that breaks off just before or just after it is stored',
    'no server can be told at which append to fail',
    'appends-in-doubt.test.ts',
  ],
  [
    'an answer that comes twice, late or as a status of its own',
    'no server can be told how to answer',
    'appends-in-doubt.test.ts',
  ],
  [
    'a server that is stopped and started again',
    'its process is not ours to stop',
    'outages.test.ts, program-outages.test.ts',
  ],
  [
    'a page that takes the server too long',
    'no server can be told to be slow with one read',
    'client-traps.test.ts',
  ],
  [
    'a password that is not accepted',
    'a server without TLS asks for none, and one with TLS knows its own',
    'program-secrets.test.ts',
  ],
  [
    'a server that stops to lead, drops a slow subscription, or searches on for what nobody asked',
    'no server can be told to do it',
    'server-habits.test.ts',
  ],
  ['no call left open on the server', 'a server does not tell which calls are open', 'client-traps.test.ts'],
] as const;

const address = process.env['EVENTSTORE_URL'];
if (address === undefined) throw new Error('EVENTSTORE_URL is not set.');
/** With the scheme that the bare client knows. */
const connectionString = address.replace(/^kurrent(db)?(?=[:+])/, 'esdb');
await requireAnswer(connectionString);

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
describeStrangeEvent(server);
describeBehindProxy('the program behind a network that fails', server, (setUp) => {
  describeProgramOutages(setUp);
  describeProgramStarts(setUp);
});

describe('not asked of a real server', () => {
  for (const [what, reason, file] of NOT_OF_A_REAL_SERVER)
    test.skip(`${what}: ${reason} (${file})`, () => {});
});
process.stderr.write(
  `Not asked of a real server:\n${NOT_OF_A_REAL_SERVER.map(([what, reason, file]) => `- ${what}: ${reason} (${file})\n`).join('')}`,
);

/** So that a server that is not there, or lets nobody in, is told once and not by every test. */
async function requireAnswer(asked: string): Promise<void> {
  const { store } = openLog({ connectionString: asked }, { prefix: newPrefix(), callTimeoutMs: 20_000 });
  try {
    await store.readAll({ direction: 'forwards', maxCount: 1 });
  } catch (error) {
    throw new Error(`Of the server at EVENTSTORE_URL nothing can be asked. ${error}`);
  } finally {
    await closeAll();
  }
}

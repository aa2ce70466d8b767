import { afterEach, describe, expect, test } from '@jest/globals';
import { briefing, uuid } from '../../append/sent-events.ts';
import { runProgram, startServer } from '../../cli/server-process.ts';
import { post } from '../../http/support/client.ts';
import {
  get,
  logVariables,
  newDataDir,
  postWithRetries,
  stopPrograms,
  waitUntilReady,
} from '../support/program.ts';
import { newPrefix, startSharedWireServer } from '../support/test-server.ts';
import { until } from '../support/until.ts';

const { wire } = await startSharedWireServer();
afterEach(stopPrograms);

const TEST_MS_MAX = 120_000;
/** Makes the program and its client log as much as they can. */
const VERBOSE = { LOG_LEVEL: 'debug', DEBUG: '*' };
const SECRET = /hush|aHVza|%75/i;

function variables() {
  const connectionString = wire.connectionString.replace('esdb://', 'esdb://admin:h%75sh-hush@');
  return { ...VERBOSE, ...logVariables({ connectionString }, newPrefix()) };
}

describe('a password', () => {
  test.each(['serve', 'export'])(
    'that the server does not accept ends %s with the reason, and is not shown',
    async (command) => {
      wire.faults.rejectingCredentials = true;
      const args = [command, '--data-dir', newDataDir(), ...(command === 'serve' ? ['--port', '0'] : [])];
      const { exitCode, stdout, stderr } = await runProgram(args, { variables: variables() });
      wire.faults.rejectingCredentials = false;
      expect(exitCode).toBe(1);
      expect(stderr).toMatch(
        /^chancery: EventStoreDB refused the request: the credentials were not accepted\.$/m,
      );
      expect(stderr).toMatch(/esdb:connection/);
      expect(stdout + stderr).not.toMatch(SECRET);
    },
    TEST_MS_MAX,
  );

  test(
    'is not shown while the log is connected, unavailable, connected again, or suddenly refuses it',
    async () => {
      const program = await startServer(newDataDir(), [], { variables: variables() });
      const event = { ...briefing, id: uuid(1) };
      expect([200, 201]).toContain((await postWithRetries(program.url, event)).status);
      wire.stop();
      await until(async () => (await get(program.url, '/readyz')).json.log.state === 'unavailable');
      const shown = [(await get(program.url, '/readyz')).text, (await get(program.url, '/events')).text];
      wire.faults.rejectingCredentials = true;
      await wire.start();
      await until(async () => (await post(program.url, briefing)).json.type === '/problems/log-failed');
      shown.push((await get(program.url, '/projections')).text);
      wire.faults.rejectingCredentials = false;
      await waitUntilReady(program.url);
      expect((await postWithRetries(program.url, event)).status).toBe(200);
      const { exitCode, stdout, stderr } = await program.stop();
      expect(exitCode).toBe(0);
      expect(stderr).toMatch(/"msg":"disconnected"/);
      expect(stderr).toMatch(/esdb:connection/);
      expect(shown.join() + stdout + stderr).not.toMatch(SECRET);
    },
    TEST_MS_MAX,
  );
});

test.each([
  'http://admin:hush@localhost:2113',
  'esdb:/admin:hush@localhost',
  'esdb://admin:hu:sh@localhost',
  'esdb://admin:hush%zz@localhost',
  'esdb://admin:hush',
  'esdb://admin:hush@',
  'esdb://admin:hush@localhost:port',
  'esdb://admin:hush@localhost?tls=perhaps',
  'esdb://admin:hush@localhost?nodePreference=follower',
  'esdb://admin:hush@localhost?tlsCAFile=none.crt',
])(
  'an invalid connection string ends the start with the reason and without the password: %s',
  async (connectionString) => {
    const dataDir = newDataDir();
    const { exitCode, stdout, stderr } = await runProgram(['serve', '--port', '0', '--data-dir', dataDir], {
      variables: { LOG_LEVEL: 'debug', EVENTSTORE_URL: connectionString },
    });
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(/^chancery: EVENTSTORE_URL: .+\n$/);
    expect(stdout + stderr).not.toMatch(/hu/);
  },
  TEST_MS_MAX,
);

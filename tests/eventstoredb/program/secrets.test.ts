import { afterAll, afterEach, describe, expect, test } from '@jest/globals';
import { briefing, uuid } from '../append/sent-events.ts';
import { runProgram, startServer } from '../cli/server-process.ts';
import { post } from '../http/client.ts';
import { until } from './log-on-wire.ts';
import { get, newDataDir, newPlace, stopAll, untilReady } from './program.ts';
import { WireServer } from './wire-server/wire-server.ts';

const server = await new WireServer().start();
afterAll(() => server.stop());
afterEach(stopAll);

/** As much as the program and the client of its log ever tell. */
const LOUD = { LOG_LEVEL: 'debug', DEBUG: '*' };
const SECRET = /hush|aHVza|%75/i;

function variables() {
  const connectionString = server.connectionString.replace('esdb://', 'esdb://admin:h%75sh-hush@');
  return { ...LOUD, EVENTSTORE_URL: connectionString, EVENTSTORE_PREFIX: newPlace().name };
}

describe('a password that the server does not accept', () => {
  test.each(['serve', 'export'])('ends %s with the reason, and is not shown', async (command) => {
    server.faults.lettingNobodyIn = true;
    const args = [command, '--data-dir', newDataDir(), ...(command === 'serve' ? ['--port', '0'] : [])];
    const { exitCode, stdout, stderr } = await runProgram(args, { variables: variables() });
    server.faults.lettingNobodyIn = false;
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/^chancery: EventStoreDB refuses: the credentials were not accepted\.$/m);
    expect(stderr).toMatch(/esdb:connection/);
    expect(stdout + stderr).not.toMatch(SECRET);
  });
});

test('a password is not shown while the log is there, gone, back, or refuses it all at once', async () => {
  const program = await startServer(newDataDir(), [], { variables: variables() });
  expect((await post(program.url, { ...briefing, id: uuid(1) })).status).toBe(201);
  server.stop();
  await until(async () => (await get(program.url, '/readyz')).status === 503);
  const shown = [(await get(program.url, '/readyz')).text, (await get(program.url, '/events')).text];
  server.faults.lettingNobodyIn = true;
  await server.start();
  await until(async () => (await post(program.url, briefing)).json.type === '/problems/log-failed', 20_000);
  shown.push((await get(program.url, '/projections')).text);
  server.faults.lettingNobodyIn = false;
  await untilReady(program.url);
  expect((await post(program.url, { ...briefing, id: uuid(1) })).status).toBe(200);
  const { exitCode, stdout, stderr } = await program.stop();
  expect(exitCode).toBe(0);
  expect(stderr).toMatch(/"msg":"disconnected"/);
  expect(stderr).toMatch(/esdb:connection/);
  expect(shown.join() + stdout + stderr).not.toMatch(SECRET);
}, 60_000);

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
  'an address of another form ends the start with what is wrong, without the password: %s',
  async (address) => {
    const dataDir = newDataDir();
    const { exitCode, stdout, stderr } = await runProgram(['serve', '--port', '0', '--data-dir', dataDir], {
      variables: { LOG_LEVEL: 'debug', EVENTSTORE_URL: address },
    });
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(/^chancery: EVENTSTORE_URL: .+\n$/);
    expect(stdout + stderr).not.toMatch(/hu/);
  },
);

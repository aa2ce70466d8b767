import { afterAll, afterEach, expect, test } from '@jest/globals';
import { describeBehindProxy } from './behind-proxy.ts';
import { expectOnceEach, HttpWriters } from './http-writers.ts';
import { closeAll, until } from './log-on-wire.ts';
import { expectTimelinesOfTheLog, get, logOf, newPlace, startOn, stopAll, untilReady } from './program.ts';
import { describeProgramOutages } from './program-outages-suite.ts';
import { WireServer } from './wire-server/wire-server.ts';

const server = await new WireServer().start();
server.log.addStrangers();
afterAll(() => server.stop());
afterEach(async () => {
  await stopAll();
  await closeAll();
});

const direct = { name: 'the server at the wire', connectionString: server.connectionString };
describeBehindProxy('the program behind a network that fails', direct, describeProgramOutages);

test('a server that is stopped and started again under load loses nothing, and the program needs no start', async () => {
  const place = newPlace();
  const program = await startOn(direct, place);
  const writers = new HttpWriters(() => program.url);
  for (let outage = 0; outage < 3; outage += 1) {
    await writers.untilMore(40);
    server.stop();
    await until(async () => (await get(program.url, '/readyz')).status === 503, 30_000);
    await server.start();
  }
  await untilReady(program.url);
  await writers.stop();
  const log = await logOf(direct, place);
  expect(writers.refusals.length).toBeGreaterThan(0);
  expectOnceEach(log, writers.acknowledged);
  await expectTimelinesOfTheLog(program, direct, place, log);
}, 120_000);

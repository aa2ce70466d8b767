import { afterEach, test } from '@jest/globals';
import { describeProgramOutages } from '../suites/program-outages.ts';
import { describeBehindProxy } from '../support/behind-proxy.ts';
import { expectOnceEach } from '../support/check-log.ts';
import { HttpWriters } from '../support/http-writers.ts';
import { closeAll } from '../support/open-adapter.ts';
import {
  expectTimelinesOfTheLog,
  get,
  readLogDirectly,
  startProgramOn,
  stopPrograms,
  waitUntilReady,
} from '../support/program.ts';
import { newPrefix, startSharedWireServer } from '../support/test-server.ts';
import { until } from '../support/until.ts';

const server = await startSharedWireServer();
afterEach(async () => {
  await stopPrograms();
  await closeAll();
});

describeBehindProxy('the program behind a network that fails', server, describeProgramOutages);

test('the program loses and duplicates nothing while the server is restarted under load', async () => {
  const prefix = newPrefix();
  const program = await startProgramOn(server, prefix);
  const writers = new HttpWriters(() => program.url);
  for (let outage = 0; outage < 3; outage += 1) {
    await writers.untilMore(40);
    const refusalsBefore = writers.refusals.length;
    server.wire.stop();
    await until(() => writers.refusals.length > refusalsBefore);
    await until(async () => (await get(program.url, '/readyz')).json.log.state === 'unavailable');
    await server.wire.start();
  }
  await waitUntilReady(program.url);
  await writers.stop();
  const log = await readLogDirectly(server, prefix);
  expectOnceEach(log, writers.acknowledged);
  await expectTimelinesOfTheLog(program, server, prefix, log);
}, 300_000);

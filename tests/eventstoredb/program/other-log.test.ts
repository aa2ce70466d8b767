import { afterEach, describe, expect, test } from '@jest/globals';
import { briefing, mou, uuid } from '../../append/sent-events.ts';
import { runProgram, startServer } from '../../cli/server-process.ts';
import { closeAll } from '../support/open-adapter.ts';
import {
  get,
  logVariables,
  newDataDir,
  postWithRetries,
  startProgramOn,
  stopPrograms,
  waitUntilReady,
} from '../support/program.ts';
import { newPrefix, startSharedWireServer } from '../support/test-server.ts';
import { until } from '../support/until.ts';

const server = await startSharedWireServer();
const TEST_MS_MAX = 120_000;

afterEach(stopPrograms);
afterEach(closeAll);

/** Starts a program in the folder, appends an event, and stops it when its timelines have the event. */
async function recordOne(prefix: string, dataDir: string, event: object): Promise<void> {
  const program = await startProgramOn(server, prefix, dataDir);
  await postWithRetries(program.url, event);
  await waitUntilReady(program.url);
  await program.stop();
}

describe('a data folder whose timelines were made from another log of the server', () => {
  test.each(['an empty one', 'one with events'])(
    'stops the start on %s, unless the log is accepted',
    async (kind) => {
      const [prefix, dataDir] = [newPrefix(), newDataDir()];
      await recordOne(newPrefix(), dataDir, { ...briefing, id: uuid(1) });
      if (kind === 'one with events') await recordOne(prefix, newDataDir(), { ...mou, id: uuid(2) });

      const args = ['serve', '--port', '0', '--data-dir', dataDir];
      const { exitCode, stderr } = await runProgram(args, { variables: logVariables(server, prefix) });

      expect(exitCode).toBe(1);
      expect(stderr).toContain('is not the one that its timelines were made from');
      const variables = { ...logVariables(server, prefix), ACCEPT_LOG: 'true' };
      const accepted = await startServer(dataDir, [], { variables });
      await waitUntilReady(accepted.url);
      expect((await accepted.stop()).stderr).toContain('"msg":"log-accepted"');
    },
    TEST_MS_MAX,
  );
});

describe('a data folder whose timelines were made from another log than the one that responds after the start', () => {
  async function startBeforeOtherLog(variables: Record<string, string> = {}) {
    const [prefix, dataDir] = [newPrefix(), newDataDir()];
    await recordOne(newPrefix(), dataDir, { ...briefing, id: uuid(1) });
    await recordOne(prefix, newDataDir(), { ...mou, id: uuid(2) });
    server.wire.faults.unavailable = true;
    const program = await startServer(dataDir, [], {
      variables: { ...logVariables(server, prefix), ...variables },
    });
    await until(async () => (await get(program.url, '/readyz')).json.log.state === 'unavailable');
    server.wire.faults.unavailable = false;
    return program;
  }

  test(
    'stops the program, as it would have stopped the start',
    async () => {
      const { exitCode, stderr } = await (await startBeforeOtherLog()).ended;
      expect(exitCode).toBe(1);
      expect(stderr).toContain('is not the one that its timelines were made from');
      expect(stderr).toContain('--accept-log');
    },
    TEST_MS_MAX,
  );

  test(
    'goes on if the log is accepted, with the timelines and the tree of that log',
    async () => {
      const program = await startBeforeOtherLog({ ACCEPT_LOG: 'true' });
      await until(async () => (await get(program.url, '/countries/PK')).text.includes(uuid(2)));
      await program.waitForOutput(/has another history than before.*"log-accepted"/, 'stderr');
      const { exitCode, stderr } = await program.stop();
      expect(exitCode).toBe(0);
      expect(stderr.match(/is not the one that its timelines were made from.*"log-accepted"/g)).toHaveLength(
        1,
      );
      expect(stderr).not.toContain('"msg":"tree-failed"');
    },
    TEST_MS_MAX,
  );
});

test(
  'a log that was copied to a server is the same log to the data folder it came from',
  async () => {
    const [prefix, dataDir] = [newPrefix(), newDataDir()];
    const embedded = await startServer(dataDir);
    await waitUntilReady(embedded.url);
    await embedded.stop();
    const variables = logVariables(server, prefix);
    const copied = await runProgram(['copy', '--from', dataDir], { variables });
    expect(copied.stderr).toContain('all events and timelines are identical');

    const program = await startProgramOn(server, prefix, dataDir);
    await waitUntilReady(program.url);
    expect((await program.stop()).exitCode).toBe(0);
  },
  TEST_MS_MAX,
);

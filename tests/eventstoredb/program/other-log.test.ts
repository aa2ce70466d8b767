import { afterEach, describe, expect, test } from '@jest/globals';
import { briefing, mou, uuid } from '../../append/sent-events.ts';
import { runProgram, startServer } from '../../cli/server-process.ts';
import { closeAll } from '../support/open-adapter.ts';
import {
  logVariables,
  newDataDir,
  postWithRetries,
  startProgramOn,
  stopPrograms,
  waitUntilReady,
} from '../support/program.ts';
import { newPrefix, startSharedWireServer } from '../support/test-server.ts';

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

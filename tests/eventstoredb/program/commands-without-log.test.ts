import type { Readable } from 'node:stream';
import { afterEach, describe, expect, test } from '@jest/globals';
import { type RunningProgram, runProgram, startProgram } from '../../cli/server-process.ts';
import { FaultProxy } from '../support/fault-proxy.ts';
import { closeAll, startWireServer } from '../support/open-adapter.ts';
import { logVariables, newDataDir, startProgramOn, stopPrograms } from '../support/program.ts';
import { newPrefix } from '../support/test-server.ts';

let started: RunningProgram | undefined;
afterEach(() => {
  started?.child.kill('SIGKILL');
});
afterEach(stopPrograms);
afterEach(closeAll);

const TEST_MS_MAX = 120_000;

/** Resolves when the program has printed a matching text on stderr, and rejects if it ends before. */
async function waitForError({ child, ended }: RunningProgram, pattern: RegExp): Promise<void> {
  let text = '';
  const printed = new Promise<void>((resolve) => {
    (child.stderr as Readable).on('data', (chunk) => {
      text += chunk;
      if (pattern.test(text)) resolve();
    });
  });
  const endedBefore = ended.then((end) => {
    throw new Error(`The program ended before it printed ${pattern}: ${JSON.stringify(end)}`);
  });
  await Promise.race([printed, endedBefore]);
}

describe('while the log is unavailable', () => {
  test(
    'serve stops on SIGTERM, even before it has printed its startup message',
    async () => {
      const server = await startWireServer();
      const port = Number(/:(\d+)\?/.exec(server.connectionString)?.[1]);
      const proxy = await new FaultProxy({ host: '127.0.0.1', port }).start();
      proxy.begin({ kind: 'silent' });
      const variables = {
        LOG_LEVEL: 'info',
        EVENTSTORE_URL: `esdb://${proxy.address.host}:${proxy.address.port}?tls=false`,
      };
      started = startProgram(['serve', '--port', '0', '--data-dir', newDataDir()], { variables });
      await waitForError(started, /"msg":"listening"/);
      started.child.kill('SIGTERM');
      const { exitCode, stdout, stderr } = await started.ended;
      proxy.stop();
      expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: '' });
      expect(stderr).toMatch(/"msg":"stopped"/);
    },
    TEST_MS_MAX,
  );

  test(
    'rebuild says what it waits for, and stops on SIGINT',
    async () => {
      const server = await startWireServer();
      const variables = { EVENTSTORE_URL: server.connectionString };
      server.stop();
      started = startProgram(['rebuild', 'country', '--data-dir', newDataDir()], { variables });
      await waitForError(started, /EventStoreDB cannot be reached: .* Retrying\.\n/);
      started.child.kill('SIGINT');
      expect((await started.ended).exitCode).toBe(130);
    },
    TEST_MS_MAX,
  );

  test(
    'rebuild says why it cannot ask the server that uses the data folder',
    async () => {
      const server = await startWireServer();
      const [prefix, dataDir] = [newPrefix(), newDataDir()];
      const { connectionString } = server;
      const { url } = await startProgramOn({ name: 'the wire server', connectionString }, prefix, dataDir);
      server.stop();
      const args = ['rebuild', 'country', '--data-dir', dataDir, '--port', new URL(url).port];
      const { exitCode, stderr } = await runProgram(args, { variables: logVariables(server, prefix) });
      expect(exitCode).toBe(1);
      expect(stderr).toMatch(/^chancery: EventStoreDB cannot be reached: .*\n$/);
    },
    TEST_MS_MAX,
  );
});

import { once } from 'node:events';
import { afterEach, describe, expect, test } from '@jest/globals';
import { type RunningProgram, runProgram, startProgram } from '../cli/server-process.ts';
import { FaultProxy } from './fault-proxy.ts';
import { closeAll, startWireServer } from './log-on-wire.ts';
import { newDataDir, newPlace, startOn, stopAll } from './program.ts';

let started: RunningProgram | undefined;
afterEach(() => {
  started?.child.kill('SIGKILL');
});
afterEach(stopAll);
afterEach(closeAll);

const TEST_MS_MAX = 60_000;

/** Settles when what the stream has given matches. */
async function reads(stream: NodeJS.ReadableStream | null, pattern: RegExp): Promise<void> {
  let text = '';
  while (stream !== null && !pattern.test(text)) text += String((await once(stream, 'data'))[0]);
}

describe('the program while its log is away', () => {
  test(
    'stops when it is told to, before it has welcomed anybody',
    async () => {
      const server = await startWireServer();
      const proxy = await new FaultProxy({
        host: '127.0.0.1',
        port: Number(/:(\d+)\?/.exec(server.connectionString)?.[1]),
      }).start();
      proxy.begin({ kind: 'silent' });
      const { host, port } = proxy.address;
      const variables = { LOG_LEVEL: 'info', EVENTSTORE_URL: `esdb://${host}:${port}?tls=false` };
      const args = ['serve', '--port', '0', '--data-dir', newDataDir()];
      started = startProgram(args, { variables });
      const { child, ended } = started;
      await reads(child.stderr, /"msg":"listening"/);
      child.kill('SIGTERM');
      const { exitCode, stdout, stderr } = await ended;
      proxy.stop();
      expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: '' });
      expect(stderr).toMatch(/"msg":"stopped"/);
    },
    TEST_MS_MAX,
  );

  test(
    'says what a rebuild waits for, and gives it up when it is told to',
    async () => {
      const server = await startWireServer();
      const variables = { EVENTSTORE_URL: server.connectionString };
      server.stop();
      started = startProgram(['rebuild', 'country', '--data-dir', newDataDir()], { variables });
      const { child, ended } = started;
      await reads(child.stderr, /EventStoreDB cannot be reached: .* It is tried again\.\n/);
      child.kill('SIGINT');
      expect((await ended).exitCode).toBe(130);
    },
    TEST_MS_MAX,
  );

  test(
    'says why a rebuild cannot be asked of the server that has the folder',
    async () => {
      const server = await startWireServer();
      const direct = { name: 'the server at the wire', connectionString: server.connectionString };
      const [place, dataDir] = [newPlace(), newDataDir()];
      const { url } = await startOn(direct, place, dataDir);
      server.stop();
      const variables = { EVENTSTORE_URL: server.connectionString, EVENTSTORE_PREFIX: place.name };
      const args = ['rebuild', 'country', '--data-dir', dataDir, '--port', new URL(url).port];
      const { exitCode, stderr } = await runProgram(args, { variables });
      expect(exitCode).toBe(1);
      expect(stderr).toMatch(/^chancery: EventStoreDB cannot be reached: .*\n$/);
    },
    TEST_MS_MAX,
  );
});

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { startServer } from '../cli/server-process.ts';
import { WireServer } from '../eventstoredb/wire-server/wire-server.ts';
import { codeBlocks } from './doc-pages.ts';

let folder: string;
let eventStoreDb: WireServer | undefined;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'chancery-docs-'));
  eventStoreDb = await new WireServer().start();
});

afterAll(() => {
  eventStoreDb?.stop();
  rmSync(folder, { recursive: true });
});

test('The program starts on EventStoreDB as eventstoredb.md says', async () => {
  const commands = codeBlocks('src/docs/eventstoredb.md').map(({ text }) => text);
  const [url] = commands.flatMap((text) => /^EVENTSTORE_URL='(\S+)' npm start\n$/.exec(text)?.[1] ?? []);
  expect(url).toBe('esdb://localhost:2113?tls=false');
  const variables = { EVENTSTORE_URL: eventStoreDb?.connectionString };
  const server = await startServer(join(folder, 'data'), [], { variables });
  await server.waitForOutput(/The log at esdb:.*\nOpen/s);
  expect(await server.stop()).toMatchObject({ exitCode: 0 });
});

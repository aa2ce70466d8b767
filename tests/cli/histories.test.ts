import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { mou, uuid } from '../append/sent-events.ts';
import { ask, post } from '../http/support/client.ts';
import { addEvents, expectAccepted, expectRefused, keep } from '../http/support/histories.ts';
import { type RunningServer, startServer } from './server-process.ts';

let folder = '';
let server: RunningServer;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'chancery-histories-'));
});

afterEach(async () => {
  await server.stop();
  await rm(folder, { recursive: true, force: true });
});

/** Starts a server on the data folder, on the port of the one before. */
async function serve(name: string): Promise<string> {
  const flags = server === undefined ? [] : ['--port', new URL(server.url).port];
  server = await startServer(join(folder, name), ['--empty', ...flags]);
  return server.url;
}

/**
 * Backs up a log of one event, keeps the tokens of the same log with more events, and serves the backup on its port.
 */
async function restoreOlderBackup(): Promise<{ url: string; kept: Awaited<ReturnType<typeof keep>> }> {
  const url = await serve('data');
  expect((await post(url, { ...mou, id: uuid(1) })).status).toBe(201);
  await server.stop();
  await cp(join(folder, 'data'), join(folder, 'backup'), { recursive: true });
  await addEvents(await serve('data'), 'First');
  const kept = await keep(url);
  await server.stop();
  await serve('backup');
  return { url, kept };
}

describe('tokens of one history', () => {
  test('are accepted after a restart, and refused by another log on the same port', async () => {
    const url = await serve('first');
    expect((await post(url, mou)).status).toBe(201);
    await addEvents(url, 'First');
    const kept = await keep(url);
    await server.stop();

    await expectAccepted(await serve('first'), kept);
    await server.stop();

    const other = await serve('second');
    expect((await post(other, mou)).status).toBe(201);
    await addEvents(other, 'Other');
    await expectRefused(other, kept);
  });

  test('are refused after an older backup was restored and other events were added', async () => {
    const { url, kept } = await restoreOlderBackup();
    await addEvents(url, 'Other');
    await expectRefused(url, kept);
  });

  test('are refused after an older backup was restored, before anything is added', async () => {
    const { url, kept } = await restoreOlderBackup();
    for (const path of kept.urls) expect((await ask(url, path)).status).toBe(400);
    expect((await post(url, mou, { 'if-match': kept.streamTag })).status).toBe(412);
  });
});

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { mou, shipment } from '../append/sent-events.ts';
import { ask, post } from '../http/support/client.ts';
import { openUpdates } from '../http/support/sse-client.ts';
import { endOfRebuild, until } from './polling.ts';
import { type RunningServer, startServer } from './server-process.ts';

let dataDir = '';
let server: RunningServer;

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'chancery-live-'));
  server = await startServer(dataDir, ['--empty']);
});

afterEach(async () => {
  await server.stop();
  await rm(dataDir, { recursive: true, force: true });
});

async function record(event: object): Promise<string> {
  const { status, json } = await post(server.url, event);
  expect(status).toBe(201);
  return json.events[0].position;
}

async function rebuild(projection: string): Promise<void> {
  const { status } = await ask(server.url, `/projections/${projection}/rebuild`, { method: 'POST' });
  expect(status).toBe(202);
  expect((await endOfRebuild(server.url, projection)).state).toBe('activated');
}

describe('live updates', () => {
  test('continue through a rebuild, and resume after a restart of the server', async () => {
    const shown = await record(mou);
    const client = await openUpdates(server.url, `/countries/PK/live?after=${shown}`);
    const first = await record(shipment);
    expect(await client.next()).toMatchObject({ position: first, new: 1 });

    // when: rebuilt rows replace the old ones
    await rebuild('country');
    const second = await record({ ...shipment, occurred: '2025-11' });
    expect(await client.next()).toMatchObject({ position: second, new: 1 });

    // when: the server is restarted, without waiting for its readers
    const [ended, { exitCode }] = await Promise.all([client.ended, server.stop()]);
    expect([ended, exitCode]).toEqual(['whole', 0]);
    server = await startServer(dataDir, ['--empty']);
    await record({ ...shipment, occurred: '2025-12' });
    const last = await record({ ...shipment, occurred: '2026-01' });
    await until(async () => (await ask(server.url, `/countries/PK?after=${last}`)).status === 200);
    const headers = { 'last-event-id': client.lastEventId };
    const resumed = await openUpdates(server.url, `/countries/PK/live?after=${shown}`, headers);
    expect(await resumed.next()).toMatchObject({ position: last, new: 2 });
  });
});

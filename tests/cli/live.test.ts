import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { mou, shipment } from '../append/sent-events.ts';
import { ask, post } from '../http/client.ts';
import { openNews } from '../http/sse-client.ts';
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
  const path = `/projections/${projection}/rebuild`;
  expect((await ask(server.url, path, { method: 'POST' })).status).toBe(202);
  let state = 'waiting';
  while (['waiting', 'running'].includes(state)) {
    await delay(10);
    state = (await ask(server.url, path)).json.state;
  }
  expect(state).toBe('activated');
}

describe('the news of a server', () => {
  test('go on while its timelines are rebuilt, and where they were after it was started again', async () => {
    const shown = await record(mou);
    const client = await openNews(server.url, `/countries/PK/live?after=${shown}`);
    const first = await record(shipment);
    expect(await client.next()).toMatchObject({ id: first, position: first, new: 1 });

    // when: other rows take over
    await rebuild('country');
    const second = await record({ ...shipment, occurred: '2025-11' });
    expect(await client.next()).toMatchObject({ position: second, new: 1 });

    // when: the server stops, which does not wait for its readers, and is there again
    const [ended, { exitCode }] = await Promise.all([client.ended, server.stop()]);
    expect([ended, exitCode]).toEqual(['whole', 0]);
    server = await startServer(dataDir, ['--empty']);
    await record({ ...shipment, occurred: '2025-12' });
    const last = await record({ ...shipment, occurred: '2026-01' });
    expect((await ask(server.url, `/countries/PK?after=${last}`)).status).toBe(200);
    const headers = { 'last-event-id': client.lastEventId };
    const back = await openNews(server.url, `/countries/PK/live?after=${shown}`, headers);
    expect(await back.next()).toMatchObject({ position: last, new: 2 });
  });
});

import { mkdtemp, rm } from 'node:fs/promises';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { mou } from '../append/sent-events.ts';
import { RawConnection } from '../http/support/raw-connection.ts';
import { type RunningServer, startServer } from './server-process.ts';

const CLIENTS = 20;

let folder = '';
let server: RunningServer;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'chancery-stop-'));
  server = await startServer(join(folder, 'data'), ['--empty', '--log-level', 'info']);
});

afterEach(async () => {
  await server.stop();
  await rm(folder, { recursive: true, force: true });
});

/** Sends one request on a kept connection. Resolves to the status, and whether the server closes the connection. */
function send(agent: Agent, method: string, path: string, body?: string) {
  return new Promise<{ readonly status: number | undefined; readonly isLast: boolean }>((resolve, reject) => {
    const headers = body === undefined ? {} : { 'content-type': 'application/json' };
    const sent = request(new URL(path, server.url), { agent, method, headers }, (res) => {
      const isLast = res.headers.connection === 'close';
      res.resume().on('end', () => resolve({ status: res.statusCode, isLast }));
      res.on('error', reject);
    });
    sent.on('error', reject).end(body);
  });
}

/** Sends one request after another until the server closes the connection. Rejects if a request is not answered. */
async function work(onAnswer: () => void): Promise<number> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  for (let answers = 1; ; answers += 1) {
    const { status, isLast } =
      answers % 2 === 0
        ? await send(agent, 'GET', '/countries/PK')
        : await send(agent, 'POST', '/events', JSON.stringify({ ...mou, stream: undefined }));
    expect([200, 201]).toContain(status);
    onAnswer();
    if (isLast) return answers;
  }
}

test('a server that stops under load answers every request that has begun, and closes each connection', async () => {
  let answers = 0;
  const clients = Array.from({ length: CLIENTS }, () => {
    return work(() => {
      answers += 1;
      if (answers === CLIENTS * 20) server.child.kill('SIGTERM');
    });
  });
  const counts = await Promise.all(clients);
  expect(Math.min(...counts)).toBeGreaterThan(0);
  expect((await server.ended).exitCode).toBe(0);
});

test('a request that has begun to arrive when the server stops is answered', async () => {
  const body = JSON.stringify({ ...mou, stream: undefined });
  const head = `POST /events HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n`;
  const connection = await RawConnection.open(server.url);
  connection.send(`${head}Content-Length: ${body.length}\r\nExpect: 100-continue\r\n\r\n`);
  await connection.untilReceived((received) => received.includes('100 Continue'));
  server.child.kill('SIGTERM');
  await server.waitForOutput(/stopping/, 'stderr');
  connection.send(body);
  await connection.ended;
  expect(connection.received).toContain('HTTP/1.1 201 Created');
  expect(connection.received.toLowerCase()).toContain('connection: close');
  expect((await server.ended).exitCode).toBe(0);
});

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { HttpServer } from '../../src/http/http-server.ts';
import { RawConnection } from './support/raw-connection.ts';

const BUSY_MS = 10;
const PIPELINED = 20;
/** A timer of Node.js may fire this much early. */
const TIMER_ERROR_MS = 1;
/** Longer than connections may be idle when the server stops. */
const BLOCKED_MS = 1000;

/** More than the buffers of the connection have room for. */
const LARGE = Buffer.alloc(32 << 20);

let server: HttpServer;
let url = '';
/** When each request for `/busy` was begun, and when it was answered. */
let busy: { readonly begunMs: number; readonly answeredMs: number }[] = [];

beforeEach(async () => {
  busy = [];
  server = new HttpServer((req, res) => {
    if (req.url === '/busy') {
      const begunMs = performance.now();
      block(BUSY_MS);
      busy.push({ begunMs, answeredMs: performance.now() });
    }
    res.end(req.url === '/large' ? LARGE : '');
  });
  await once(server.server.listen(0, '127.0.0.1'), 'listening');
  url = `http://127.0.0.1:${(server.server.address() as AddressInfo).port}`;
});

afterEach(() => server.stop());

/** Keeps the event loop busy. */
function block(ms: number): void {
  const untilMs = performance.now() + ms;
  while (performance.now() < untilMs);
}

function get(path: string): string {
  return `GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`;
}

test('pipelined requests leave other connections half of the time', async () => {
  const [pipelining, other] = [await RawConnection.open(url), await RawConnection.open(url)];
  pipelining.send(get('/busy').repeat(PIPELINED));
  await pipelining.untilReceived(() => pipelining.responses > 0);
  other.send(get('/'));
  await other.untilReceived(() => other.responses === 1);
  expect(pipelining.responses).toBeLessThan(PIPELINED);
  await pipelining.untilReceived(() => pipelining.responses === PIPELINED);
  for (const { socket } of [pipelining, other]) socket.destroy();
  const pauses = busy.slice(1).map(({ begunMs }, index) => begunMs - (busy[index]?.answeredMs ?? 0));
  expect(Math.min(...pauses)).toBeGreaterThanOrEqual(BUSY_MS - TIMER_ERROR_MS);
});

/** Sends a request, and another one on the same connection at the first byte of its input. */
const CLIENT = `
  const socket = require('node:net').connect(Number(process.argv[1]), '127.0.0.1');
  socket.pipe(process.stdout);
  socket.write(process.argv[2]);
  process.stdin.once('data', () => socket.write(process.argv[2]));
  socket.on('close', () => process.exit());
`;

test('a request that arrives while a stopping server is busy is answered', async () => {
  const client = spawn(process.execPath, ['-e', CLIENT, new URL(url).port, get('/')]);
  await once(client.stdout, 'data');
  const received = text(client.stdout);
  const stopped = server.stop();
  client.stdin.write('\n');
  block(BLOCKED_MS);
  expect(await received).toMatch(/^HTTP\/1\.1 200 OK\r\nConnection: close/);
  await stopped;
});

test('a response that the client is still receiving is not cut when the server stops', async () => {
  const client = connect(Number(new URL(url).port), '127.0.0.1');
  client.write(get('/large'));
  let received = (await once(client, 'data'))[0].length;
  client.on('data', (chunk) => {
    received += chunk.length;
  });
  client.pause();
  const stopped = server.stop();
  await delay(BLOCKED_MS);
  client.resume();
  await once(client, 'close');
  expect(received).toBeGreaterThan(LARGE.length);
  await stopped;
});

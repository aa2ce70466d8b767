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
/** Longer than connections may be idle when the server stops. */
const BLOCKED_MS = 1000;

/** More than the buffers of the connection have room for. */
const LARGE = Buffer.alloc(32 << 20);

let server: HttpServer;
let url = '';

beforeEach(async () => {
  server = new HttpServer((req, res) => {
    if (req.url === '/busy') block(BUSY_MS);
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
  let sent = 0;
  while (pipelining.responses < PIPELINED) {
    other.send(get('/'));
    sent += 1;
    await other.untilReceived(() => other.responses === sent);
  }
  for (const { socket } of [pipelining, other]) socket.destroy();
  // One for each of them would be answered if the connections took turns.
  expect(sent).toBeGreaterThan(3 * PIPELINED);
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

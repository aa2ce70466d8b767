import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { FaultProxy } from './fault-proxy.ts';
import { until } from './until.ts';

/** The server answers each letter with its capital, and ends the connection at a full stop. */
const arrived: string[] = [];
const server = createServer((socket) => {
  socket.on('error', () => {});
  socket.on('data', (chunk) => {
    arrived.push(chunk.toString());
    if (chunk.toString() === '.') socket.end();
    else socket.write(chunk.toString().toUpperCase());
  });
});
let proxy: FaultProxy;
const clients: Socket[] = [];

beforeEach(async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  proxy = await new FaultProxy({ host: '127.0.0.1', port: (server.address() as AddressInfo).port }).start();
});

afterEach(() => {
  for (const client of clients.splice(0)) client.destroy();
  arrived.length = 0;
  proxy.stop();
  server.close();
});

interface Client {
  readonly socket: Socket;
  readonly answers: string[];
  readonly isClosed: () => boolean;
}

function open(): Client {
  const socket = connect(proxy.address);
  clients.push(socket);
  const answers: string[] = [];
  let isClosed = false;
  socket.on('error', () => {});
  socket.on('data', (chunk) => answers.push(chunk.toString()));
  socket.on('close', () => {
    isClosed = true;
  });
  return { socket, answers, isClosed: () => isClosed };
}

async function openAndAsk(): Promise<Client> {
  const client = open();
  client.socket.write('a');
  await until(() => client.answers.length === 1);
  expect(client.answers).toEqual(['A']);
  return client;
}

test('"unreachable" breaks connections and closes new ones until it ends', async () => {
  const before = await openAndAsk();
  proxy.begin({ kind: 'unreachable' });
  const during = open();
  await until(() => before.isClosed() && during.isClosed());
  expect(arrived).toEqual(['a']);
  proxy.heal();
  await openAndAsk();
});

test('"silent" holds everything back on old and new connections, and delivers all of it when it ends', async () => {
  const before = await openAndAsk();
  proxy.begin({ kind: 'silent' });
  const during = open();
  before.socket.write('b');
  during.socket.write('c');
  await until(() => proxy.stoppedChunks === 2);
  expect([arrived, before.isClosed(), during.isClosed()]).toEqual([['a'], false, false]);
  proxy.heal();
  await until(() => before.answers.length === 2 && during.answers.length === 1);
  expect([before.answers, during.answers]).toEqual([['A', 'B'], ['C']]);
});

test('"answers-lost" lets requests pass, loses all answers, and breaks connections when it ends', async () => {
  const client = await openAndAsk();
  proxy.begin({ kind: 'answers-lost' });
  client.socket.write('b');
  await until(() => proxy.stoppedChunks === 1);
  expect([arrived, client.isClosed()]).toEqual([['a', 'b'], false]);
  proxy.heal();
  await until(client.isClosed);
  expect(client.answers).toEqual(['A']);
  await openAndAsk();
});

test('"slow" delays requests and answers and keeps their order', async () => {
  const client = await openAndAsk();
  proxy.begin({ kind: 'slow', delayMs: 50 });
  const startMs = performance.now();
  client.socket.write('b');
  await until(() => client.answers.length === 2);
  // A timer may fire up to 1 ms early.
  expect(performance.now() - startMs).toBeGreaterThanOrEqual(2 * (50 - 1));
  expect(client.answers).toEqual(['A', 'B']);
});

test('the end of one side ends the other', async () => {
  const client = await openAndAsk();
  client.socket.write('.');
  await until(client.isClosed);
});

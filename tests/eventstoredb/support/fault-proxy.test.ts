import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { FaultProxy } from './fault-proxy.ts';
import { until } from './log-on-wire.ts';

/** A server behind the proxy that answers each letter with its capital, and ends at a full stop. */
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

const aWhile = () => new Promise((resolve) => setTimeout(resolve, 100));

test('away: connections break, new ones are closed, until it is back', async () => {
  const before = await openAndAsk();
  proxy.begin({ kind: 'away' });
  const during = open();
  await until(() => before.isClosed() && during.isClosed());
  expect(arrived).toEqual(['a']);
  proxy.heal();
  await openAndAsk();
});

test('silent: nothing passes either way, over old connections and new ones, and all of it when it is over', async () => {
  const before = await openAndAsk();
  proxy.begin({ kind: 'silent' });
  const during = open();
  before.socket.write('b');
  during.socket.write('c');
  await aWhile();
  expect([arrived, before.isClosed(), during.isClosed()]).toEqual([['a'], false, false]);
  proxy.heal();
  await until(() => before.answers.length === 2 && during.answers.length === 1);
  expect([before.answers, during.answers]).toEqual([['A', 'B'], ['C']]);
});

test('answers swallowed: requests arrive, no answer ever does, and the connections break at the end', async () => {
  const client = await openAndAsk();
  proxy.begin({ kind: 'answers-swallowed' });
  client.socket.write('b');
  await until(() => arrived.length === 2);
  await aWhile();
  expect(client.isClosed()).toBe(false);
  proxy.heal();
  await until(client.isClosed);
  expect(client.answers).toEqual(['A']);
  await openAndAsk();
});

test('slow: all passes, in order, later', async () => {
  const client = await openAndAsk();
  proxy.begin({ kind: 'slow', delayMs: 50 });
  const startMs = performance.now();
  client.socket.write('b');
  await until(() => client.answers.length === 2);
  expect(performance.now() - startMs).toBeGreaterThanOrEqual(99);
  expect(client.answers).toEqual(['A', 'B']);
});

test('the end of one side is the end of the other', async () => {
  const client = await openAndAsk();
  client.socket.write('.');
  await until(client.isClosed);
});

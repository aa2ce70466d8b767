import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { HttpConnection, serialize } from './http-connection.ts';

const LARGE = 'ü'.repeat(300_000);

let server: Server;
let url = '';

beforeEach(async () => {
  server = createServer(async (req, res) => {
    const chunks: Buffer[] = [];
    for await (const chunk of req) chunks.push(chunk);
    if (req.url === '/unchanged') res.writeHead(304).end();
    else if (req.url === '/cut') res.destroy();
    else {
      const body =
        req.url === '/large' ? LARGE : `${req.method} ${req.headers['x-a']} ${Buffer.concat(chunks)}`;
      res.writeHead(200, { 'Content-Length': Buffer.byteLength(body) }).end(body);
    }
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(() => {
  server.close();
  server.closeAllConnections();
});

describe('A connection of the load client', () => {
  test('sends one request after another and waits for the whole response', async () => {
    const connection = await HttpConnection.open(url, { keepsBodies: true });
    const received: [status: number, body: string][] = [];
    for (const request of [
      { path: '/', headers: { 'X-A': '1' }, body: 'sent: ü' },
      { path: '/large' },
      { path: '/unchanged' },
      { path: '/', headers: { 'X-A': '2' } },
    ]) {
      await connection.send(serialize(request));
      received.push([connection.status, connection.body]);
    }

    expect(received).toEqual([
      [200, 'POST 1 sent: ü'],
      [200, LARGE],
      [304, ''],
      [200, 'GET 2 '],
    ]);
    connection.close();
  });

  test('fails if the server closes it before the end of the response', async () => {
    const connection = await HttpConnection.open(url);

    await expect(connection.send(serialize({ path: '/cut' }))).rejects.toThrow('closed the connection');
    expect(connection.isOpen).toBe(false);
    await expect(connection.send(serialize({ path: '/' }))).rejects.toThrow('closed the connection');
  });
});

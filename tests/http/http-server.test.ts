import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { HttpServer } from '../../src/http/http-server.ts';
import { RawConnection } from './support/raw-connection.ts';

const BUSY_MS = 10;
const PIPELINED = 20;

let server: Server;

beforeAll(async () => {
  server = new HttpServer((req, res) => {
    const untilMs = performance.now() + (req.url === '/busy' ? BUSY_MS : 0);
    while (performance.now() < untilMs);
    res.end();
  }).server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});

afterAll(() => {
  server.close();
});

function get(path: string): string {
  return `GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`;
}

test('pipelined requests leave other connections half of the time', async () => {
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
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

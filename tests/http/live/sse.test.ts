import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { SseStream } from '../../../src/http/live/sse.ts';

/** More than the operating system buffers for a connection. */
const LARGE = 'x'.repeat(32 << 20);

describe('SseStream', () => {
  let server: Server;
  let stream: SseStream;
  let idleCalls: number;
  let limits: { heartbeatMs: number; stallMs: number };

  beforeEach(async () => {
    idleCalls = 0;
    limits = { heartbeatMs: 5, stallMs: 20 };
    server = createServer((_req, res) => {
      stream = new SseStream(res, limits, () => {
        idleCalls += 1;
      });
      stream.send({ id: '7', event: 'news', data: LARGE });
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
  });

  afterEach(() => {
    server.close();
    server.closeAllConnections();
  });

  function open() {
    const client = connect((server.address() as AddressInfo).port, '127.0.0.1').pause();
    client.on('error', () => {});
    client.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n');
    return client;
  }

  test('disconnects a client that reads nothing, even if buffers are full', async () => {
    const [[socket]] = await Promise.all([once(server, 'connection'), open()]);
    await once(socket, 'close');
    expect(idleCalls).toBe(0);
  });

  test('is busy until a client that reads slowly has read everything', async () => {
    limits = { heartbeatMs: 5, stallMs: 60_000 };
    const client = open();
    await once(server, 'request');
    expect(stream.isBusy).toBe(true);
    let bytes = 0;
    client.on('data', (chunk) => {
      bytes += chunk.byteLength;
    });
    client.resume();
    while (bytes < LARGE.length) await once(client, 'data');
    while (idleCalls < 2) await once(client, 'data');
    expect(bytes).toBeGreaterThan(LARGE.length);
    stream.end();
    await once(client, 'end');
  });
});

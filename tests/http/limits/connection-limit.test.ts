import { EventEmitter, once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, test } from '@jest/globals';
import { HttpServer } from '../../../src/http/http-server.ts';
import { ConnectionLimit } from '../../../src/http/limits/connection-limit.ts';
import { addressCheck } from '../../../src/http/protocol/requester.ts';
import { ask } from '../support/client.ts';

/** The server's side of a connection. */
class FakeSocket extends EventEmitter {
  readonly remoteAddress: string;

  constructor(remoteAddress: string) {
    super();
    this.remoteAddress = remoteAddress;
  }
}

describe('the connections of one address', () => {
  test('are admitted up to a number, and again when one is closed', () => {
    const limit = new ConnectionLimit(2, addressCheck(['10.0.0.0/8']));
    const connect = (address: string) => {
      const socket = new FakeSocket(address);
      return { socket, isAdmitted: limit.admit(socket as never) };
    };
    const [first, second, third] = [connect('192.0.2.1'), connect('::ffff:192.0.2.1'), connect('192.0.2.1')];
    expect([first, second, third].map(({ isAdmitted }) => isAdmitted)).toEqual([true, true, false]);
    expect(connect('192.0.2.2').isAdmitted).toBe(true);
    third.socket.emit('close');
    expect(connect('192.0.2.1').isAdmitted).toBe(false);
    first.socket.emit('close');
    expect(connect('192.0.2.1').isAdmitted).toBe(true);
    for (const address of ['10.1.2.3', '127.0.0.1', '::1']) {
      expect([1, 2, 3].map(() => connect(address).isAdmitted)).toEqual([true, true, true]);
    }
  });

  test('get a problem beyond that', async () => {
    const received: IncomingMessage[] = [];
    const listener = (req: IncomingMessage) => received.push(req);
    const server = new HttpServer(listener, { admit: () => false }).server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const { status, headers, json } = await ask(url, '/countries');
    expect([status, headers['retry-after'], json.type]).toEqual([429, '1', '/problems/too-many-requests']);
    expect(received).toEqual([]);
    server.close();
  });
});

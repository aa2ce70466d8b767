import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { HostAddress } from '../../src/webhooks/public-address.ts';
import { MessageSender, type MessageSenderOptions } from '../../src/webhooks/send-message.ts';
import { Receiver } from './receiver.ts';

const message = { id: 'msg_1', timestamp: 1_767_000_000, payload: '{"type":"entry.added"}' };
const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';

let receiver: Receiver;
let sender: MessageSender;

beforeEach(async () => {
  receiver = await new Receiver().start();
});

afterEach(async () => {
  sender.close();
  await receiver.close();
});

function send(url: string, options: MessageSenderOptions) {
  sender = new MessageSender(options);
  return sender.send({ url, secret }, message, new AbortController().signal);
}

/** The URL of the receiver under a name that no resolver knows. */
const namedUrl = () => receiver.url.replace('127.0.0.1', 'receiver.invalid');
const LOCAL: HostAddress = { address: '127.0.0.1', family: 4 };

describe('a message', () => {
  test('is sent to the address that was checked, under the name of the host', async () => {
    const asked: string[] = [];
    const resolve = async (host: string) => {
      asked.push(host);
      // A name whose second answer is another address (DNS rebinding) is not asked a second time.
      return asked.length === 1 ? [LOCAL] : [];
    };
    expect(await send(namedUrl(), { allowsPrivate: true, resolve })).toEqual({ outcome: 'accepted' });
    expect(asked).toEqual(['receiver.invalid']);
    expect(receiver.received[0]?.headers).toMatchObject({
      host: new URL(namedUrl()).host,
      'webhook-id': 'msg_1',
      'webhook-timestamp': '1767000000',
    });
    expect(receiver.received[0]?.text).toBe(message.payload);
  });

  test.each([
    [[LOCAL]],
    [[{ address: '::ffff:127.0.0.1', family: 6 }]],
    [
      [
        { address: '10.0.0.1', family: 4 },
        { address: '::1', family: 6 },
      ],
    ],
  ])('is not sent if the name has only private addresses: %j', async (addresses) => {
    const outcome = await send(namedUrl(), { allowsPrivate: false, resolve: async () => addresses });
    expect(outcome).toMatchObject({
      outcome: 'failed',
      status: undefined,
      reason: expect.stringContaining('receiver.invalid is not on the public internet'),
    });
    expect(receiver.received).toEqual([]);
  });

  test.each(['127.0.0.1', 'localhost', '[::ffff:7f00:1]'])('is not sent to %s', async (host) => {
    const outcome = await send(receiver.url.replace('127.0.0.1', host), { allowsPrivate: false });
    expect(outcome).toMatchObject({ outcome: 'failed', reason: expect.stringContaining('public internet') });
    expect(receiver.received).toEqual([]);
  });

  test('does not wait for a resolver when the server stops', async () => {
    sender = new MessageSender({ allowsPrivate: true, resolve: () => new Promise(() => {}) });
    const stopping = new AbortController();
    const sending = sender.send({ url: namedUrl(), secret }, message, stopping.signal);
    stopping.abort();
    expect(await sending).toMatchObject({ outcome: 'failed' });
  });

  test('is accepted with its status, however long the answer goes on', async () => {
    receiver.answer = (_message, res) => {
      res.writeHead(200);
      const write = () => {
        while (!res.destroyed && res.write('x'.repeat(16_384)));
        if (!res.destroyed) res.once('drain', write);
      };
      write();
    };
    expect(await send(receiver.url, { allowsPrivate: true })).toEqual({ outcome: 'accepted' });
  });

  test('is sent again at once if a kept connection was closed', async () => {
    const stop = new AbortController().signal;
    sender = new MessageSender({ allowsPrivate: true });
    for (let count = 0; count < 3; count += 1) {
      expect(await sender.send({ url: receiver.url, secret }, message, stop)).toEqual({
        outcome: 'accepted',
      });
      receiver.closeConnections();
    }
    expect(receiver.received).toHaveLength(3);
  });
});

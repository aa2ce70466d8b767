import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { afterEach, expect, test } from '@jest/globals';
import type { Request } from '../../../src/http/protocol/handler.ts';
import { sendStream } from '../../../src/http/protocol/stream-response.ts';
import { until } from '../../cli/polling.ts';

const TEXT = 'x'.repeat(1 << 20);
const TEXTS = 1_000;

let server: Server | undefined;
afterEach(() => {
  server?.close();
});

/** Serves a gigabyte, and says how much of it was taken, and how the response ended. */
async function serveMuch(stopping: AbortSignal) {
  const state = { taken: 0, isClosed: false, outcome: '' };
  async function* texts(): AsyncGenerator<string> {
    try {
      for (; state.taken < TEXTS; state.taken += 1) yield TEXT;
    } finally {
      state.isClosed = true;
    }
  }
  server = createServer((req, res) => {
    sendStream({ stopping }, req as Request<unknown>, res, 'text/plain', texts(), {}).then(
      () => {
        state.outcome = 'resolved';
      },
      () => {
        state.outcome = 'rejected';
      },
    );
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const client = connect(port, '127.0.0.1');
  client.on('error', () => {});
  client.pause();
  client.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
  return { state, client };
}

/** Waits until nothing has been taken for several turns. */
async function untilStalled(state: { readonly taken: number }): Promise<void> {
  let [last, turns] = [-1, 0];
  await until(async () => {
    turns = state.taken === last && last > 0 ? turns + 1 : 0;
    last = state.taken;
    return turns > 5;
  });
}

test('a client that does not read takes no more than the buffers of its connection', async () => {
  const { state, client } = await serveMuch(new AbortController().signal);
  await untilStalled(state);
  expect(state.taken).toBeLessThan(100);
  client.destroy();
  await until(async () => state.outcome !== '');
  expect(state).toMatchObject({ isClosed: true, outcome: 'resolved' });
});

test('a server that stops cuts the response off', async () => {
  const stopping = new AbortController();
  const { state, client } = await serveMuch(stopping.signal);
  await untilStalled(state);
  stopping.abort();
  await until(async () => state.outcome !== '');
  expect(state).toMatchObject({ isClosed: true, outcome: 'resolved' });
  client.destroy();
});

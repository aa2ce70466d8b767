import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { briefing, correction, mou, uuid } from '../../append/sent-events.ts';
import { startServer } from '../../cli/server-process.ts';
import { ask } from '../../http/support/client.ts';
import { Receiver } from '../../webhooks/receiver.ts';
import { closeAll } from '../support/open-adapter.ts';
import {
  logVariables,
  newDataDir,
  postWithRetries,
  startProgramOn,
  stopPrograms,
} from '../support/program.ts';
import { newPrefix, startSharedWireServer } from '../support/test-server.ts';

const server = await startSharedWireServer();
const TEST_MS_MAX = 120_000;

let receiver: Receiver;
beforeEach(async () => {
  receiver = await new Receiver().start();
});
afterEach(async () => {
  await stopPrograms();
  await closeAll();
  await receiver.close();
});

test(
  'of two programs on one log, that with the subscription sends what both have recorded, once, also after a restart',
  async () => {
    const [prefix, dataDir] = [newPrefix(), newDataDir()];
    const variables = { ...logVariables(server, prefix), PRIVATE_WEBHOOKS: 'true' };
    const sender = await startServer(dataDir, [], { variables });
    const other = await startProgramOn(server, prefix);
    await postWithRetries(other.url, { ...briefing, id: uuid(1) });
    const subscribed = await ask(sender.url, '/subscriptions', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: '/events', url: receiver.url, after: 'start' }),
    });
    expect(subscribed.status).toBe(201);

    await postWithRetries(sender.url, { ...mou, id: uuid(2) });
    await receiver.untilReceived(2);
    expect((await ask(other.url, '/subscriptions')).json).toEqual({ subscriptions: [] });
    await sender.stop();
    await postWithRetries(other.url, correction(uuid(2)));
    const restarted = await startServer(dataDir, [], { variables });
    await receiver.untilReceived(3);
    await restarted.stop();

    const causes = receiver.received.map(({ json }) => [json.type, json.data.entry.id]);
    expect(causes).toEqual([
      ['entry.added', uuid(1)],
      ['entry.added', uuid(2)],
      ['entry.changed', uuid(2)],
    ]);
  },
  TEST_MS_MAX,
);

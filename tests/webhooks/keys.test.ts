import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { giveKey } from '../access/open-access.ts';
import { mou, shipment } from '../append/sent-events.ts';
import { until } from '../cli/polling.ts';
import { type Harness, startHarness } from '../harness.ts';
import { ask, post } from '../http/support/client.ts';
import { Receiver } from './receiver.ts';

let chancery: Harness;
let receiver: Receiver;

beforeAll(async () => {
  receiver = await new Receiver().start();
  chancery = await startHarness();
});
afterAll(async () => {
  await chancery.close();
  await receiver.close();
});

type Headers = Readonly<Record<string, string>>;

function send(method: string, path: string, body: object, headers: Headers) {
  const sent = { 'content-type': 'application/json', ...headers };
  return ask(chancery.url, path, { method, headers: sent, body: JSON.stringify(body) });
}

test('a subscription sends what the key that changed it last may read, and nothing once that is revoked', async () => {
  const { access } = chancery;
  const limited = giveKey(access, { role: 'admin', scope: ['mou-'] });
  const all = giveKey(access, { role: 'admin' });
  const reader = giveKey(access, { role: 'reader' });
  const subscription = { query: '/countries/PK', url: receiver.url };
  expect((await send('POST', '/subscriptions', subscription, reader.headers)).json.permission).toBe(
    'manage-webhooks',
  );
  const { json } = await send('POST', '/subscriptions', subscription, limited.headers);
  const path = `/subscriptions/${json.id}`;

  await post(chancery.url, { ...shipment, stream: 'shipment-1' }, all.headers);
  await post(chancery.url, mou, all.headers);
  await receiver.untilReceived(1);
  expect(receiver.received.map(({ json: { data } }) => data.cause.stream)).toEqual([mou.stream]);

  access.store.revokeKey(limited.id, Date.now());
  await post(chancery.url, { ...mou, stream: 'mou-later' }, all.headers);
  await until(async () => (await ask(chancery.url, path, all)).json.state === 'failing');
  expect((await ask(chancery.url, path, all)).json.reason).toContain('Its key is not in force any more');
  expect(receiver.received).toHaveLength(1);

  await send('PATCH', path, { state: 'active' }, all.headers);
  await receiver.untilReceived(2);
  expect(receiver.received[1]?.json.data.cause.stream).toBe('mou-later');
});

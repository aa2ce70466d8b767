import { stat } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { briefing, correction, mou, retraction, shipment } from '../append/sent-events.ts';
import { until } from '../cli/polling.ts';
import { type Harness, startHarness } from '../harness.ts';
import { type Answer, ask, post } from '../http/support/client.ts';
import { isSigned, Receiver } from './receiver.ts';

/** Short times between four attempts. */
const RETRY_DELAYS_MS = [1, 2, 3];

let chancery: Harness;
let receiver: Receiver;

beforeEach(async () => {
  receiver = await new Receiver().start();
  chancery = await startHarness(undefined, {}, false, { webhooks: { retryDelaysMs: RETRY_DELAYS_MS } });
});

afterEach(async () => {
  await chancery.close();
  await receiver.close();
});

function send(method: string, path: string, body?: object): Promise<Answer> {
  const headers = { 'content-type': 'application/json' };
  return ask(chancery.url, path, { method, headers, ...(body && { body: JSON.stringify(body) }) });
}

/** Subscribes the receiver to all events, and returns the path of the subscription. */
async function subscribe(fields: object = {}): Promise<string> {
  const { json } = await send('POST', '/subscriptions', { query: '/events', url: receiver.url, ...fields });
  return `/subscriptions/${json.id}`;
}

async function show(path: string): Promise<Answer['json']> {
  return (await ask(chancery.url, path)).json;
}

async function record(event: object): Promise<{ readonly id: string; readonly position: string }> {
  return (await post(chancery.url, event)).json.events[0];
}

const signalled = (kind: string) => chancery.signals.filter((signal) => signal.kind === kind);

describe('a message that the receiver does not accept', () => {
  test('is sent again, with the same id and body and a new signature, before later ones', async () => {
    const { json } = await send('POST', '/subscriptions', { query: '/events', url: receiver.url });
    const path = `/subscriptions/${json.id}`;
    receiver.answer = (_message, res) => res.writeHead(receiver.received.length < 4 ? 503 : 200).end();
    await record(mou);
    await record(shipment);
    await receiver.untilReceived(5);
    await until(async () => (await show(path)).queued === 0);
    expect(await show(path)).toMatchObject({ state: 'active', deadLetters: 0 });
    expect((await show(path)).lastFailure.reason).toBe('The receiver answered 503.');

    const [first] = receiver.received;
    const attempts = receiver.received.filter(({ id }) => id === first?.id);
    expect(attempts).toHaveLength(4);
    expect(new Set(attempts.map(({ text }) => text)).size).toBe(1);
    expect(attempts.every((message) => isSigned(message, json.secret))).toBe(true);
    expect(receiver.ids.lastIndexOf(first?.id ?? '')).toBe(3);
  });

  test('becomes a dead letter after the last attempt, and the next one is sent', async () => {
    const subscription = await subscribe();
    receiver.answer = ({ json }, res) =>
      res.writeHead(json.data.entry.type === 'MouSigned' ? 500 : 200).end();
    await record(mou);
    await record(shipment);
    await until(() => receiver.received.some(({ json }) => json.data.entry.type === 'ShipmentAnnounced'));

    const { deadLetters } = await show(`${subscription}/dead-letters`);
    expect(deadLetters).toEqual([
      {
        id: receiver.ids[0],
        attempts: RETRY_DELAYS_MS.length + 1,
        failedAt: expect.any(String),
        reason: 'The receiver answered 500.',
        payload: receiver.received[0]?.json,
      },
    ]);
    expect(signalled('webhook-dead-letter')).toMatchObject([{ message: receiver.ids[0] }]);
  });

  test('is a dead letter after three attempts if the receiver refuses it', async () => {
    const subscription = await subscribe();
    receiver.rejectAll(422);
    await record(mou);
    await until(async () => (await show(subscription)).deadLetters === 1);
    expect(receiver.received).toHaveLength(3);
  });

  test.each([408, 425, 429])('is not refused by %d', async (status) => {
    const subscription = await subscribe();
    receiver.rejectAll(status);
    await record(mou);
    await until(async () => (await show(subscription)).deadLetters === 1);
    expect(receiver.received).toHaveLength(4);
  });

  test('waits as long as the receiver asks', async () => {
    const subscription = await subscribe();
    receiver.rejectAll(429, { 'retry-after': '600' });
    await record(mou);
    await until(async () => (await show(subscription)).lastFailure !== null);
    const { nextAttemptAt, lastFailure } = await show(subscription);
    expect(Date.parse(nextAttemptAt) - Date.parse(lastFailure.at)).toBeGreaterThan(599_000);
  });

  test('is not sent to where a redirect leads', async () => {
    const other = await new Receiver().start();
    const subscription = await subscribe();
    receiver.rejectAll(307, { location: other.url });
    await record(mou);
    await until(async () => (await show(subscription)).lastFailure !== null);
    expect((await show(subscription)).lastFailure.reason).toBe(
      'The receiver answered 307, and redirects are not followed.',
    );
    expect(other.received).toEqual([]);
    await other.close();
  });

  test('fails with the reason if nothing listens', async () => {
    const unused = await new Receiver().start();
    const subscription = await subscribe({ url: unused.url });
    await unused.close();
    await record(mou);
    await until(async () => (await show(subscription)).lastFailure !== null);
    expect((await show(subscription)).lastFailure.reason).toContain('ECONNREFUSED');
  });
});

describe('a dead letter', () => {
  async function makeDeadLetter(): Promise<string> {
    const subscription = await subscribe();
    receiver.rejectAll(400);
    await record(mou);
    await until(async () => (await show(subscription)).deadLetters === 1);
    receiver.acceptAll();
    return subscription;
  }

  test('is sent again when it is posted', async () => {
    const subscription = await makeDeadLetter();
    const [{ id }] = (await show(`${subscription}/dead-letters`)).deadLetters;
    const path = `${subscription}/dead-letters/${id}`;
    expect(await show(path)).toMatchObject({ id, payload: { type: 'entry.added' } });
    const before = receiver.received.length;

    expect((await send('POST', path)).status).toBe(202);
    await receiver.untilReceived(before + 1);

    expect(receiver.ids.at(-1)).toBe(id);
    await until(async () => (await show(subscription)).queued === 0);
    expect(await show(`${subscription}/dead-letters`)).toEqual({ deadLetters: [] });
    expect((await send('POST', path)).status).toBe(404);
  });

  test('is gone when it is deleted', async () => {
    const subscription = await makeDeadLetter();
    const [{ id }] = (await show(`${subscription}/dead-letters`)).deadLetters;
    expect((await send('DELETE', `${subscription}/dead-letters/${id}`)).status).toBe(204);
    expect((await send('DELETE', `${subscription}/dead-letters/${id}`)).json.type).toBe(
      '/problems/unknown-dead-letter',
    );
    expect(await show(`${subscription}/dead-letters`)).toEqual({ deadLetters: [] });
  });
});

describe('the page of the dead letters', () => {
  test('has each with its reason, sends it again, and discards it', async () => {
    const list = `${await subscribe()}/dead-letters`;
    const headers = { accept: 'text/html', 'content-type': 'application/x-www-form-urlencoded' };
    const page = async (path: string) => (await ask(chancery.url, path, { headers })).text;
    expect(await page(list)).toContain('There are none.');
    receiver.rejectAll(400);
    await record(mou);
    await record(shipment);
    await until(async () => (await show(list)).deadLetters.length === 2);
    receiver.acceptAll();

    const [first, second] = (await show(list)).deadLetters as readonly { readonly id: string }[];
    const urls = [first, second].map((letter) => `${list}/${letter?.id}`);
    const text = await page(list);
    expect(text).toContain('The receiver answered 400.');
    for (const url of urls)
      expect(text).toContain(`<form class="record-form" action="${url}" method="post">`);
    expect(await page(urls[0] ?? '')).toContain('&quot;type&quot;: &quot;entry.added&quot;');

    const submit = async (url = '', body = '') => {
      const answer = await ask(chancery.url, url, { method: 'POST', headers, body });
      return [answer.status, answer.headers['location']];
    };
    expect(await submit(urls[0], 'do=throw')).toEqual([400, undefined]);
    expect(await submit(urls[0], 'do=discard')).toEqual([303, list]);
    expect(await submit(urls[1], 'do=send')).toEqual([303, list]);
    await until(() => receiver.ids.at(-1) === second?.id);
    expect(await show(list)).toEqual({ deadLetters: [] });
    expect(await submit(urls[0], 'do=send')).toEqual([404, undefined]);
  });

  test('calls a statement by its speaker and what was said', async () => {
    const list = `${await subscribe({ query: '/statements' })}/dead-letters`;
    receiver.rejectAll(400);
    const speaker = { name: 'Lin Jian', kind: 'person', country: 'CN' };
    const text = [{ language: 'en', value: 'It has nothing to do with Pakistan.' }];
    const statements = [{ key: 'a', speechAct: 'deny', speaker, text, quoted: 'verbatim' }];
    await record({ ...briefing, data: { ...briefing.data, statements } });
    await until(async () => (await show(list)).deadLetters.length === 1);
    const { text: page } = await ask(chancery.url, list, { headers: { accept: 'text/html' } });
    expect(page).toContain('Lin Jian, denies: It has nothing to do with Pakistan.');
  });
});

describe('a subscription', () => {
  test('stops after five dead letters in a row, and loses nothing', async () => {
    const subscription = await subscribe();
    receiver.rejectAll(400);
    for (let count = 0; count < 7; count += 1) await record({ ...shipment, stream: `shipment-${count}` });
    await until(async () => (await show(subscription)).state === 'failing');

    const stopped = await show(subscription);
    expect(stopped).toMatchObject({ deadLetters: 5, queued: 2 });
    expect(stopped.reason).toMatch(/^The last 5 messages became dead letters\. The receiver answered 400\./);
    expect(signalled('webhook-stopped')).toMatchObject([{ state: 'failing' }]);

    receiver.acceptAll();
    await send('PATCH', subscription, { state: 'active' });
    await until(async () => (await show(subscription)).queued === 0);
    expect(new Set(receiver.ids).size).toBe(7);
  });

  test('stops as soon as the receiver says that it is gone', async () => {
    const subscription = await subscribe();
    receiver.rejectAll(410);
    await record(mou);
    await until(async () => (await show(subscription)).state === 'failing');
    expect(receiver.received).toHaveLength(1);
    expect((await show(subscription)).queued).toBe(1);
  });

  test('sends nothing while it is paused, and everything when it is resumed', async () => {
    const subscription = await subscribe();
    expect((await send('PATCH', subscription, { state: 'paused' })).json.state).toBe('paused');
    const { id } = await record(mou);
    const { position } = await record(correction(id));
    const follower = await subscribe();
    await until(async () => (await show(follower)).cursor?.position === position);
    expect(receiver.received).toEqual([]);

    await send('PATCH', subscription, { state: 'active' });
    await receiver.untilReceived(2);
    expect(receiver.received.map(({ json }) => json.type)).toEqual(['entry.added', 'entry.changed']);
  });

  test('replays from a position with the same ids', async () => {
    const subscription = await subscribe();
    const { id, position } = await record(mou);
    await record(correction(id));
    await record(retraction(id));
    await receiver.untilReceived(3);
    await until(async () => (await show(subscription)).queued === 0);

    await send('PATCH', subscription, { after: position });
    await receiver.untilReceived(5);
    await send('PATCH', subscription, { after: 'start' });
    await receiver.untilReceived(8);

    const ids = receiver.ids;
    expect(ids.slice(3, 5)).toEqual(ids.slice(1, 3));
    expect(ids.slice(5, 8)).toEqual(ids.slice(0, 3));
  });

  test('does not send twice what waits when it is replayed', async () => {
    const subscription = await subscribe();
    await send('PATCH', subscription, { state: 'paused' });
    await record(mou);
    await record(shipment);
    await send('PATCH', subscription, { after: 'start', state: 'active' });
    await until(async () => (await show(subscription)).lastDeliveredAt !== null);
    await until(async () => (await show(subscription)).queued === 0);
    expect(receiver.received).toHaveLength(2);
  });

  test('sends to its new URL and by its new query when they are changed', async () => {
    const subscription = await subscribe();
    const other = await new Receiver().start();
    await send('PATCH', subscription, { url: other.url, query: '/events?types=ShipmentAnnounced' });
    await record(mou);
    await record(shipment);
    await other.untilReceived(1);
    expect(other.received[0]?.json.data.query).toBe('/events?types=ShipmentAnnounced');
    expect(receiver.received).toEqual([]);
    await other.close();
  });

  test('sends nothing more when it is deleted', async () => {
    const subscription = await subscribe();
    const other = await subscribe();
    expect((await send('DELETE', subscription)).status).toBe(204);
    expect((await ask(chancery.url, subscription)).status).toBe(404);
    const { position } = await record(mou);
    await until(async () => (await show(other)).cursor?.position === position);
    await receiver.untilReceived(1);
    await until(async () => (await show(other)).queued === 0);
    expect(receiver.received).toHaveLength(1);
  });

  test('is not held up by the receiver of another one', async () => {
    const silent = createServer(() => {}).listen(0, '127.0.0.1');
    await until(() => silent.listening);
    const { port } = silent.address() as { port: number };
    await subscribe({ url: `http://127.0.0.1:${port}/` });
    await subscribe();
    await record(mou);
    await receiver.untilReceived(1);
    silent.close();
    silent.closeAllConnections();
  });
});

test('secrets are in a file for its owner only, and in no answer and no signal but the first answer', async () => {
  const { json } = await send('POST', '/subscriptions', {
    query: '/events',
    url: `${receiver.url}?token=t0k`,
  });
  receiver.rejectAll(400);
  await record(mou);
  await until(async () => (await show(`/subscriptions/${json.id}`)).deadLetters === 1);

  expect((await stat(join(chancery.dataDir, 'webhooks.db'))).mode & 0o777).toBe(0o600);
  const answers = await Promise.all(
    ['', `/${json.id}`, `/${json.id}/dead-letters`].map((path) => show(`/subscriptions${path}`)),
  );
  expect(JSON.stringify(answers)).not.toContain(json.secret.slice('whsec_'.length));
  expect(JSON.stringify(chancery.signals)).not.toMatch(/whsec_|t0k/);
});

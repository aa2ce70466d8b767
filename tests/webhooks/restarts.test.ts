import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { countryTimeline } from '../../projections/country.ts';
import { createRecorder } from '../../src/append/recorder.ts';
import type { EventStore } from '../../src/event-store/event-store.ts';
import { UNFILTERED } from '../../src/projector/timeline-store.ts';
import { SqliteWebhookStore, webhooksPath } from '../../src/sqlite/webhook-store.ts';
import { InMemoryEventStore } from '../../src/testing/in-memory/in-memory-event-store.ts';
import { InMemoryTimelineStore } from '../../src/testing/in-memory/in-memory-timeline-store.ts';
import { projectToEnd } from '../../src/testing/replay/project-to-end.ts';
import type { WebhookSignal } from '../../src/webhooks/webhook-signal.ts';
import { Webhooks, type WebhooksOptions } from '../../src/webhooks/webhooks.ts';
import { mou, shipment, uuid } from '../append/sent-events.ts';
import { until } from '../cli/polling.ts';
import { Receiver } from './receiver.ts';

const QUERY = { text: '/countries/PK', feed: 'country', key: 'PK', filter: UNFILTERED };
const comparePositions = (a: string, b: string) => Number(a) - Number(b);

let folder = '';
let receiver: Receiver;
let running: Webhooks | undefined;
const signals: WebhookSignal[] = [];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'chancery-webhooks-'));
  receiver = await new Receiver().start();
  signals.length = 0;
});

afterEach(async () => {
  await running?.close();
  running = undefined;
  await receiver.close();
  rmSync(folder, { recursive: true });
});

/** Returns a log with these events. */
async function logOf(events: readonly object[], recordedAt = '2026-01-01T00:00:00Z'): Promise<EventStore> {
  const log = new InMemoryEventStore(() => new Date(recordedAt));
  await append(log, events);
  return log;
}

async function append(log: EventStore, events: readonly object[]): Promise<void> {
  const recorder = createRecorder(log);
  for (const event of events) {
    expect((await recorder.record(event, { actor: 'local' })).outcome).toBe('recorded');
  }
}

/** Starts the webhooks of the folder over a log, as another process does after the one before has ended. */
async function restart(log: EventStore, options: Partial<WebhooksOptions> = {}): Promise<Webhooks> {
  await running?.close();
  const rows = new InMemoryTimelineStore('country@1', comparePositions);
  await projectToEnd(log, [{ definition: countryTimeline, writer: rows }]);
  running = new Webhooks({
    store: new SqliteWebhookStore(webhooksPath(folder)),
    log,
    feeds: new Map([
      ['country', { definition: countryTimeline, projection: { reader: rows, onChange: () => {} } }],
    ]),
    scopeOf: () => [''],
    allowsPrivate: true,
    clock: () => new Date(),
    onSignal: (signal) => signals.push(signal),
    ...options,
  });
  running.start();
  return running;
}

async function subscribe(webhooks: Webhooks): Promise<string> {
  const { id } = webhooks.add({ url: receiver.url, query: QUERY, key: undefined }, undefined);
  return id;
}

const agreements = [1, 2, 3].map((number) => ({ ...mou, id: uuid(number), stream: `mou-${number}` }));
const [first, second, third] = agreements as [object, object, object];

describe('after a restart', () => {
  test('what waited is sent at once, and what was accepted is not sent again', async () => {
    const log = await logOf([first, second]);
    receiver.answer = (_message, res) => res.writeHead(receiver.received.length > 1 ? 503 : 200).end();
    const id = await subscribe(await restart(log, { retryDelaysMs: [3_600_000] }));
    await receiver.untilReceived(2);
    await until(() => running?.find(id)?.lastFailure !== undefined);

    receiver.acceptAll();
    await append(log, [third]);
    const webhooks = await restart(log);
    await receiver.untilReceived(4);
    await until(() => webhooks.find(id)?.queued === 0);

    const [one, two, again, three] = receiver.ids;
    expect(again).toBe(two);
    expect(new Set([one, two, three]).size).toBe(3);
  });

  test('a subscription goes on in a copy of the log that has other positions', async () => {
    const id = await subscribe(await restart(await logOf([first, second])));
    await receiver.untilReceived(2);
    await until(() => running?.find(id)?.queued === 0);

    const log = await logOf([first, second, third]);
    const moved = withPositionsOf(log, 100);
    await restart(moved);
    await receiver.untilReceived(3);

    expect(receiver.received[2]?.json.data.cause).toMatchObject({ id: uuid(3), position: '103' });
    expect(new Set(receiver.ids).size).toBe(3);
  });

  test.each([
    ['another log', () => logOf([first, second, third], '2025-01-01T00:00:00Z')],
    ['an older backup of the log', () => logOf([first, { ...shipment, id: uuid(9) }])],
  ])('nothing is sent if the log is %s, until it is replayed', async (_name, otherLog) => {
    const log = await logOf([first, second]);
    const id = await subscribe(await restart(log));
    await receiver.untilReceived(2);
    receiver.rejectAll(503);
    await append(log, [third]);
    await restart(log, { retryDelaysMs: [3_600_000] });
    await receiver.untilReceived(3);

    receiver.acceptAll();
    const webhooks = await restart(await otherLog());
    await until(() => webhooks.find(id)?.state === 'detached');
    expect(webhooks.find(id)?.reason).toContain(`The log does not have the event ${uuid(3)}, at position 3`);
    expect(signals).toMatchObject([{ kind: 'webhook-stopped', subscription: id, state: 'detached' }]);
    expect(receiver.received).toHaveLength(3);

    // What waited belongs to the other log, so it is dropped.
    webhooks.replay(id, undefined);
    await until(() => webhooks.find(id)?.cursor !== undefined && webhooks.find(id)?.queued === 0);
    const causes = receiver.received.slice(3).map(({ json }) => json.data.cause.id);
    expect(causes).toContain(uuid(1));
    expect(webhooks.find(id)?.state).toBe('active');
  });

  test('private addresses are refused as soon as they are not allowed any more', async () => {
    const log = await logOf([first]);
    const id = await subscribe(await restart(log));
    await receiver.untilReceived(1);
    await append(log, [second]);
    const webhooks = await restart(log, { allowsPrivate: false });
    await until(() => webhooks.find(id)?.lastFailure !== undefined);
    expect(webhooks.find(id)?.lastFailure?.reason).toContain('127.0.0.1 is not on the public internet');
    expect(receiver.received).toHaveLength(1);
  });
});

/** Gives each event of a log a position that is higher, as another store may do. */
function withPositionsOf(log: EventStore, offset: number): EventStore {
  const moved = <Event extends { readonly position: string }>(event: Event): Event => ({
    ...event,
    position: String(Number(event.position) + offset),
  });
  const original = (position: string) => String(Number(position) - offset) as never;
  return {
    ...log,
    comparePositions: log.comparePositions.bind(log),
    readStream: async (...args) => (await log.readStream(...args)).map(moved),
    readAll: async ({ after, ...options }) => {
      const range = after === undefined ? options : { ...options, after: original(after) };
      return (await log.readAll(range)).map(moved);
    },
    readEvent: async (id) => {
      const found = await log.readEvent(id);
      return found && moved(found);
    },
    async *subscribe(options) {
      for await (const message of log.subscribe(options)) {
        yield message.kind === 'events' ? { ...message, events: message.events.map(moved) } : message;
      }
    },
  } as EventStore;
}

test('a full queue holds up its own subscription only, and the log keeps the rest', async () => {
  const log = new InMemoryEventStore(() => new Date());
  const recorder = createRecorder(log);
  for (let number = 1; number <= 1_500; number += 1) {
    await recorder.record({ ...mou, stream: `mou-${number}` }, { actor: 'local' });
  }
  const other = await new Receiver().start();
  receiver.rejectAll(503);
  const webhooks = await restart(log, { retryDelaysMs: [3_600_000] });
  const id = await subscribe(webhooks);
  webhooks.add({ url: other.url, query: QUERY, key: undefined }, undefined);
  await other.untilReceived(1_500);

  const { queued = 0, cursor } = webhooks.find(id) ?? {};
  expect(queued).toBeGreaterThanOrEqual(1_000);
  expect(queued).toBeLessThan(1_100);
  expect(cursor?.ordinal).toBe(queued);

  receiver.acceptAll();
  webhooks.resume(id);
  await receiver.untilReceived(1_501);
  await until(() => webhooks.find(id)?.queued === 0);
  expect(receiver.ids.slice(1)).toEqual(other.ids);
  await other.close();
}, 60_000);

import {
  type AllStreamResolvedEvent,
  EventStoreDBClient,
  jsonEvent,
  START,
  StreamDeletedError,
  StreamNotFoundError,
  streamNameFilter,
  WrongExpectedVersionError,
} from '@eventstore/db-client';
import { afterEach, describe, expect, test } from '@jest/globals';
import { until } from '../support/until.ts';
import { WireServer, type WireServerOptions } from './wire-server.ts';

/* Tests the wire server with the bare client, as the tests of the adapter rely on it. */

const opened: { readonly server: WireServer; readonly client: EventStoreDBClient }[] = [];

afterEach(async () => {
  for (const { server, client } of opened.splice(0)) {
    await client.dispose();
    server.stop();
  }
});

async function open(options: WireServerOptions = {}) {
  const server = await new WireServer(options).start();
  const client = EventStoreDBClient.connectionString(server.connectionString);
  opened.push({ server, client });
  return { server, client };
}

const event = (number: number) => jsonEvent({ type: 'Counted', data: { number }, metadata: { by: 'hand' } });

function numberOf({ event: recorded }: AllStreamResolvedEvent): unknown {
  return (recorded?.data as { number?: number } | undefined)?.number;
}

async function numbersOf(events: AsyncIterable<unknown>): Promise<unknown[]> {
  const numbers: unknown[] = [];
  for await (const resolved of events as AsyncIterable<AllStreamResolvedEvent>)
    numbers.push(numberOf(resolved));
  return numbers;
}

describe.each([
  ['in one call for all', true],
  ['in one call each', false],
])('appends %s', (_name, batchAppend) => {
  test('get revisions, can be read in both directions, and are refused at a wrong revision', async () => {
    const { client } = await open({ batchAppend });
    await client.appendToStream('s', [event(1), event(2)], { expectedRevision: 'no_stream' });
    const third = await client.appendToStream('s', event(3), { expectedRevision: 1n });
    expect(third.nextExpectedRevision).toBe(2n);
    expect(await numbersOf(client.readStream('s'))).toEqual([1, 2, 3]);
    expect(await numbersOf(client.readStream('s', { direction: 'backwards', fromRevision: 'end' }))).toEqual([
      3, 2, 1,
    ]);
    const outdated = client.appendToStream('s', event(4), { expectedRevision: 0n });
    await expect(outdated).rejects.toThrow(WrongExpectedVersionError);
    await expect(outdated).rejects.toMatchObject({ actualVersion: 2n });
  });

  test('that are retried are stored once', async () => {
    const { client, server } = await open({ batchAppend });
    const sent = [event(1), event(2)];
    const first = await client.appendToStream('s', sent, { expectedRevision: 'no_stream' });
    const again = await client.appendToStream('s', sent, { expectedRevision: 'no_stream' });
    expect(again).toEqual(first);
    expect(server.log.all.length).toBe(2);
  });
});

test('a read of an unknown stream fails', async () => {
  const { client } = await open();
  await expect(numbersOf(client.readStream('nowhere'))).rejects.toThrow(StreamNotFoundError);
});

test('the log has foreign events, at increasing positions with gaps', async () => {
  const { client, server } = await open();
  server.log.addForeignEvents();
  const appended = await client.appendToStream('s', [event(1), event(2)]);
  const positions: { commit: bigint; prepare: bigint }[] = [];
  for await (const { event: recorded } of client.readAll()) {
    if (recorded !== undefined) positions.push(recorded.position);
  }
  expect(positions.length).toBe(5);
  expect(positions.at(-1)).toEqual(appended.position);
  const commits = positions.map(({ commit }) => commit);
  expect(commits).toEqual([...new Set(commits)].sort((a, b) => (a < b ? -1 : 1)));
  expect(positions.every(({ commit, prepare }) => commit === prepare && prepare > 2n ** 53n)).toBe(true);
});

test('a filtered subscription delivers the streams of a prefix, reports that it caught up, and continues', async () => {
  const { client, server } = await open();
  await client.appendToStream('ours-1', event(1));
  server.log.addForeignEvents();
  const filter = streamNameFilter({ prefixes: ['ours-'] });
  const subscription = client.subscribeToAll({ fromPosition: START, filter });
  const messages: unknown[] = [];
  subscription.on('caughtUp', () => messages.push('caught up'));
  subscription.on('data', (resolved) => messages.push(numberOf(resolved)));
  subscription.on('error', () => {});
  await until(() => messages.length >= 2);
  await client.appendToStream('ours-2', event(2));
  await until(() => messages.length >= 4);
  await subscription.unsubscribe();
  expect(messages).toEqual([1, 'caught up', 2, 'caught up']);
});

test('a restart keeps the log and the port', async () => {
  const { client, server } = await open();
  await client.appendToStream('s', event(1));
  const { connectionString } = server;
  server.stop();
  await server.start();
  expect(server.connectionString).toBe(connectionString);
  const another = EventStoreDBClient.connectionString(connectionString);
  opened.push({ server, client: another });
  expect(await numbersOf(another.readStream('s'))).toEqual([1]);
});

describe('the server hides events', () => {
  async function openWithStream() {
    const { server, client } = await open();
    await client.appendToStream('s', [event(0), event(1), event(2)], { expectedRevision: 'no_stream' });
    const inStream = () => numbersOf(client.readStream('s'));
    const inLog = async () => (await numbersOf(client.readAll())).filter((number) => number !== undefined);
    return { server, client, inStream, inLog };
  }

  test('of a deleted stream until something is appended to it, and removes them by a scavenge', async () => {
    const { server, client, inStream, inLog } = await openWithStream();
    await client.deleteStream('s');
    await expect(inStream()).rejects.toThrow(StreamNotFoundError);
    expect(await inLog()).toEqual([0, 1, 2]);
    server.log.scavenge();
    expect(await inLog()).toEqual([2]); // the server keeps the last event
    const appended = await client.appendToStream('s', event(3), { expectedRevision: 'no_stream' });
    expect(appended.nextExpectedRevision).toBe(3n);
    expect(await inStream()).toEqual([3]);
    expect((await client.getStreamMetadata('s')).metadata).toMatchObject({ truncateBefore: 3 });
  });

  test('of a tombstoned stream, which is refused for good, and keeps the tombstone', async () => {
    const { server, client, inStream, inLog } = await openWithStream();
    await client.tombstoneStream('s');
    await expect(inStream()).rejects.toThrow(StreamDeletedError);
    await expect(client.appendToStream('s', event(3))).rejects.toThrow(StreamDeletedError);
    expect(await inLog()).toEqual([0, 1, 2]);
    server.log.scavenge();
    expect(await inLog()).toEqual([]);
    expect(server.log.all.map(({ type }) => type)).toEqual(['$streamDeleted']);
  });

  test.each([{ truncateBefore: 2 }, { maxCount: 1 }])(
    'of a stream with the metadata %j',
    async (metadata) => {
      const { server, client, inStream, inLog } = await openWithStream();
      await client.setStreamMetadata('s', metadata);
      expect(await inStream()).toEqual([2]);
      expect(await inLog()).toEqual([0, 1, 2]);
      server.log.scavenge();
      expect(await inLog()).toEqual([2]);
    },
  );
});

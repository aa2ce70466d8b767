import { EventStoreDBClient, jsonEvent } from '@eventstore/db-client';
import { describe, expect, test } from '@jest/globals';
import { StoreBusyError } from '../../../src/event-store/event-store.ts';
import { eventWithId, type OpenAdapter, openAdapter, revision } from '../support/open-adapter.ts';
import { newPrefix, type TestServer } from '../support/test-server.ts';
import { until } from '../support/until.ts';

/** Two stores on one server behave like two processes: they learn of each other only through the server. */
export function describeSeveralProcesses(server: TestServer): void {
  const openTwo = (): readonly [OpenAdapter, OpenAdapter] => {
    const prefix = newPrefix();
    return [openAdapter(server, { prefix }), openAdapter(server, { prefix })];
  };

  describe('an event that another process has just recorded', () => {
    test('is recognised when it is retried here, and gets the first answer', async () => {
      const [one, other] = openTwo();
      await stopIndexing(other);
      const first = await one.store.append('s', 'no-stream', [eventWithId('a'), eventWithId('b')]);
      const again = await other.store.append('s', 'no-stream', [eventWithId('a'), eventWithId('b')]);
      expect(again).toEqual({ ...first, outcome: 'already-recorded' });
    });

    test('keeps its id from being used again in its stream', async () => {
      const [one, other] = openTwo();
      await stopIndexing(other);
      await one.store.append('s', 'no-stream', [eventWithId('a')]);
      const outcome = await other.store.append('s', 'no-stream', [
        eventWithId('a', { content: '{"other":1}' }),
      ]);
      expect(outcome).toEqual({ outcome: 'id-taken', id: 'a' });
    });

    test('is found in its stream although many others came after it', async () => {
      const [one, other] = openTwo();
      await stopIndexing(other);
      const first = await one.store.append('s', 'no-stream', [eventWithId('a')]);
      for (let number = 0; number < 120; number += 1)
        await one.store.append('s', 'any', [eventWithId(`e${number}`)]);
      const again = await other.store.append('s', 'no-stream', [eventWithId('a')]);
      expect(again).toEqual({ ...first, outcome: 'already-recorded' });
    });

    test('keeps its id from being used again in any stream as soon as the index covers it', async () => {
      const [one, other] = openTwo();
      await one.store.append('s', 'no-stream', [eventWithId('a')]);
      await until(() => other.index.find('a'));
      const outcome = await other.store.append('t', 'no-stream', [eventWithId('a')]);
      expect(outcome).toEqual({ outcome: 'id-taken', id: 'a' });
    });

    test('is found by its id at once, as the read waits for the index', async () => {
      const [one, other] = openTwo();
      for (let number = 0; number < 20; number += 1) {
        await one.store.append('s', 'any', [eventWithId(`e${number}`)]);
        expect(await other.store.readEvent(`e${number}`)).toMatchObject({ id: `e${number}`, stream: 's' });
      }
      expect(await other.store.readEvent('e20')).toBeUndefined();
    });

    test('is not reported as missing while the index lags behind', async () => {
      const prefix = newPrefix();
      const [one, other] = [
        openAdapter(server, { prefix }),
        openAdapter(server, { prefix, callTimeoutMs: 2_000 }),
      ];
      await stopIndexing(other);
      await one.store.append('s', 'no-stream', [eventWithId('a')]);
      await expect(other.store.readEvent('a')).rejects.toThrow(StoreBusyError);
    });

    test('reaches subscriptions here, with a position that is valid in both', async () => {
      const [one, other] = openTwo();
      const messages = other.store.subscribe({ pageSize: 9, signal: new AbortController().signal });
      const pages = messages[Symbol.asyncIterator]();
      expect((await pages.next()).value).toEqual({ kind: 'caught-up' });
      const outcome = await one.store.append('s', 'no-stream', [eventWithId('a'), eventWithId('b')]);
      if (outcome.outcome !== 'appended') throw new Error(outcome.outcome);
      expect((await pages.next()).value).toEqual({ kind: 'events', events: outcome.events });
      const [first, second] = outcome.events;
      if (first === undefined || second === undefined) throw new Error('Two events were sent.');
      expect(other.store.parsePosition(first.position)).toBe(first.position);
      expect(other.store.comparePositions(first.position, second.position)).toBeLessThan(0);
      const after = { direction: 'forwards', after: first.position, maxCount: 9 } as const;
      expect(await other.store.readAll(after)).toEqual([second]);

      for (const id of ['c', 'd', 'e']) {
        expect((await pages.next()).value).toEqual({ kind: 'caught-up' });
        const waiting = pages.next();
        await one.store.append('t', 'any', [eventWithId(id)]);
        expect((await waiting).value).toMatchObject({ kind: 'events', events: [{ id }] });
      }
    });
  });

  describe('recordedAt', () => {
    const at = (time: string) => () => new Date(`2025-10-13T${time}:00.000Z`);

    test('does not run backwards behind an event of another process that was seen', async () => {
      const prefix = newPrefix();
      const fast = openAdapter(server, { prefix, clock: at('09:00') });
      const slow = openAdapter(server, { prefix, clock: at('08:00') });
      await slow.store.append('s', 'no-stream', [eventWithId('a')]);
      await fast.store.append('t', 'no-stream', [eventWithId('b')]);
      await until(() => slow.index.find('b'));
      await slow.store.append('s', revision(0), [eventWithId('c')]);
      const times = (await slow.store.readAll({ direction: 'forwards', maxCount: 9 })).map(
        ({ recordedAt }) => recordedAt,
      );
      expect(times).toEqual(['08:00', '09:00', '09:00'].map((time) => `2025-10-13T${time}:00.000Z`));
    });

    test('does not run backwards behind the last event of the log after a start', async () => {
      const prefix = newPrefix();
      const early = openAdapter(server, { prefix, clock: at('09:00') });
      await early.store.append('s', 'no-stream', [eventWithId('a')]);
      await until(() => early.index.position);
      const late = openAdapter(server, { prefix, clock: at('08:00'), index: early.index }); // covers the log already
      expect(await late.store.append('t', 'no-stream', [eventWithId('b')])).toMatchObject({
        events: [{ recordedAt: '2025-10-13T09:00:00.000Z' }],
      });
    });

    test('of a refused append does not bind later ones', async () => {
      const { store } = openAdapter(server, { prefix: newPrefix(), clock: at('08:00') });
      const future = eventWithId('a', { recordedAt: '2031-01-01T00:00:00.000Z' });
      expect((await store.append('s', revision(7), [future])).outcome).toBe('wrong-revision');
      expect(await store.append('s', 'no-stream', [eventWithId('b')])).toMatchObject({
        events: [{ recordedAt: '2025-10-13T08:00:00.000Z' }],
      });
    });
  });

  test('a foreign event in one of our streams is reported, and does not stop appends to others', async () => {
    const prefix = newPrefix();
    const { store, signals } = openAdapter(server, { prefix });
    await store.append('s', 'no-stream', [eventWithId('a')]);
    const client = EventStoreDBClient.connectionString(server.connectionString);
    await client.appendToStream(`${prefix}s`, jsonEvent({ type: 'Foreign', data: {} }), {
      expectedRevision: 0n,
    });
    await client.dispose();
    const error = { name: 'UnreadableEventError', stream: `${prefix}s`, revision: 1 };
    await expect(store.readStream('s', { direction: 'forwards', maxCount: 9 })).rejects.toMatchObject(error);
    await until(() => signals.some(({ kind }) => kind === 'unreadable-event'));
    expect((await store.append('t', 'no-stream', [eventWithId('b')])).outcome).toBe('appended');
    expect((await store.readEvent('b'))?.stream).toBe('t');
  });

  test('two prefixes on one server are two logs', async () => {
    const [one, other] = [
      openAdapter(server, { prefix: newPrefix() }),
      openAdapter(server, { prefix: newPrefix() }),
    ];
    await one.store.append('s', 'no-stream', [eventWithId('a')]);
    expect((await other.store.append('s', 'no-stream', [eventWithId('a')])).outcome).toBe('appended');
    expect(await other.store.readAll({ direction: 'forwards', maxCount: 9 })).toHaveLength(1);
  });

  test('an index entry that does not match the log is an error', async () => {
    const [one] = openTwo();
    await one.store.append('s', 'no-stream', [eventWithId('a')]);
    one.index.note([{ id: 'b', stream: 's', revision: revision(0) }]);
    await expect(one.store.readEvent('b')).rejects.toThrow('The index of ids does not match the log');
  });

  describe('a stored index', () => {
    test('of another log is rebuilt', async () => {
      const first = openAdapter(server, { prefix: newPrefix() });
      await first.store.append('s', 'no-stream', [eventWithId('x'), eventWithId('a')]);
      await until(() => first.index.position);
      await first.store.close();

      const prefix = newPrefix();
      await openAdapter(server, { prefix }).store.append('s', 'no-stream', [eventWithId('a')]);
      const { store, index } = openAdapter(server, { prefix, index: first.index });
      expect(await store.readEvent('a')).toMatchObject({ stream: 's', revision: 0 });
      expect(index.find('x')).toBeUndefined();
      expect((await store.append('t', 'no-stream', [eventWithId('x')])).outcome).toBe('appended');
    });

    test('of this log is continued', async () => {
      const prefix = newPrefix();
      const first = openAdapter(server, { prefix });
      await first.store.append('s', 'no-stream', [eventWithId('a')]);
      await until(() => first.index.position);
      await first.store.close();
      first.index.clear = () => {
        throw new Error('The index was cleared.');
      };
      await openAdapter(server, { prefix }).store.append('s', revision(0), [eventWithId('b')]);
      const { store, signals } = openAdapter(server, { prefix, index: first.index });
      expect(await store.readEvent('b')).toMatchObject({ revision: 1 });
      expect(signals.map(({ kind }) => kind)).toEqual(['connected']);
    });
  });
}

/** Keeps the index of a store from covering anything new, as if it lagged far behind. */
async function stopIndexing({ store, index }: OpenAdapter): Promise<void> {
  await store.append('before', 'no-stream', [eventWithId('before')]);
  index.follow = () => {};
}

import { EventStoreDBClient, jsonEvent } from '@eventstore/db-client';
import { describe, expect, test } from '@jest/globals';
import { StoreBusyError } from '../../src/event-store/event-store.ts';
import { event, type OpenedLog, openLog, revision, until } from './log-on-wire.ts';
import { newPrefix, type ServerInTest } from './server-in-test.ts';

/** Two stores on one server know of each other what two processes would: what the server tells them. */
export function describeSeveralProcesses(server: ServerInTest): void {
  const openTwo = (): readonly [OpenedLog, OpenedLog] => {
    const prefix = newPrefix();
    return [openLog(server, { prefix }), openLog(server, { prefix })];
  };

  describe('an event that another process has just recorded', () => {
    test('is recognised when it is sent again, with the first answer', async () => {
      const [one, other] = openTwo();
      await stopFollowing(other);
      const first = await one.store.append('s', 'no-stream', [event('a'), event('b')]);
      const again = await other.store.append('s', 'no-stream', [event('a'), event('b')]);
      expect(again).toEqual({ ...first, outcome: 'already-recorded' });
    });

    test('takes its id for its stream, whatever the server thinks of appends with equal ids', async () => {
      const [one, other] = openTwo();
      await stopFollowing(other);
      await one.store.append('s', 'no-stream', [event('a')]);
      const outcome = await other.store.append('s', 'no-stream', [event('a', { content: '{"other":1}' })]);
      expect(outcome).toEqual({ outcome: 'id-taken', id: 'a' });
    });

    test('is looked for behind others that came after it', async () => {
      const [one, other] = openTwo();
      await stopFollowing(other);
      const first = await one.store.append('s', 'no-stream', [event('a')]);
      for (let number = 0; number < 120; number += 1)
        await one.store.append('s', 'any', [event(`e${number}`)]);
      const again = await other.store.append('s', 'no-stream', [event('a')]);
      expect(again).toEqual({ ...first, outcome: 'already-recorded' });
    });

    test('takes its id for all streams as soon as the index has followed', async () => {
      const [one, other] = openTwo();
      await one.store.append('s', 'no-stream', [event('a')]);
      await until(() => other.index.find('a'));
      const outcome = await other.store.append('t', 'no-stream', [event('a')]);
      expect(outcome).toEqual({ outcome: 'id-taken', id: 'a' });
    });

    test('is found by its id at once: the index is waited for', async () => {
      const [one, other] = openTwo();
      for (let number = 0; number < 20; number += 1) {
        await one.store.append('s', 'any', [event(`e${number}`)]);
        expect(await other.store.readEvent(`e${number}`)).toMatchObject({ id: `e${number}`, stream: 's' });
      }
      expect(await other.store.readEvent('e20')).toBeUndefined();
    });

    test('is not said to be missing while the index is behind', async () => {
      const prefix = newPrefix();
      const [one, other] = [openLog(server, { prefix }), openLog(server, { prefix, callTimeoutMs: 400 })];
      await stopFollowing(other);
      await one.store.append('s', 'no-stream', [event('a')]);
      await expect(other.store.readEvent('a')).rejects.toThrow(StoreBusyError);
    });

    test('reaches the subscriptions of the other, at a position that both understand', async () => {
      const [one, other] = openTwo();
      const messages = other.store.subscribe({ pageSize: 9, signal: new AbortController().signal });
      const pages = messages[Symbol.asyncIterator]();
      expect((await pages.next()).value).toEqual({ kind: 'caught-up' });
      const outcome = await one.store.append('s', 'no-stream', [event('a'), event('b')]);
      if (outcome.outcome !== 'appended') throw new Error(outcome.outcome);
      expect((await pages.next()).value).toEqual({ kind: 'events', events: outcome.events });
      const [first, second] = outcome.events;
      if (first === undefined || second === undefined) throw new Error('Two events were sent.');
      expect(other.store.parsePosition(first.position)).toBe(first.position);
      expect(other.store.comparePositions(first.position, second.position)).toBeLessThan(0);
      const after = { direction: 'forwards', after: first.position, maxCount: 9 } as const;
      expect(await other.store.readAll(after)).toEqual([second]);

      expect((await pages.next()).value).toEqual({ kind: 'caught-up' });
      const waiting = pages.next();
      await new Promise((resolve) => setTimeout(resolve, 100)); // all is quiet
      await one.store.append('t', 'no-stream', [event('c')]);
      expect((await waiting).value).toMatchObject({ kind: 'events', events: [{ id: 'c' }] });
    });
  });

  describe('the time of recording', () => {
    const at = (time: string) => () => new Date(`2025-10-13T${time}:00.000Z`);

    test('does not run back behind what another process recorded, once that is seen', async () => {
      const prefix = newPrefix();
      const fast = openLog(server, { prefix, clock: at('09:00') });
      const slow = openLog(server, { prefix, clock: at('08:00') });
      await slow.store.append('s', 'no-stream', [event('a')]);
      await fast.store.append('t', 'no-stream', [event('b')]);
      await until(() => slow.index.find('b'));
      await slow.store.append('s', revision(0), [event('c')]);
      const times = (await slow.store.readAll({ direction: 'forwards', maxCount: 9 })).map(
        ({ recordedAt }) => recordedAt,
      );
      expect(times).toEqual(['08:00', '09:00', '09:00'].map((time) => `2025-10-13T${time}:00.000Z`));
    });

    test('does not run back behind the last event of the log when a process starts', async () => {
      const prefix = newPrefix();
      const early = openLog(server, { prefix, clock: at('09:00') });
      await early.store.append('s', 'no-stream', [event('a')]);
      await until(() => early.index.position);
      const late = openLog(server, { prefix, clock: at('08:00'), index: early.index }); // nothing is left to follow
      expect(await late.store.append('t', 'no-stream', [event('b')])).toMatchObject({
        events: [{ recordedAt: '2025-10-13T09:00:00.000Z' }],
      });
    });

    test('of an append that was refused binds nobody', async () => {
      const { store } = openLog(server, { prefix: newPrefix(), clock: at('08:00') });
      const future = event('a', { recordedAt: '2031-01-01T00:00:00.000Z' });
      expect((await store.append('s', revision(7), [future])).outcome).toBe('wrong-revision');
      expect(await store.append('s', 'no-stream', [event('b')])).toMatchObject({
        events: [{ recordedAt: '2025-10-13T08:00:00.000Z' }],
      });
    });
  });

  test('an event that another program wrote into a stream of ours is named, and stops no append to others', async () => {
    const prefix = newPrefix();
    const { store, signals } = openLog(server, { prefix });
    await store.append('s', 'no-stream', [event('a')]);
    const client = EventStoreDBClient.connectionString(server.connectionString);
    await client.appendToStream(`${prefix}s`, jsonEvent({ type: 'Strange', data: {} }), {
      expectedRevision: 0n,
    });
    await client.dispose();
    const named = { name: 'UnreadableEventError', stream: `${prefix}s`, revision: 1 };
    await expect(store.readStream('s', { direction: 'forwards', maxCount: 9 })).rejects.toMatchObject(named);
    await until(() => signals.some(({ kind }) => kind === 'unreadable-event'));
    expect((await store.append('t', 'no-stream', [event('b')])).outcome).toBe('appended');
    expect((await store.readEvent('b'))?.stream).toBe('t');
  });

  test('a log of another prefix on the same server is another log', async () => {
    const [one, other] = [openLog(server, { prefix: newPrefix() }), openLog(server, { prefix: newPrefix() })];
    await one.store.append('s', 'no-stream', [event('a')]);
    expect((await other.store.append('s', 'no-stream', [event('a')])).outcome).toBe('appended');
    expect(await other.store.readAll({ direction: 'forwards', maxCount: 9 })).toHaveLength(1);
  });

  test('an index of another log is noticed, not believed', async () => {
    const [one] = openTwo();
    await one.store.append('s', 'no-stream', [event('a')]);
    one.index.note([{ id: 'b', stream: 's', revision: revision(0) }]);
    await expect(one.store.readEvent('b')).rejects.toThrow('The index of ids does not fit the log');
  });

  describe('an index that was kept', () => {
    test('of another log is filled anew', async () => {
      const kept = openLog(server, { prefix: newPrefix() });
      await kept.store.append('s', 'no-stream', [event('x'), event('a')]);
      await until(() => kept.index.position);
      await kept.store.close();

      const prefix = newPrefix();
      await openLog(server, { prefix }).store.append('s', 'no-stream', [event('a')]);
      const { store, index } = openLog(server, { prefix, index: kept.index });
      expect(await store.readEvent('a')).toMatchObject({ stream: 's', revision: 0 });
      expect(index.find('x')).toBeUndefined();
      expect((await store.append('t', 'no-stream', [event('x')])).outcome).toBe('appended');
    });

    test('of this log is gone on with', async () => {
      const prefix = newPrefix();
      const first = openLog(server, { prefix });
      await first.store.append('s', 'no-stream', [event('a')]);
      await until(() => first.index.position);
      await first.store.close();
      first.index.clear = () => {
        throw new Error('it was cleared');
      };
      await openLog(server, { prefix }).store.append('s', revision(0), [event('b')]);
      const { store, signals } = openLog(server, { prefix, index: first.index });
      expect(await store.readEvent('b')).toMatchObject({ revision: 1 });
      expect(signals.map(({ kind }) => kind)).toEqual(['connected']);
    });
  });
}

/** Lets a store learn nothing more of what the other records, as if it were far behind. */
async function stopFollowing({ store, index }: OpenedLog): Promise<void> {
  await store.append('behind', 'no-stream', [event('behind')]);
  index.follow = () => {};
}

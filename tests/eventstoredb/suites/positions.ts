import { afterEach, describe, expect, test } from '@jest/globals';
import {
  type Direction,
  type EventStore,
  type Position,
  UnknownPositionError,
} from '../../../src/event-store/event-store.ts';
import { closeAll, eventWithId, openAdapter, revision } from '../support/open-adapter.ts';
import { newPrefix, type TestServer } from '../support/test-server.ts';

const PAGE = { direction: 'forwards', maxCount: 9 } as const;
const BEYOND_THE_END = '9223372036854775807-0' as Position;

/** The positions of events in the different answers of the server, and positions that no event has. */
export function describePositions(server: TestServer): void {
  async function openWithEvents() {
    const { store, signals } = openAdapter(server, { prefix: newPrefix() });
    await store.append('s', 'no-stream', [eventWithId('a')]);
    await store.append('s', revision(0), [eventWithId('b'), eventWithId('c'), eventWithId('d')]);
    return { store, signals };
  }

  describe(`a position on ${server.name}`, () => {
    afterEach(closeAll);

    test('is the same in every answer, whether the event was appended alone or with others', async () => {
      const { store } = openAdapter(server, { prefix: newPrefix() });
      const alone = await store.append('s', 'no-stream', [eventWithId('a')]);
      const others = await store.append('s', revision(0), [
        eventWithId('b'),
        eventWithId('c'),
        eventWithId('d'),
      ]);
      const acknowledged = [alone, others].flatMap((outcome) => ('events' in outcome ? outcome.events : []));
      expect(acknowledged).toHaveLength(4);
      expect(await store.readStream('s', PAGE)).toEqual(acknowledged);
      expect(await store.readAll(PAGE)).toEqual(acknowledged);
      expect(await Promise.all(acknowledged.map(({ position }) => store.readEventAt(position)))).toEqual(
        acknowledged,
      );
    });

    test('of an event in the middle of an append can be read from in both directions', async () => {
      const { store } = await openWithEvents();
      const after = (await store.readAll(PAGE))[2]?.position as Position;
      const ids = async (direction: Direction) =>
        (await store.readAll({ direction, after, maxCount: 9 })).map(({ id }) => id);
      expect([await ids('forwards'), await ids('backwards')]).toEqual([['d'], ['b', 'a']]);
    });

    test.each(['forwards', 'backwards'] as const)(
      'that no event has is reported as unknown when reading %s',
      async (direction) => {
        const { store, signals } = await openWithEvents();
        const after = await positionWithoutEvent(store);
        await expect(store.readAll({ direction, after, maxCount: 9 })).rejects.toThrow(UnknownPositionError);
        expect(await store.readEventAt(after)).toBeUndefined();
        expect(signals.map(({ kind }) => kind)).toEqual(['connected']);
      },
    );

    test('that no event has ends a subscription, and nothing else', async () => {
      const { store, signals } = await openWithEvents();
      const after = await positionWithoutEvent(store);
      const messages = store.subscribe({ after, pageSize: 9, signal: new AbortController().signal });
      const appending = Array.from({ length: 20 }, (_, number) =>
        store.append(`t-${number}`, 'no-stream', [eventWithId(`e-${number}`)]),
      );
      await expect(messages[Symbol.asyncIterator]().next()).rejects.toThrow(UnknownPositionError);
      expect(new Set((await Promise.all(appending)).map(({ outcome }) => outcome))).toEqual(
        new Set(['appended']),
      );
      expect(signals.map(({ kind }) => kind)).toEqual(['connected']);
    });

    test('beyond the end of the log has no events after it', async () => {
      const { store } = await openWithEvents();
      expect(await store.readAll({ ...PAGE, after: BEYOND_THE_END })).toEqual([]);
      expect(await store.readEventAt(BEYOND_THE_END)).toBeUndefined();
    });
  });
}

/** Returns the position one byte after the start of an event. */
async function positionWithoutEvent(store: EventStore): Promise<Position> {
  const [first] = await store.readAll(PAGE);
  const commit = BigInt(String(first?.position).split('-')[0] ?? '') + 1n;
  return `${commit}-${commit}` as Position;
}

import { afterEach, describe, expect, test } from '@jest/globals';
import {
  type Direction,
  type EventStore,
  type Position,
  UnknownPositionError,
} from '../../src/event-store/event-store.ts';
import { closeAll, event, openLog, revision } from './log-on-wire.ts';
import { newPrefix, type ServerInTest } from './server-in-test.ts';

const PAGE = { direction: 'forwards', maxCount: 9 } as const;
const BEYOND_THE_END = '9223372036854775807-0' as Position;

/** Where events stand, as the server tells it in its different answers, and what it says of where none does. */
export function describePositions(server: ServerInTest): void {
  async function openWithEvents() {
    const { store, signals } = openLog(server, { prefix: newPrefix() });
    await store.append('s', 'no-stream', [event('a')]);
    await store.append('s', revision(0), [event('b'), event('c'), event('d')]);
    return { store, signals };
  }

  describe(`positions on ${server.name}`, () => {
    afterEach(closeAll);

    test('of an event are the same in every answer, whether it was appended alone or with others', async () => {
      const { store } = openLog(server, { prefix: newPrefix() });
      const alone = await store.append('s', 'no-stream', [event('a')]);
      const others = await store.append('s', revision(0), [event('b'), event('c'), event('d')]);
      const answered = [alone, others].flatMap((outcome) => ('events' in outcome ? outcome.events : []));
      expect(answered).toHaveLength(4);
      expect(await store.readStream('s', PAGE)).toEqual(answered);
      expect(await store.readAll(PAGE)).toEqual(answered);
      expect(await Promise.all(answered.map(({ position }) => store.readEventAt(position)))).toEqual(
        answered,
      );
    });

    test('of events that were appended together can each be gone on from, both ways', async () => {
      const { store } = await openWithEvents();
      const after = (await store.readAll(PAGE))[2]?.position as Position;
      const ids = async (direction: Direction) =>
        (await store.readAll({ direction, after, maxCount: 9 })).map(({ id }) => id);
      expect([await ids('forwards'), await ids('backwards')]).toEqual([['d'], ['b', 'a']]);
    });

    test.each(['forwards', 'backwards'] as const)(
      'where no event stands are told as such: %s',
      async (direction) => {
        const { store, signals } = await openWithEvents();
        const after = await positionBesideFirst(store);
        await expect(store.readAll({ direction, after, maxCount: 9 })).rejects.toThrow(UnknownPositionError);
        expect(await store.readEventAt(after)).toBeUndefined();
        expect(signals.map(({ kind }) => kind)).toEqual(['connected']);
      },
    );

    test('where no event stands end a subscription, and nothing else', async () => {
      const { store, signals } = await openWithEvents();
      const after = await positionBesideFirst(store);
      const messages = store.subscribe({ after, pageSize: 9, signal: new AbortController().signal });
      const appending = Array.from({ length: 20 }, (_, number) =>
        store.append(`t-${number}`, 'no-stream', [event(`e-${number}`)]),
      );
      await expect(messages[Symbol.asyncIterator]().next()).rejects.toThrow(UnknownPositionError);
      expect(new Set((await Promise.all(appending)).map(({ outcome }) => outcome))).toEqual(
        new Set(['appended']),
      );
      expect(signals.map(({ kind }) => kind)).toEqual(['connected']);
    });

    test('beyond the end have nothing after them', async () => {
      const { store } = await openWithEvents();
      expect(await store.readAll({ ...PAGE, after: BEYOND_THE_END })).toEqual([]);
      expect(await store.readEventAt(BEYOND_THE_END)).toBeUndefined();
    });
  });
}

/** One byte behind the beginning of an event. */
async function positionBesideFirst(store: EventStore): Promise<Position> {
  const [first] = await store.readAll(PAGE);
  const commit = BigInt(String(first?.position).split('-')[0] ?? '') + 1n;
  return `${commit}-${commit}` as Position;
}

import { StoreFailedError } from '../../../event-store/event-store.ts';
import {
  type EventStoreContract,
  eventId,
  idsInLog,
  newEvent,
  recordedEvents,
  revision,
} from './contract.ts';

export function describeAppending(contract: EventStoreContract): void {
  const { describe, test, expect, textBytesMax } = contract;
  describe('append', () => {
    test('returns the event as it reads back later', async (store) => {
      const event = newEvent(1, { type: 'MouSigned' });
      const [recorded] = recordedEvents(await store.append('mou-1', 'no-stream', [event]));
      expect(recorded).toEqual({
        ...event,
        stream: 'mou-1',
        revision: 0,
        position: recorded?.position,
        recordedAt: '2025-10-13T08:00:00.000Z',
      });
      expect(await store.readEvent(event.id)).toEqual(recorded);
    });

    test('assigns consecutive revisions to the events of an array', async (store) => {
      await store.append('s', 'no-stream', [newEvent(1)]);
      const outcome = await store.append('s', revision(0), [newEvent(2), newEvent(3)]);
      expect(recordedEvents(outcome).map((event) => event.revision)).toEqual([1, 2]);
      expect(await idsInLog(store)).toEqual([eventId(1), eventId(2), eventId(3)]);
    });

    test('refuses "no-stream" if the stream exists', async (store) => {
      await store.append('s', 'no-stream', [newEvent(1), newEvent(2)]);
      const outcome = await store.append('s', 'no-stream', [newEvent(3)]);
      expect(outcome).toEqual({ outcome: 'wrong-revision', actual: 1 });
    });

    test('accepts an exact revision only if the stream is at that revision', async (store) => {
      await store.append('s', 'no-stream', [newEvent(1), newEvent(2)]);
      const behind = await store.append('s', revision(0), [newEvent(3)]);
      const ahead = await store.append('s', revision(2), [newEvent(3)]);
      const exact = await store.append('s', revision(1), [newEvent(3)]);
      expect(behind).toEqual({ outcome: 'wrong-revision', actual: 1 });
      expect(ahead).toEqual({ outcome: 'wrong-revision', actual: 1 });
      expect(recordedEvents(exact).map((event) => event.revision)).toEqual([2]);
    });

    test('refuses an exact revision if the stream does not exist', async (store) => {
      const outcome = await store.append('s', revision(0), [newEvent(1)]);
      expect(outcome).toEqual({ outcome: 'wrong-revision', actual: 'no-stream' });
    });

    test('accepts "any" whether the stream exists or not', async (store) => {
      const first = await store.append('s', 'any', [newEvent(1)]);
      const second = await store.append('s', 'any', [newEvent(2)]);
      expect([first, second].flatMap(recordedEvents).map((event) => event.revision)).toEqual([0, 1]);
    });

    test('writes no event of a refused array', async (store) => {
      await store.append('s', 'no-stream', [newEvent(1)]);
      const stale = await store.append('s', 'no-stream', [newEvent(2), newEvent(3)]);
      const taken = await store.append('t', 'no-stream', [newEvent(2), newEvent(1), newEvent(3)]);
      expect([stale.outcome, taken.outcome]).toEqual(['wrong-revision', 'id-taken']);
      expect(await idsInLog(store)).toEqual([eventId(1)]);
      expect(await store.readStream('t', { direction: 'forwards', maxCount: 10 })).toEqual([]);
      const next = await store.append('t', 'no-stream', [newEvent(4)]);
      expect(next.outcome).toBe('appended');
    });

    test('stores metadata and content byte for byte', async (store) => {
      const texts = [
        '{"data":"\u00e9 e\u0301 中国 العربية 🇵🇰 ＦＵＬＬ"}',
        '{ "b" : 1.0,\n"a":\t"not canonical \\u0000 \\/" }',
        '',
        JSON.stringify({ data: '稀土🧲'.repeat(textBytesMax / 10) }), // 10 bytes per repetition
      ];
      for (const [index, text] of texts.entries()) {
        await store.append('s', 'any', [newEvent(index, { metadata: text, content: text })]);
      }
      const events = await store.readStream('s', { direction: 'forwards', maxCount: 10 });
      expect(events.map(({ metadata }) => metadata).join('|') === texts.join('|')).toBe(true);
      expect(events.map(({ content }) => content).join('|') === texts.join('|')).toBe(true);
    });

    test('distinguishes stream names that differ in one character', async (store) => {
      for (const [index, stream] of ['é', 'e\u0301', 'a', 'A', 'a ', 'a%', 'a_'].entries()) {
        const outcome = await store.append(stream, 'no-stream', [newEvent(index)]);
        expect(outcome.outcome).toBe('appended');
      }
    });

    describeConcurrentAppends(contract);
    describeClosing(contract);
  });
}

function describeConcurrentAppends({ test, expect }: EventStoreContract): void {
  test('processes concurrent appends in the order of the calls', async (store) => {
    const calls = Array.from({ length: 300 }, (_, number) =>
      store.append(`s-${number % 7}`, number < 7 ? 'no-stream' : revision(Math.floor(number / 7) - 1), [
        newEvent(number),
      ]),
    );
    const outcomes = await Promise.all(calls);
    expect(outcomes.filter(({ outcome }) => outcome !== 'appended')).toEqual([]);
    expect(await idsInLog(store)).toEqual(calls.map((_, number) => eventId(number)));
  });

  test('refuses one of several concurrent appends without affecting the others', async (store) => {
    const outcomes = await Promise.all([
      store.append('s', 'no-stream', [newEvent(1)]),
      store.append('s', 'no-stream', [newEvent(2), newEvent(3)]),
      store.append('s', revision(0), [newEvent(4), newEvent(5)]),
      store.append('t', 'no-stream', [newEvent(6), newEvent(4)]),
      store.append('t', 'no-stream', [newEvent(7)]),
    ]);
    expect(outcomes.map(({ outcome }) => outcome)).toEqual([
      'appended',
      'wrong-revision',
      'appended',
      'id-taken',
      'appended',
    ]);
    expect(await idsInLog(store)).toEqual([1, 4, 5, 7].map(eventId));
  });

  test('accepts only the first of several concurrent appends that expect the same revision', async (store) => {
    await store.append('s', 'no-stream', [newEvent(0)]);
    const outcomes = await Promise.all(
      [1, 2, 3].map((number) => store.append('s', revision(0), [newEvent(number)])),
    );
    const wrong = { outcome: 'wrong-revision', actual: 1 };
    expect(outcomes[0]?.outcome).toBe('appended');
    expect(outcomes.slice(1)).toEqual([wrong, wrong]);
  });
}

function describeClosing({ test, expect }: EventStoreContract): void {
  test('settles if it was called before close, and rejects if it is called after close', async (store) => {
    const accepted = store.append('s', 'no-stream', [newEvent(1)]);
    await store.close();
    const late = await store.append('s', 'any', [newEvent(2)]).catch((error: unknown) => error);
    expect((await accepted).outcome).toBe('appended');
    expect(late instanceof StoreFailedError).toBe(true);
  });

  test('allows the store to be closed twice', async (store) => {
    await store.close();
    await store.close();
  });
}

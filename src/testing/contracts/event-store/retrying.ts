import {
  type EventStoreContract,
  eventId,
  idsInLog,
  newEvent,
  recordedEvents,
  revision,
} from './contract.ts';

export function describeRetrying(contract: EventStoreContract): void {
  const { describe, test, expect } = contract;
  describe('a retried append', () => {
    test('returns the first result and writes nothing, whatever revision it expects', async (store) => {
      const first = recordedEvents(await store.append('s', 'no-stream', [newEvent(1)]));
      await store.append('s', revision(0), [newEvent(2)]);
      for (const expected of ['no-stream', 'any', revision(0), revision(1), revision(9)] as const) {
        const retried = await store.append('s', expected, [newEvent(1)]);
        expect(retried).toEqual({ outcome: 'already-recorded', events: first });
      }
      expect(await idsInLog(store)).toEqual([eventId(1), eventId(2)]);
    });

    test('returns the first result for an array', async (store) => {
      const first = recordedEvents(await store.append('s', 'no-stream', [newEvent(1), newEvent(2)]));
      const retried = await store.append('s', 'no-stream', [newEvent(1), newEvent(2)]);
      expect(retried).toEqual({ outcome: 'already-recorded', events: first });
    });

    test('may differ in metadata, salt and recordedAt', async (store, clock) => {
      const first = recordedEvents(await store.append('s', 'no-stream', [newEvent(1)]));
      clock.now = new Date('2025-10-14T08:00:00.000Z');
      const changed = newEvent(1, {
        metadata: '{}',
        salt: 'BBBBBBBBBBBBBBBBBBBBBB',
        recordedAt: '1999-01-01T00:00:00.000Z',
      });
      const retried = await store.append('s', 'no-stream', [changed]);
      expect(retried).toEqual({ outcome: 'already-recorded', events: first });
    });

    test('records the events once if many attempts are concurrent', async (store) => {
      const outcomes = await Promise.all(
        Array.from({ length: 20 }, () => store.append('s', 'no-stream', [newEvent(1), newEvent(2)])),
      );
      expect(outcomes.map(({ outcome }) => outcome)).toEqual([
        'appended',
        ...Array.from({ length: 19 }, () => 'already-recorded'),
      ]);
      expect(new Set(outcomes.map((outcome) => JSON.stringify(recordedEvents(outcome)))).size).toBe(1);
      expect(await idsInLog(store)).toEqual([eventId(1), eventId(2)]);
    });

    test('counts as the first attempt after a refusal', async (store) => {
      await store.append('s', revision(4), [newEvent(1)]);
      const outcome = await store.append('s', 'no-stream', [newEvent(1)]);
      expect(outcome.outcome).toBe('appended');
    });
  });

  describeTakenIds(contract);
}

function describeTakenIds({ describe, test, expect }: EventStoreContract): void {
  describe('an id that is taken', () => {
    const taken = { outcome: 'id-taken', id: eventId(1) };

    test('is refused with different content, type or stream', async (store) => {
      await store.append('s', 'no-stream', [newEvent(1)]);
      const outcomes = [
        await store.append('s', 'any', [newEvent(1, { content: '{"data":{"number":2}}' })]),
        await store.append('s', 'any', [newEvent(1, { type: 'MouSigned' })]),
        await store.append('t', 'no-stream', [newEvent(1)]),
      ];
      expect(outcomes).toEqual([taken, taken, taken]);
      expect(await idsInLog(store)).toEqual([eventId(1)]);
    });

    test('is refused with different content in a concurrent append', async (store) => {
      const outcomes = await Promise.all([
        store.append('s', 'no-stream', [newEvent(1)]),
        store.append('s', 'no-stream', [newEvent(1, { content: '{}' })]),
      ]);
      expect(outcomes[0]?.outcome).toBe('appended');
      expect(outcomes[1]).toEqual(taken);
    });

    test('is refused in an array of which only a part is recorded', async (store) => {
      await store.append('s', 'no-stream', [newEvent(1)]);
      const outcomes = [
        await store.append('s', revision(0), [newEvent(1), newEvent(2)]),
        await store.append('s', revision(0), [newEvent(2), newEvent(1)]),
      ];
      expect(outcomes).toEqual([taken, taken]);
      expect(await idsInLog(store)).toEqual([eventId(1)]);
    });

    test('is reported for the event that differs, not for one that is equal', async (store) => {
      await store.append('s', 'no-stream', [newEvent(1), newEvent(2)]);
      const outcome = await store.append('s', 'any', [newEvent(1), newEvent(2, { content: '{}' })]);
      expect(outcome).toEqual({ outcome: 'id-taken', id: eventId(2) });
    });

    test('is refused twice in one append', async (store) => {
      const first = await store.append('s', 'any', [newEvent(1), newEvent(1)]);
      await store.append('s', 'any', [newEvent(1)]);
      const second = await store.append('s', 'any', [newEvent(1), newEvent(1)]);
      expect([first, second]).toEqual([taken, taken]);
      expect(await idsInLog(store)).toEqual([eventId(1)]);
    });
  });
}

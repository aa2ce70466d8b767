import { type EventStoreContract, eventId, eventsIn, loggedIds, newEvent, revision } from './contract.ts';

export function describeRetrying(contract: EventStoreContract): void {
  const { describe, test, expect } = contract;
  describe('retrying', () => {
    test('an append gives the first answer and writes nothing, whatever revision it expects', async (store) => {
      const first = eventsIn(await store.append('s', 'no-stream', [newEvent(1)]));
      await store.append('s', revision(0), [newEvent(2)]);
      for (const expected of ['no-stream', 'any', revision(0), revision(1), revision(9)] as const) {
        const again = await store.append('s', expected, [newEvent(1)]);
        expect(again).toEqual({ outcome: 'already-recorded', events: first });
      }
      expect(await loggedIds(store)).toEqual([eventId(1), eventId(2)]);
    });

    test('an array gives the first answer', async (store) => {
      const first = eventsIn(await store.append('s', 'no-stream', [newEvent(1), newEvent(2)]));
      const again = await store.append('s', 'no-stream', [newEvent(1), newEvent(2)]);
      expect(again).toEqual({ outcome: 'already-recorded', events: first });
    });

    test('does not look at metadata, salt and time', async (store, clock) => {
      const first = eventsIn(await store.append('s', 'no-stream', [newEvent(1)]));
      clock.now = new Date('2025-10-14T08:00:00.000Z');
      const changed = newEvent(1, {
        metadata: '{}',
        salt: 'BBBBBBBBBBBBBBBBBBBBBB',
        recordedAt: '1999-01-01T00:00:00.000Z',
      });
      const again = await store.append('s', 'no-stream', [changed]);
      expect(again).toEqual({ outcome: 'already-recorded', events: first });
    });

    test('many times at once records the event once', async (store) => {
      const outcomes = await Promise.all(
        Array.from({ length: 20 }, () => store.append('s', 'no-stream', [newEvent(1), newEvent(2)])),
      );
      expect(outcomes.map(({ outcome }) => outcome)).toEqual([
        'appended',
        ...Array.from({ length: 19 }, () => 'already-recorded'),
      ]);
      expect(new Set(outcomes.map((outcome) => JSON.stringify(eventsIn(outcome)))).size).toBe(1);
      expect(await loggedIds(store)).toEqual([eventId(1), eventId(2)]);
    });

    test('after a refusal is a first attempt', async (store) => {
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

    test('refuses another content, another type and another stream', async (store) => {
      await store.append('s', 'no-stream', [newEvent(1)]);
      const outcomes = [
        await store.append('s', 'any', [newEvent(1, { content: '{"data":{"number":2}}' })]),
        await store.append('s', 'any', [newEvent(1, { type: 'MouSigned' })]),
        await store.append('t', 'no-stream', [newEvent(1)]),
      ];
      expect(outcomes).toEqual([taken, taken, taken]);
      expect(await loggedIds(store)).toEqual([eventId(1)]);
    });

    test('refuses another content that is sent at the same time', async (store) => {
      const outcomes = await Promise.all([
        store.append('s', 'no-stream', [newEvent(1)]),
        store.append('s', 'no-stream', [newEvent(1, { content: '{}' })]),
      ]);
      expect(outcomes[0]?.outcome).toBe('appended');
      expect(outcomes[1]).toEqual(taken);
    });

    test('refuses an array of which a part is recorded', async (store) => {
      await store.append('s', 'no-stream', [newEvent(1)]);
      const outcomes = [
        await store.append('s', revision(0), [newEvent(1), newEvent(2)]),
        await store.append('s', revision(0), [newEvent(2), newEvent(1)]),
      ];
      expect(outcomes).toEqual([taken, taken]);
      expect(await loggedIds(store)).toEqual([eventId(1)]);
    });

    test('names the event that differs rather than one that does not', async (store) => {
      await store.append('s', 'no-stream', [newEvent(1), newEvent(2)]);
      const outcome = await store.append('s', 'any', [newEvent(1), newEvent(2, { content: '{}' })]);
      expect(outcome).toEqual({ outcome: 'id-taken', id: eventId(2) });
    });

    test('cannot stand twice in one append', async (store) => {
      const fresh = await store.append('s', 'any', [newEvent(1), newEvent(1)]);
      await store.append('s', 'any', [newEvent(1)]);
      const known = await store.append('s', 'any', [newEvent(1), newEvent(1)]);
      expect([fresh, known]).toEqual([taken, taken]);
      expect(await loggedIds(store)).toEqual([eventId(1)]);
    });
  });
}

import type { EventStore } from '../../../event-store/event-store.ts';
import { type EventStoreContract, eventId, idsInLog, newEvent } from './contract.ts';

async function recordingTimes(store: EventStore): Promise<string[]> {
  const events = await store.readAll({ direction: 'forwards', maxCount: 100 });
  return events.map(({ recordedAt }) => recordedAt);
}

export function describeRecordingTimes({ describe, test, expect }: EventStoreContract): void {
  describe('recordedAt', () => {
    test('comes from the clock, and never decreases even if the clock does', async (store, clock) => {
      for (const [number, time] of ['08:00', '09:00', '07:30', '08:59', '09:01'].entries()) {
        clock.now = new Date(`2025-10-13T${time}:00.000Z`);
        await store.append(`s-${number}`, 'no-stream', [newEvent(number)]);
      }
      expect(await recordingTimes(store)).toEqual(
        ['08:00', '09:00', '09:00', '09:00', '09:01'].map((time) => `2025-10-13T${time}:00.000Z`),
      );
    });

    test('keeps a value that is given, and later events are not recorded before it', async (store, clock) => {
      clock.now = new Date('2025-10-13T08:00:00.000Z');
      await store.append('s', 'any', [newEvent(1, { recordedAt: '2024-01-01T00:00:00.000Z' })]);
      await store.append('s', 'any', [newEvent(2, { recordedAt: '2024-01-01T00:00:00.000Z' })]);
      await store.append('s', 'any', [newEvent(3, { recordedAt: '2031-01-01T00:00:00.000Z' }), newEvent(4)]);
      await store.append('t', 'any', [newEvent(5)]);
      expect(await recordingTimes(store)).toEqual([
        '2024-01-01T00:00:00.000Z',
        '2024-01-01T00:00:00.000Z',
        '2031-01-01T00:00:00.000Z',
        '2031-01-01T00:00:00.000Z',
        '2031-01-01T00:00:00.000Z',
      ]);
    });

    test('is refused if it is given and is before that of the last event', async (store) => {
      await store.append('s', 'any', [newEvent(1)]);
      const outcome = await store.append('t', 'any', [
        newEvent(2),
        newEvent(3, { recordedAt: '2025-10-13T07:59:59.999Z' }),
      ]);
      expect(outcome).toEqual({ outcome: 'recorded-at-out-of-order', last: '2025-10-13T08:00:00.000Z' });
      expect(await idsInLog(store)).toEqual([eventId(1)]);
    });

    test('is refused if it decreases within an array', async (store) => {
      const outcome = await store.append('s', 'no-stream', [
        newEvent(1, { recordedAt: '2024-01-02T00:00:00.000Z' }),
        newEvent(2, { recordedAt: '2024-01-01T00:00:00.000Z' }),
      ]);
      expect(outcome).toEqual({ outcome: 'recorded-at-out-of-order', last: '2024-01-02T00:00:00.000Z' });
      expect(await idsInLog(store)).toEqual([]);
    });

    test('may decrease in a copied event', async (store, clock) => {
      clock.now = new Date('2025-10-13T08:00:00.000Z');
      const given = ['10:02', '10:01', '10:03'].map((time) => `2024-01-01T${time}:00.000Z`);
      for (const [number, recordedAt] of given.entries()) {
        const event = newEvent(number, { recordedAt, isCopy: true });
        expect((await store.append(`s-${number}`, 'no-stream', [event])).outcome).toBe('appended');
      }
      await store.append('t', 'any', [newEvent(9)]);
      expect(await recordingTimes(store)).toEqual([...given, '2025-10-13T08:00:00.000Z']);
    });

    test('is checked after the expected revision', async (store) => {
      await store.append('s', 'any', [newEvent(1)]);
      const early = newEvent(2, { recordedAt: '2024-01-01T00:00:00.000Z' });
      const outcome = await store.append('s', 'no-stream', [early]);
      expect(outcome).toEqual({ outcome: 'wrong-revision', actual: 0 });
    });
  });
}

import type { LogPoint } from '../../../projector/timeline-store.ts';
import { checkpoint, logPoint, position, type TimelineStoreContract, version } from './contract.ts';

export function describeLogPoints({ test, expect }: TimelineStoreContract): void {
  test('are those of the committed events, and the checkpoint is the last', (store) => {
    expect(store.writer.checkpoint()).toBe(undefined);
    expect(store.reader.checkpoint()).toBe(undefined);
    store.commit(3);
    expect(store.writer.checkpoint()?.eventId).toBe('event-3');
    store.commit(5, version({ event: 4 }));
    expect(store.writer.checkpoint()?.eventId).toBe('event-5');
    expect(store.reader.checkpoint()).toEqual(checkpoint(5));
  });

  test('are found by the exact position of any committed event', (store) => {
    expect(store.writer.ordinalAt(position(10))).toBe(undefined);
    store.commit(9, version({ event: 2 }), version({ event: 5 }));
    store.commit(12, version({ event: 5, from: 12, text: 'corrected' }));
    const ordinals = Array.from({ length: 12 }, (_, index) => index + 1);
    const ordinalsFound = ordinals.map((ordinal) => store.writer.ordinalAt(position(ordinal * 10)));
    expect(ordinalsFound).toEqual(ordinals);
    for (const absent of [5, 15, 115, 125, 9_999]) {
      expect(store.writer.ordinalAt(position(absent))).toBe(undefined);
    }
  });

  test('are found as the last one at or before a position', (store) => {
    const at = (number: number): LogPoint | undefined =>
      store.reader.logPointAt({ position: position(number) });
    expect(at(10)).toBe(undefined);
    store.commit(3, version({ event: 2 }));
    expect(at(9)).toBe(undefined);
    expect(at(10)).toEqual(logPoint(1));
    expect(at(19)).toEqual(logPoint(1));
    expect(at(20)).toEqual(logPoint(2));
    expect(at(30)).toEqual(logPoint(3));
    expect(at(1_000)).toEqual(logPoint(3));
  });

  test('are found as the last one at or before an instant, also if several events share it', (store) => {
    const at = (instant: string): LogPoint | undefined => store.reader.logPointAt({ instant });
    expect(at('2030-01-01T00:00:00.000Z')).toBe(undefined);
    const last = logPoint(5, 30);
    const logPoints = [logPoint(1, 10), logPoint(2, 20), logPoint(3, 20), logPoint(4, 20), last];
    store.writer.commit({ logPoints, versions: [], links: [], checkpoint: { ...checkpoint(5), ...last } });
    expect(at('2025-10-13T08:00:09.999Z')).toBe(undefined);
    expect(at('2025-10-13T08:00:10.000Z')).toEqual(logPoint(1, 10));
    expect(at('2025-10-13T08:00:19.999Z')).toEqual(logPoint(1, 10));
    expect(at('2025-10-13T08:00:20.000Z')).toEqual(logPoint(4, 20));
    expect(at('2025-10-13T08:00:29.000Z')).toEqual(logPoint(4, 20));
    expect(at('2025-10-13T08:00:30.000Z')).toEqual(logPoint(5, 30));
    expect(at('2099-01-01T00:00:00.000Z')).toEqual(logPoint(5, 30));
  });
}

import { beforeEach, describe, expect, test } from '@jest/globals';
import type { Position } from '../../src/event-store/event-store.ts';
import { numberedPosition, positionNumber } from '../../src/event-store/position.ts';
import { EventRate } from '../../src/projector/event-rate.ts';
import { HEARTBEAT_TIMEOUT_MS, ProjectionProgress } from '../../src/projector/progress.ts';
import type { Checkpoint, Ordinal } from '../../src/projector/timeline-store.ts';
import { InMemoryTimelineStore } from '../../src/testing/in-memory/in-memory-timeline-store.ts';

const compare = (a: Position, b: Position) => positionNumber(a) - positionNumber(b);

function checkpoint(ordinal: number): Checkpoint {
  return {
    ordinal: ordinal as Ordinal,
    position: numberedPosition(ordinal),
    instant: '2026-01-01T00:00:00.000Z',
    eventId: `event-${ordinal}`,
    lineage: 'aaaaaaaa',
  };
}

describe('ProjectionProgress', () => {
  let nowMs: number;
  let waits: number;
  let progress: ProjectionProgress;

  beforeEach(() => {
    nowMs = 1_000;
    waits = 0;
    progress = new ProjectionProgress({
      name: 'country',
      version: 1,
      comparePositions: compare,
      monotonicMs: () => nowMs,
      onWait: () => {
        waits += 1;
      },
    });
  });

  const store = (version = 1) => new InMemoryTimelineStore(`country@${version}`, compare);
  const project = (ordinal: number) =>
    progress.handle({ kind: 'projected', projection: 'country', checkpoint: checkpoint(ordinal) });

  test('reports a wait only if the position has not been reached', async () => {
    progress.serve(store(), 'current');
    project(2);
    await progress.waitFor(numberedPosition(2), 1_000);
    expect(waits).toBe(0);
    const waiting = progress.waitFor(numberedPosition(3), 1_000);
    expect(waits).toBe(1);
    project(3);
    expect(await waiting).toBe(true);
  });

  test('starts in the state building, without rows', () => {
    expect(progress).toMatchObject({ state: 'building', reader: undefined, position: undefined });
  });

  test('serves rows of another version while it builds, then its own', () => {
    progress.serve(store(9), 'outdated');
    expect(progress).toMatchObject({ state: 'building', reader: { projection: 'country@9' } });
    progress.serve(store(), 'current');
    expect(progress).toMatchObject({ state: 'catching-up', reader: { projection: 'country@1' } });
    progress.handle({ kind: 'caught-up', projection: 'country' });
    expect(progress.state).toBe('live');
  });

  test('stays live when rebuilt rows replace the old ones', () => {
    progress.serve(store(), 'current');
    progress.handle({ kind: 'caught-up', projection: 'country' });
    progress.serve(store(), 'current');
    expect(progress.state).toBe('live');
  });

  test('reports why it stopped until it makes progress again', () => {
    progress.serve(store(), 'current');
    progress.handle({ kind: 'stopped', projection: 'country', eventId: 'event-3', reason: 'no' });
    expect(progress).toMatchObject({ state: 'stopped', stop: { eventId: 'event-3', reason: 'no' } });
    progress.handle({ kind: 'retry-scheduled', projection: 'country', delayMs: 60_000 });
    nowMs += 1_000;
    expect(progress.retryInMs).toBe(59_000);
    nowMs += 60_000;
    expect(progress.retryInMs).toBe(0);
    project(3);
    expect(progress).toMatchObject({ state: 'catching-up', stop: undefined, retryInMs: undefined });
  });

  test('is not alive if the heartbeat is overdue, even without new events', () => {
    progress.serve(store(), 'current');
    progress.handle({ kind: 'caught-up', projection: 'country' });
    nowMs += HEARTBEAT_TIMEOUT_MS;
    expect(progress.isAlive).toBe(true);
    nowMs += 1;
    expect(progress).toMatchObject({ state: 'live', isAlive: false });
    progress.heartbeat();
    expect(progress.isAlive).toBe(true);
  });

  test('lets a reader wait until a position is reached or the timeout has passed', async () => {
    progress.serve(store(), 'current');
    const waiting = progress.waitFor(numberedPosition(2), 5_000);
    project(1);
    project(2);
    expect(await waiting).toBe(true);
    expect(await progress.waitFor(numberedPosition(1), 5_000)).toBe(true);
    expect(await progress.waitFor(numberedPosition(3), 5)).toBe(false);
  });

  test('calls its listeners when the rows advance or are replaced', () => {
    const changes: unknown[] = [];
    progress.onChange(() => changes.push([progress.position, progress.reader?.projection]));
    progress.serve(store(9), 'outdated');
    project(1);
    progress.handle({ kind: 'caught-up', projection: 'country' });
    project(3);
    project(2);
    progress.serve(store(), 'current');
    expect(changes).toEqual([
      [undefined, 'country@9'],
      ['1', 'country@9'],
      ['3', 'country@9'],
      [undefined, 'country@1'],
    ]);
  });

  test('does not go back for a late signal about replaced rows', () => {
    progress.serve(store(), 'current');
    project(5);
    project(3);
    expect(progress.position).toBe('5');
  });

  test('ignores signals of other projections', () => {
    progress.handle({ kind: 'projected', projection: 'topic', checkpoint: checkpoint(7) });
    expect(progress.position).toBeUndefined();
  });
});

describe('EventRate', () => {
  test('measures the last ten seconds', () => {
    let nowMs = 0;
    const rate = new EventRate(() => nowMs);
    expect(rate.perSecond()).toBe(0);
    for (let second = 0; second < 30; second += 1) {
      rate.add(100);
      nowMs += 1_000;
    }
    expect(rate.perSecond()).toBe(100);
    nowMs += 10_001;
    expect(rate.perSecond()).toBe(0);
  });

  test('counts a first burst as the events of one second', () => {
    const rate = new EventRate(() => 0);
    rate.add(30);
    rate.add(12);
    expect(rate.perSecond()).toBe(42);
  });
});

import { beforeEach, describe, expect, test } from '@jest/globals';
import type { Position } from '../../src/event-store/event-store.ts';
import { numberedPosition, positionNumber } from '../../src/event-store/position.ts';
import { EventRate } from '../../src/projector/event-rate.ts';
import { ProjectionProgress, SILENCE_MS_MAX } from '../../src/projector/progress.ts';
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

describe('The progress of a projection', () => {
  let nowMs: number;
  let progress: ProjectionProgress;

  beforeEach(() => {
    nowMs = 1_000;
    progress = new ProjectionProgress({
      name: 'country',
      version: 1,
      comparePositions: compare,
      monotonicMs: () => nowMs,
    });
  });

  const store = (version = 1) => new InMemoryTimelineStore(`country@${version}`, compare);
  const project = (ordinal: number) =>
    progress.take({ kind: 'projected', projection: 'country', checkpoint: checkpoint(ordinal) });

  test('begins without rows, and is building', () => {
    expect(progress).toMatchObject({ state: 'building', reader: undefined, position: undefined });
  });

  test('serves rows of another version while it is building, and its own when they are there', () => {
    progress.serve(store(9), 'outdated');
    expect(progress).toMatchObject({ state: 'building', reader: { projection: 'country@9' } });
    progress.serve(store(), 'kept');
    expect(progress).toMatchObject({ state: 'catching-up', reader: { projection: 'country@1' } });
    progress.take({ kind: 'caught-up', projection: 'country' });
    expect(progress.state).toBe('live');
  });

  test('stays live when rows that were made anew take over', () => {
    progress.serve(store(), 'kept');
    progress.take({ kind: 'caught-up', projection: 'country' });
    progress.serve(store(), 'kept');
    expect(progress.state).toBe('live');
  });

  test('tells why it has stopped, and forgets it when it goes on', () => {
    progress.serve(store(), 'kept');
    progress.take({ kind: 'stopped', projection: 'country', eventId: 'event-3', reason: 'no' });
    expect(progress).toMatchObject({ state: 'stopped', stop: { eventId: 'event-3', reason: 'no' } });
    project(3);
    expect(progress).toMatchObject({ state: 'catching-up', stop: undefined });
  });

  test('is not alive when nothing was heard for too long, however little there is to do', () => {
    progress.serve(store(), 'kept');
    progress.take({ kind: 'caught-up', projection: 'country' });
    nowMs += SILENCE_MS_MAX;
    expect(progress.isAlive).toBe(true);
    nowMs += 1;
    expect(progress).toMatchObject({ state: 'live', isAlive: false });
    progress.heard();
    expect(progress.isAlive).toBe(true);
  });

  test('lets a reader wait for a position, until it is there or the time is over', async () => {
    progress.serve(store(), 'kept');
    const waiting = progress.waitFor(numberedPosition(2), 5_000);
    project(1);
    project(2);
    expect(await waiting).toBe(true);
    expect(await progress.waitFor(numberedPosition(1), 5_000)).toBe(true);
    expect(await progress.waitFor(numberedPosition(3), 5)).toBe(false);
  });

  test('tells who follows it of every move, and of rows that take over', () => {
    const moves: unknown[] = [];
    progress.follow(() => moves.push([progress.position, progress.reader?.projection]));
    progress.serve(store(9), 'outdated');
    project(1);
    progress.take({ kind: 'caught-up', projection: 'country' });
    project(3);
    project(2);
    progress.serve(store(), 'kept');
    expect(moves).toEqual([
      [undefined, 'country@9'],
      ['1', 'country@9'],
      ['3', 'country@9'],
      [undefined, 'country@1'],
    ]);
  });

  test('is not taken back by a late signal about rows that gave way', () => {
    progress.serve(store(), 'kept');
    project(5);
    project(3);
    expect(progress.position).toBe('5');
  });

  test('passes over signals of others', () => {
    progress.take({ kind: 'projected', projection: 'topic', checkpoint: checkpoint(7) });
    expect(progress.position).toBeUndefined();
  });
});

describe('A rate of events', () => {
  test('is that of the last ten seconds', () => {
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

  test('counts a first burst as what came in its second', () => {
    const rate = new EventRate(() => 0);
    rate.add(30);
    rate.add(12);
    expect(rate.perSecond()).toBe(42);
  });
});

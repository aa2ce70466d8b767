import { rmSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { EventIndex, IndexedEvent } from '../../src/event-store/event-index.ts';
import type { Position, Revision } from '../../src/event-store/event-store.ts';
import { openEventIndex } from '../../src/sqlite/id-index.ts';
import { InMemoryEventIndex } from '../../src/testing/in-memory/in-memory-event-index.ts';
import { temporaryFolder } from '../sqlite/temporary-folder.ts';

let dataDir: string;

beforeEach(() => {
  dataDir = temporaryFolder();
});

afterEach(() => rmSync(dataDir, { recursive: true }));

const at = (text: string) => text as Position;

function event(id: string, stream: string, revision: number): IndexedEvent {
  return { id, stream, revision: revision as Revision };
}

describe.each<[string, () => EventIndex & { close?: () => void }]>([
  ['in memory', () => new InMemoryEventIndex()],
  ['in SQLite', () => openEventIndex(dataDir)],
])('an index of ids %s', (_name, open) => {
  let index: ReturnType<typeof open>;

  beforeEach(() => {
    index = open();
  });

  afterEach(() => index.close?.());

  test('is empty at first', () => {
    expect(index.position).toBeUndefined();
    expect(index.find('a')).toBeUndefined();
  });

  test('finds the events of followed pages and knows their last position', () => {
    index.follow([event('a', 's', 0), event('b', 't', 0)], at('7-7'));
    index.follow([event('c', 's', 1)], at('10-9'));
    expect(index.position).toBe('10-9');
    expect(index.find('b')).toEqual({ stream: 't', revision: 0 });
    expect(index.find('c')).toEqual({ stream: 's', revision: 1 });
    expect(index.find('d')).toBeUndefined();
  });

  test('finds noted events without advancing its position', () => {
    index.note([event('a', 's', 0)]);
    expect(index.find('a')).toEqual({ stream: 's', revision: 0 });
    expect(index.position).toBeUndefined();
  });

  test('skips known ids', () => {
    index.note([event('a', 's', 0)]);
    index.follow([event('a', 's', 0), event('b', 's', 1)], at('7-7'));
    expect(index.find('a')).toEqual({ stream: 's', revision: 0 });
    expect(index.find('b')).toEqual({ stream: 's', revision: 1 });
  });

  test('is empty after clear', () => {
    index.follow([event('a', 's', 0)], at('7-7'));
    index.clear();
    expect(index.position).toBeUndefined();
    expect(index.find('a')).toBeUndefined();
  });
});

describe('an index of ids in SQLite', () => {
  test('survives a restart', () => {
    const first = openEventIndex(dataDir);
    first.follow([event('a', 's', 3)], at('7-7'));
    first.close();
    const second = openEventIndex(dataDir);
    expect(second.position).toBe('7-7');
    expect(second.find('a')).toEqual({ stream: 's', revision: 3 });
    second.close();
  });

  test('finds any number of noted events', () => {
    const index = openEventIndex(dataDir);
    for (let number = 0; number < 10_001; number += 1) index.note([event(`e${number}`, 's', number)]);
    expect(index.find('e0')).toEqual({ stream: 's', revision: 0 });
    expect(index.find('e10000')).toEqual({ stream: 's', revision: 10_000 });
    index.close();
  });

  test('stores a page completely or not at all', () => {
    const index = openEventIndex(dataDir);
    const page = [event('a', 's', 0), { ...event('b', 's', 1), stream: null as unknown as string }];
    expect(() => index.follow(page, at('7-7'))).toThrow();
    expect(index.find('a')).toBeUndefined();
    expect(index.position).toBeUndefined();
    index.close();
  });
});

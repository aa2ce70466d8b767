import { beforeAll, describe, expect, test } from '@jest/globals';
import { countryTimeline } from '../../projections/country.ts';
import { projections } from '../../projections/index.ts';
import { createRecorder } from '../../src/append/recorder.ts';
import type { EventStore, Position, RecordedEvent } from '../../src/event-store/event-store.ts';
import type { TimelineDefinition } from '../../src/projector/define-timeline.ts';
import { InMemoryEventStore } from '../../src/testing/in-memory/in-memory-event-store.ts';
import { OrdinalLog } from '../../src/transfer/ordinal-log.ts';
import {
  digestTimelines,
  findDigestDifference,
  type TimelineDigest,
} from '../../src/transfer/timeline-digest.ts';
import { generateEvents } from '../bench/generate-events.ts';
import { withAlteredEvents, withMethods, withOtherPositions } from './altered-logs.ts';

const EVENTS = 1_200;
/** More records than the projector keeps in memory. */
const RECORDS = 4_000;

let log: EventStore;
let digests: readonly TimelineDigest[];

beforeAll(async () => {
  log = await recorded(generateEvents(EVENTS));
  digests = await digest(log);
});

async function recorded(events: Iterable<object>): Promise<EventStore> {
  const store = new InMemoryEventStore(() => new Date('2026-01-01T00:00:00Z'));
  const recorder = createRecorder(store);
  for (const event of events) {
    const { outcome } = await recorder.record(event, { actor: 'local' });
    expect(outcome).toBe('recorded');
  }
  return store;
}

async function digest(
  of: EventStore,
  definitions: readonly TimelineDefinition[] = projections,
): Promise<readonly TimelineDigest[]> {
  const [last] = await of.readAll({ direction: 'backwards', maxCount: 1 });
  return digestTimelines(new OrdinalLog(of, last?.position as Position, () => {}), definitions);
}

/** Returns the log with one event altered. */
function altered(number: number, alter: (event: RecordedEvent) => Partial<RecordedEvent>): EventStore {
  return withAlteredEvents(log, (event) =>
    event.position === String(number) ? { ...event, ...alter(event) } : event,
  );
}

describe('the digest of timelines', () => {
  test('does not depend on the form of positions', async () => {
    const others = await digest(withOtherPositions(log));
    expect(others).toEqual(digests);
    expect(findDigestDifference(digests, others)).toBeUndefined();
    expect(new Set(digests.map(({ sha256 }) => sha256)).size).toBe(projections.length);
  });

  test('reports every folded event', async () => {
    let events = 0;
    const onEvents = (count: number) => {
      events += count;
    };
    await digestTimelines(new OrdinalLog(log, '1100' as Position, onEvents), projections);
    expect(events).toBe(1_100);
  });

  test('differs for the log without its last event', async () => {
    const shorter = await digestTimelines(
      new OrdinalLog(log, String(EVENTS - 1) as Position, () => {}),
      projections,
    );
    for (const [index, { sha256 }] of shorter.entries()) expect(sha256).not.toBe(digests[index]?.sha256);
  });

  test('differs if an event differs, and names the timeline', async () => {
    const [first] = await log.readStream('briefing-1-1', { direction: 'forwards', maxCount: 1 });
    expect(first?.content).toContain('"occurred":"2009-01-');
    const others = await digest(
      altered(Number(first?.position), ({ content }) => ({
        content: content.replace('"occurred":"2009-01-', '"occurred":"2009-02-'),
      })),
    );
    const { projection, key = '' } = findDigestDifference(digests, others) ?? {};
    expect(projection).toBe('country');
    expect(digests[0]?.checksums.get(key)).not.toBe(others[0]?.checksums.get(key));
  });

  test('differs if an event was recorded at another time', async () => {
    const entry = () => ({ type: 'Something', countries: [], topics: [], speechActs: [] });
    const timeless = [{ ...countryTimeline, entry }];
    const late = altered(1_000, () => ({ recordedAt: '2026-01-01T00:00:00.001Z' }));
    const difference = findDigestDifference(await digest(log, timeless), await digest(late, timeless));
    expect(difference).toMatchObject({ projection: 'country' });
  });

  test('differs if an entry differs in one timeline only', async () => {
    const marked: TimelineDefinition = {
      ...countryTimeline,
      partitionBy: (record) => {
        const found = new Map(countryTimeline.partitionBy(record, undefined));
        if (found.has('PK')) found.set('PK', { roles: [] });
        return found;
      },
    };
    const difference = findDigestDifference(
      await digest(log, [countryTimeline]),
      await digest(log, [marked]),
    );
    expect(difference).toEqual({ projection: 'country', key: 'PK' });
  });

  test('stops where its projection stops, and says why', async () => {
    const id = (await log.readAll({ direction: 'forwards', maxCount: 500 })).at(-1)?.id;
    const broken = altered(500, () => ({ type: 'UnknownHappened' }));
    const [country] = await digest(broken);
    expect(country?.stop).toMatchObject({
      eventId: id,
      reason: expect.stringContaining('the unknown type UnknownHappened'),
    });
    const shorter = await digestTimelines(new OrdinalLog(log, '499' as Position, () => {}), projections);
    expect(country?.sha256).toBe(shorter[0]?.sha256);
    expect(findDigestDifference(digests, await digest(broken))).toMatchObject({ projection: 'country' });
  });

  test('throws what the log throws', async () => {
    const readAll: EventStore['readAll'] = async () => {
      throw new Error('Unavailable.');
    };
    const unreadable = new OrdinalLog({ ...withOtherPositions(log), readAll }, '1' as Position, () => {});
    await expect(digestTimelines(unreadable, projections)).rejects.toThrow('Unavailable.');
  });

  test('is the same if a record has to be folded again from its stream', async () => {
    const [first, ...others] = [...generateEvents(RECORDS)].filter(({ type }) => !/^Event/.test(type));
    const retraction = {
      type: 'EventRetracted',
      stream: first?.stream,
      occurred: '2025-12-01',
      data: { retracts: first?.id, reason: 'It never happened.' },
      sources: first?.sources,
    };
    const long = await recorded([first ?? {}, ...others, retraction]);
    let streamReads = 0;
    const other = withOtherPositions(long);
    const counted = withMethods(other, {
      readStream: (...call) => {
        streamReads += 1;
        return other.readStream(...call);
      },
    });
    expect(await digest(counted)).toEqual(await digest(long));
    expect(streamReads).toBeGreaterThan(0);
  });
});

describe('an ordinal log', () => {
  test('reads only the events of a stream that it has delivered', async () => {
    const numbered = new OrdinalLog(log, '1' as Position, () => {});
    for await (const message of numbered.subscribe()) expect(message).toMatchObject({ kind: 'events' });
    const [first] = await log.readAll({ direction: 'forwards', maxCount: 1 });
    const [last] = await log.readAll({ direction: 'backwards', maxCount: 1 });
    const read = (stream = '') => numbered.readStream(stream, { direction: 'forwards', maxCount: 1 });
    expect(await read(first?.stream)).toEqual([first]);
    expect(await read(last?.stream)).toEqual([]);
  });
});

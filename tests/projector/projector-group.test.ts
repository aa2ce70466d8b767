import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { countryTimeline } from '../../projections/country.ts';
import { createRecorder, type Recorder } from '../../src/append/recorder.ts';
import { UnreadableEventError } from '../../src/event-store/event-store.ts';
import { numberedPosition } from '../../src/event-store/position.ts';
import { defineTimeline, type TimelineDefinition } from '../../src/projector/define-timeline.ts';
import {
  catchUp,
  type GroupSignal,
  ProjectorGroup,
  projectionRetryMs,
} from '../../src/projector/projector-group.ts';
import { SqliteViewFile } from '../../src/sqlite/views/sqlite-view-file.ts';
import { InMemoryEventStore } from '../../src/testing/in-memory/in-memory-event-store.ts';
import { mou, shipment } from '../append/sent-events.ts';

const RETRY_MS = 20;

describe('ProjectorGroup', () => {
  let folder: string;
  let store: InMemoryEventStore;
  let recorder: Recorder;
  let signals: GroupSignal[];
  let stopping: AbortController;
  let running: Promise<void> | undefined;
  const views: SqliteViewFile[] = [];

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'chancery-group-'));
    store = new InMemoryEventStore(() => new Date('2026-01-01T00:00:00Z'));
    recorder = createRecorder(store);
    signals = [];
    stopping = new AbortController();
  });

  afterEach(async () => {
    stopping.abort();
    await running;
    for (const view of views.splice(0)) view.close();
    rmSync(folder, { recursive: true });
  });

  function projection(definition: TimelineDefinition, file: string) {
    const view = new SqliteViewFile(join(folder, file), [definition], store.comparePositions.bind(store));
    views.push(view);
    return { definition, writer: view.writer(definition.name) };
  }

  type Projection = ReturnType<typeof projection>;

  function start(...projections: readonly Projection[]): ProjectorGroup {
    const group = new ProjectorGroup(store, projections, (signal) => signals.push(signal), retryMs);
    running = group.run(stopping.signal);
    return group;
  }

  async function record(...events: readonly unknown[]): Promise<void> {
    for (const event of events) {
      expect((await recorder.record(event, { actor: 'local' })).outcome).toBe('recorded');
    }
  }

  async function until(condition: () => boolean): Promise<void> {
    const deadlineMs = Date.now() + 5_000;
    while (!condition()) {
      if (Date.now() > deadlineMs) throw new Error(`Not reached: ${JSON.stringify(signals)}`);
      await delay(5);
    }
  }

  /** Each failure adds one millisecond, so that signals show how many there were. */
  const retryMs = (failures: number): number => RETRY_MS + failures;
  const failuresBeforeRetries = () =>
    signals.flatMap((signal) => (signal.kind === 'retry-scheduled' ? [signal.delayMs - RETRY_MS] : []));
  const events = ({ writer }: Projection): number => writer.checkpoint()?.ordinal ?? 0;
  const stops = () => signals.filter(({ kind }) => kind === 'stopped');

  /** Returns a timeline that throws on shipments until `fix.isDone`. */
  function fussyTimeline() {
    const fix = { isDone: false };
    const definition = defineTimeline({
      ...countryTimeline,
      name: 'fussy',
      entry: (record) => {
        if (record.type === 'ShipmentAnnounced' && !fix.isDone) throw new Error('no shipments, please');
        return countryTimeline.entry(record, undefined);
      },
    });
    return { definition, fix };
  }

  test('keeps its projections live', async () => {
    const countries = projection(countryTimeline, 'countries');
    start(countries);
    await record(mou);
    await until(() => events(countries) === 1);
    await record(shipment);
    await until(() => events(countries) === 2);
  });

  test('continues without a stopped projection, reports the stop once, and resumes it when it is fixed', async () => {
    const { definition, fix } = fussyTimeline();
    const [countries, fussy] = [projection(countryTimeline, 'countries'), projection(definition, 'fussy')];
    start(countries, fussy);
    await record(mou, shipment);
    await until(() => stops().length > 0);
    await record({ ...mou, stream: 'mou-of-others' });
    await until(() => events(countries) === 3);
    await delay(RETRY_MS * 5);
    expect(events(fussy)).toBe(1);
    expect(stops()).toMatchObject([{ projection: 'fussy', reason: 'Error: no shipments, please' }]);

    fix.isDone = true;
    await until(() => events(fussy) === 3);
    await record({ ...mou, stream: 'mou-after-the-fix' });
    await until(() => events(fussy) === 4 && events(countries) === 4);
  });

  test('retries later after each retry without progress, and soon again after progress', async () => {
    const { definition, fix } = fussyTimeline();
    const fussy = projection(definition, 'fussy');
    start(fussy);
    await record(mou, shipment);
    await until(() => failuresBeforeRetries().length === 3);
    expect(failuresBeforeRetries()).toEqual([0, 1, 2]);

    fix.isDone = true;
    await until(() => events(fussy) === 2);
    fix.isDone = false;
    signals = [];
    await record({ ...shipment, stream: 'shipment-of-others' });
    await until(() => failuresBeforeRetries().length === 2);
    expect(failuresBeforeRetries()).toEqual([0, 1]);
  });

  test('retries after a second at first, and every five minutes at last', () => {
    const delays = [0, 1, 2, 8, 9, 500].map(projectionRetryMs);
    const longest = [1_000, 2_000, 4_000, 256_000, 300_000, 300_000];
    for (const [index, delayMs] of delays.entries()) {
      expect(delayMs).toBeGreaterThanOrEqual((longest[index] ?? 0) / 2);
      expect(delayMs).toBeLessThanOrEqual(longest[index] ?? 0);
    }
  });

  test('does not read events again for projections that are ahead of another', async () => {
    const { definition } = fussyTimeline();
    const [countries, fussy] = [projection(countryTimeline, 'countries'), projection(definition, 'fussy')];
    await record(shipment, mou);
    await catchUp(store, countries, () => {}, new AbortController().signal);
    const starts: (string | undefined)[] = [];
    const subscribe = store.subscribe.bind(store);
    store.subscribe = (options) => {
      starts.push(options.after);
      return subscribe(options);
    };
    start(countries, fussy);
    await until(() => stops().length > 0);
    await record({ ...mou, stream: 'mou-of-others' });
    await until(() => events(countries) === 3);
    // Later ones are retries.
    expect(starts.slice(0, 2).sort()).toEqual(['2', undefined]);
    expect(events(fussy)).toBe(0);
  });

  test('stops before an unreadable event, names it, and resumes when it is readable', async () => {
    const countries = projection(countryTimeline, 'countries');
    await record(mou, shipment);
    const unreadable = {
      stream: 'chancery-mou-x',
      revision: 1,
      eventId: 'unreadable',
      position: numberedPosition(2),
    };
    let isUnreadable = true;
    const subscribe = store.subscribe.bind(store);
    store.subscribe = async function* (options) {
      if (options.after === undefined)
        yield { kind: 'events', events: await store.readAll({ direction: 'forwards', maxCount: 1 }) };
      if (isUnreadable) throw new UnreadableEventError(unreadable, 'its metadata are not JSON');
      yield* subscribe({ ...options, after: options.after ?? numberedPosition(1) });
    };
    start(countries);
    await until(() => stops().length > 0);
    await delay(RETRY_MS * 5);
    expect(events(countries)).toBe(1);
    expect(stops()).toMatchObject([{ projection: 'country', eventId: 'unreadable' }]);

    isUnreadable = false;
    await until(() => events(countries) === 2);
    await record({ ...mou, stream: 'mou-of-others' });
    await until(() => events(countries) === 3);
  });

  test('replaces a projection with a rebuilt one without missing an event', async () => {
    await record(mou);
    const old = projection(countryTimeline, 'old');
    const group = start(old);
    await until(() => events(old) === 1);
    await record(shipment);

    const rebuilt = projection(countryTimeline, 'rebuilt');
    await group.replace([rebuilt]);
    expect(events(rebuilt)).toBeGreaterThanOrEqual(events(old));

    await record({ ...mou, stream: 'mou-afterwards' });
    await until(() => events(rebuilt) === 3);
    expect(events(old)).toBe(2);
  });

  test('keeps the old projection if the rebuilt one cannot catch up', async () => {
    await record(mou, shipment);
    const { definition, fix } = fussyTimeline();
    fix.isDone = true;
    const old = projection(definition, 'old');
    const group = start(old);
    await until(() => events(old) === 2);
    fix.isDone = false;
    await expect(group.replace([projection(definition, 'rebuilt')])).rejects.toThrow('no shipments, please');
    await record({ ...mou, stream: 'mou-afterwards' });
    await until(() => events(old) === 3);
  });

  test('replaces none of several projections if one cannot catch up', async () => {
    await record(mou, shipment);
    const { definition, fix } = fussyTimeline();
    fix.isDone = true;
    const old = [projection(countryTimeline, 'old-countries'), projection(definition, 'old')] as const;
    const group = start(...old);
    await until(() => old.every((each) => events(each) === 2));
    fix.isDone = false;
    const rebuilt = [projection(countryTimeline, 'countries'), projection(definition, 'rebuilt')];
    await expect(group.replace(rebuilt)).rejects.toThrow('no shipments, please');
    await record({ ...mou, stream: 'mou-afterwards' });
    await until(() => old.every((each) => events(each) === 3));
  });

  test('replaces a stopped projection', async () => {
    const { definition } = fussyTimeline();
    const old = projection(definition, 'old');
    const group = start(old);
    await record(shipment);
    await until(() => stops().length > 0);
    const fixed = projection({ ...countryTimeline, name: 'fussy' }, 'fixed');
    await group.replace([fixed]);
    await until(() => events(fixed) === 1);
    await delay(RETRY_MS * 3);
    expect(events(old)).toBe(0);
  });

  test('refuses a replacement while it is stopping', async () => {
    const group = start(projection(countryTimeline, 'countries'));
    stopping.abort();
    await running;
    await expect(group.replace([projection(countryTimeline, 'rebuilt')])).rejects.toThrow('stopping');
  });
});

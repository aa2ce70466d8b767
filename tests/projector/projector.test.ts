import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { countryTimeline } from '../../projections/country.ts';
import { topicTimeline } from '../../projections/topic.ts';
import { createRecorder, type Recorder } from '../../src/append/recorder.ts';
import { defineTimeline, type TimelineDefinition } from '../../src/projector/define-timeline.ts';
import { Projector, type ProjectorSignal } from '../../src/projector/projector.ts';
import {
  ITEMS_MAX,
  type Ordinal,
  type TimelineQuery,
  type TimelineReader,
  type TimelineWriter,
  UNFILTERED,
} from '../../src/projector/timeline-store.ts';
import { openDatabase } from '../../src/sqlite/driver.ts';
import { SqliteTimelineReader } from '../../src/sqlite/views/sqlite-timeline-reader.ts';
import { SqliteViewFile } from '../../src/sqlite/views/sqlite-view-file.ts';
import { InMemoryEventStore } from '../../src/testing/in-memory/in-memory-event-store.ts';
import { amendment, mou as sentMou, uuid } from '../append/sent-events.ts';

const ids = {
  mou: '0199c000-0000-7000-8000-000000000001',
  correction: '0199c000-0000-7000-8000-000000000003',
  retraction: '0199c000-0000-7000-8000-000000000004',
} as const;

const mou = { ...sentMou, id: ids.mou };
const { sources } = mou;

/** Corrects the country of a party from Pakistan to India, the topic, and the date by one day. */
const correction = {
  id: ids.correction,
  type: 'EventCorrected',
  stream: mou.stream,
  occurred: '2025-12-01',
  data: {
    corrects: ids.mou,
    occurred: '2025-09-09',
    data: {
      ...mou.data,
      parties: [mou.data.parties[0], { name: 'Frontier Works Organization', kind: 'company', country: 'IN' }],
      topics: ['rare-earths'],
    },
    reason: 'The party was misread.',
  },
  sources,
};

const retraction = {
  id: ids.retraction,
  type: 'EventRetracted',
  stream: mou.stream,
  occurred: '2025-12-02',
  data: { retracts: ids.mou, reason: 'It never happened.' },
  sources,
};

const everything: TimelineQuery = {
  ...UNFILTERED,
  order: 'asc',
  limit: 200,
  asOf: 1_000 as Ordinal,
};

interface View {
  readonly definition: TimelineDefinition;
  readonly writer: TimelineWriter;
  readonly reader: TimelineReader;
}

/** Makes more items of an amendment than a store takes. */
const itemised = defineTimeline({
  ...countryTimeline,
  name: 'itemised',
  itemsOf: ({ type }) => Array.from({ length: type === 'MouAmended' ? ITEMS_MAX + 1 : 1 }, () => undefined),
});

describe('Projector', () => {
  let folder: string;
  let store: InMemoryEventStore;
  let recorder: Recorder;
  const open: { close(): void }[] = [];

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'chancery-projector-'));
    const clock = () => new Date('2025-12-24T00:00:00Z');
    store = new InMemoryEventStore(clock);
    recorder = createRecorder(store);
  });

  afterEach(() => {
    for (const each of open.splice(0)) each.close();
    rmSync(folder, { recursive: true });
  });

  async function given(...events: readonly unknown[]): Promise<void> {
    for (const event of events) {
      const { outcome } = await recorder.record(event, { actor: 'local' });
      expect(outcome).toBe('recorded');
    }
  }

  /** Opens a file that projections share. */
  function views<const Definitions extends readonly TimelineDefinition[]>(
    definitions: Definitions,
    file = 'shared',
  ): { readonly [Index in keyof Definitions]: View } {
    const path = join(folder, file);
    const comparePositions = store.comparePositions.bind(store);
    const shared = new SqliteViewFile(path, definitions, comparePositions);
    open.push(shared);
    const opened = definitions.map((definition) => {
      const reader = new SqliteTimelineReader(path, definition.name, comparePositions);
      open.push(reader);
      return { definition, writer: shared.writer(definition.name), reader };
    });
    return opened as { readonly [Index in keyof Definitions]: View };
  }

  function view(definition: TimelineDefinition, file = definition.name): View {
    return views([definition], file)[0];
  }

  /** Runs a projector until it has caught up or all projections have stopped. */
  async function project(
    views: readonly View[],
    pageSize = 500,
    onSignal: (signal: ProjectorSignal) => void = () => {},
  ): Promise<readonly ProjectorSignal[]> {
    const signals: ProjectorSignal[] = [];
    const stopping = new AbortController();
    const take = (signal: ProjectorSignal): void => {
      signals.push(signal);
      onSignal(signal);
      if (signal.kind === 'caught-up') stopping.abort();
    };
    await new Projector(store, views, take, pageSize).run(stopping.signal);
    return signals;
  }

  const entries = ({ reader }: View, key: string, asOf?: number) =>
    reader
      .page(key, asOf === undefined ? everything : { ...everything, asOf: asOf as Ordinal })
      .entries.map((entry) => JSON.parse(entry));

  const keys = ({ reader }: View) =>
    reader.index({ limit: 100, asOf: 1_000 as Ordinal }).map(({ key }) => key);

  test('adds an event once to the timeline of each of its countries, with the roles of the country', async () => {
    await given(mou);
    const countries = view(countryTimeline);
    await project([countries]);
    expect(keys(countries)).toEqual(['PK', 'US']);
    expect(entries(countries, 'PK')).toEqual([
      {
        roles: ['party'],
        id: ids.mou,
        stream: 'mou-ussm-fwo-2025',
        type: 'MouSigned',
        occurred: { edtf: '2025-09-08', earliest: '2025-09-08', latest: '2025-09-08', certainty: 'certain' },
        headline: expect.stringContaining('US Strategic Metals'),
        instrument: 'mou',
        parties: mou.data.parties,
        countries: ['US', 'PK'],
        topics: ['critical-minerals'],
        speechActs: [],
        attribution: [],
        sources: 1,
        status: 'current',
        versions: 1,
        position: '1',
        recordedAt: '2025-12-24T00:00:00.000Z',
        links: {},
      },
    ]);
  });

  test('moves an entry and the later events of its record after a correction of country, topic and date', async () => {
    await given(mou, amendment, correction);
    const [countries, topics] = [view(countryTimeline), view(topicTimeline)];
    await project([countries, topics]);
    expect(keys(countries)).toEqual(['IN', 'US']);
    expect(keys(topics)).toEqual(['rare-earths']);
    const types = (key: string, asOf?: number) => entries(countries, key, asOf).map(({ type }) => type);
    expect(types('IN')).toEqual(['MouSigned', 'MouAmended']);
    expect(types('PK')).toEqual([]);
    expect(types('PK', 2)).toEqual(['MouSigned', 'MouAmended']);
    expect(types('IN', 2)).toEqual([]);
    expect(entries(countries, 'IN')[0]).toMatchObject({
      occurred: { edtf: '2025-09-09' },
      status: 'corrected',
      versions: 2,
      sources: 2,
    });
  });

  test('keeps a retracted event in its timelines and marks it', async () => {
    await given(mou, retraction);
    const countries = view(countryTimeline);
    await project([countries]);
    expect(entries(countries, 'PK')).toMatchObject([{ id: ids.mou, status: 'retracted' }]);
    expect(entries(countries, 'PK', 1)).toMatchObject([{ id: ids.mou, status: 'current' }]);
  });

  test('leaves an entry alone that shows nothing of what changed', async () => {
    await given(mou, retraction);
    const types = view({
      ...countryTimeline,
      name: 'types',
      entry: ({ type }) => ({ type, countries: [], topics: [], speechActs: [] }),
    });
    await project([types]);
    expect(types.reader.checkpoint()?.ordinal).toBe(2);
    expect(types.reader.lastChange('PK')?.ordinal).toBe(1);
  });

  test('stores the text of an entry once for all projections of a file', async () => {
    await given(mou, correction);
    const [countries, topics] = views([countryTimeline, topicTimeline]);
    await project([countries, topics]);
    expect(entries(topics, 'rare-earths').map(({ id }) => id)).toEqual([ids.mou]);
    expect(entries(countries, 'IN').map(({ id }) => id)).toEqual([ids.mou]);
    const database = openDatabase(join(folder, 'shared'), { readOnly: true });
    open.push(database);
    expect(database.prepare('SELECT count(*) AS contents FROM content').get()).toEqual({ contents: 2 });
  });

  test('stores what the projections of a file make of a page in one transaction', async () => {
    await given(mou, correction);
    const shared = views([countryTimeline, topicTimeline]);
    const seen: unknown[] = [];
    await project(shared, 1, ({ kind }) => {
      if (kind === 'projected') seen.push(shared.map(({ reader }) => reader.checkpoint()?.ordinal));
    });
    expect(seen).toEqual([
      [1, 1],
      [1, 1],
      [2, 2],
      [2, 2],
    ]);
  });

  test('continues the other projections of a file if the store refuses an event of one', async () => {
    await given(mou, amendment);
    const [countries, refused, topics] = views([countryTimeline, itemised, topicTimeline]);
    const signals = await project([countries, refused, topics]);
    expect(signals.filter(({ kind }) => kind === 'stopped')).toMatchObject([{ projection: 'itemised' }]);
    for (const [each, ordinal] of [
      [countries, 2],
      [refused, 1],
      [topics, 2],
    ] as const) {
      expect(each.writer.checkpoint()?.ordinal).toBe(ordinal);
      expect(each.reader.checkpoint()?.ordinal).toBe(ordinal);
    }
    expect([entries(countries, 'PK').length, entries(refused, 'PK').length]).toEqual([2, 1]);
  });

  test('signals a page before it updates the indexes, and stops the projections of a file if that fails', async () => {
    await given(mou);
    const [countries, topics] = [view(countryTimeline), view(topicTimeline)];
    const { writer } = countries;
    const steps: string[] = [];
    const withoutSpace: TimelineWriter = {
      checkpoint: () => writer.checkpoint(),
      ordinalAt: (position) => writer.ordinalAt(position),
      linksTo: (target) => writer.linksTo(target),
      commit: (batch) => writer.commit(batch),
      updateIndexes: () => {
        steps.push('update');
        throw new Error('database or disk is full');
      },
    };
    const signals = await project([{ ...countries, writer: withoutSpace }, topics], 500, (signal) => {
      steps.push(`${signal.projection} ${signal.kind}`);
    });
    expect(steps).toEqual([
      'country projected',
      'topic projected',
      'update',
      'country stopped',
      'topic caught-up',
    ]);
    expect(signals).toContainEqual(
      expect.objectContaining({
        kind: 'stopped',
        eventId: undefined,
        reason: expect.stringContaining('full'),
      }),
    );
    expect(countries.reader.checkpoint()?.ordinal).toBe(1);
  });

  test('resumes at its checkpoint and applies corrections of earlier events', async () => {
    await given(mou, amendment);
    const countries = view(countryTimeline);
    await project([countries]);
    await given(correction);
    await project([countries]);
    expect(keys(countries)).toEqual(['IN', 'US']);
    expect(countries.writer.checkpoint()).toMatchObject({
      ordinal: 3,
      position: '3',
      lineage: expect.stringMatching(/^[0-9a-f]{8}$/),
    });
  });

  test('derives the lineage from the first event, including its time', async () => {
    await given(mou);
    const countries = view(countryTimeline);
    await project([countries]);
    store = new InMemoryEventStore(() => new Date('2025-12-25T00:00:00Z'));
    recorder = createRecorder(store);
    await given(mou);
    const others = view(countryTimeline, 'of-another-log');
    await project([others]);
    const lineages = [countries, others].map(({ writer }) => writer.checkpoint()?.lineage);
    expect(new Set(lineages).size).toBe(2);
  });

  test('keeps the instants of log points in order when concurrent processes record slightly out of order', async () => {
    const times = ['10:00:00', '10:00:02', '10:00:01', '10:00:03'].map((time) => `2026-01-01T${time}.000Z`);
    await given(...times.map((_, number) => ({ ...mou, id: uuid(number), stream: `mou-${number}` })));
    const log = await store.readAll({ direction: 'forwards', maxCount: 9 });
    for (const [index, recordedAt] of times.entries()) Object.assign(log[index] as object, { recordedAt });
    for (const pageSize of [500, 1]) {
      const countries = view(countryTimeline, `by-${pageSize}`);
      await project([countries], pageSize);
      const ordinals = times.map((instant) => countries.reader.logPointAt({ instant })?.ordinal);
      expect(ordinals).toEqual([1, 3, 1, 4]);
      expect(entries(countries, 'PK').map(({ recordedAt }) => recordedAt)).toEqual(times);
    }
  });

  test('makes the same rows with any page size', async () => {
    await given(mou, amendment, correction, retraction);
    const onePage = view(countryTimeline, 'one-page');
    const oneByOne = view(countryTimeline, 'one-by-one');
    await project([onePage]);
    await project([oneByOne], 1);
    for (const asOf of [1, 2, 3, 4]) {
      for (const key of ['PK', 'US', 'IN']) {
        expect(entries(oneByOne, key, asOf)).toEqual(entries(onePage, key, asOf));
      }
    }
    expect(entries(onePage, 'US', 4)).toHaveLength(2);
  });

  test('brings projections with different checkpoints to the same position', async () => {
    await given(mou, amendment);
    const ahead = view(countryTimeline);
    await project([ahead]);
    await given(correction);
    const behind = view(topicTimeline);
    await project([ahead, behind]);
    expect(ahead.writer.checkpoint()).toEqual(behind.writer.checkpoint());
    expect(keys(ahead)).toEqual(['IN', 'US']);
    expect(keys(behind)).toEqual(['rare-earths']);
  });

  test('stops a projection before an event that it throws on, and continues the others', async () => {
    await given(mou, amendment);
    const fussy = defineTimeline({
      ...countryTimeline,
      name: 'fussy',
      entry: (record) => {
        if (record.type === 'MouAmended') throw new Error('no amendments, please');
        return countryTimeline.entry(record, undefined);
      },
    });
    const [stopped, countries] = [view(fussy), view(countryTimeline)];
    const signals = await project([stopped, countries]);
    expect(signals).toContainEqual({
      kind: 'stopped',
      projection: 'fussy',
      eventId: expect.any(String),
      reason: 'Error: no amendments, please',
    });
    expect(stopped.writer.checkpoint()?.ordinal).toBe(1);
    expect(entries(stopped, 'PK')).toHaveLength(1);
    expect(countries.writer.checkpoint()?.ordinal).toBe(2);
  });

  test('names an event that the store refuses and keeps the events before it on the page', async () => {
    await given(mou, amendment, {
      ...mou,
      id: '0199c000-0000-7000-8000-000000000005',
      stream: 'mou-another',
    });
    const countries = view(itemised);
    const signals = await project([countries]);
    const [, amended] = await store.readStream(mou.stream, { direction: 'forwards', maxCount: 2 });
    expect(signals.at(-1)).toMatchObject({
      kind: 'stopped',
      eventId: amended?.id,
      reason: expect.stringContaining(`more than ${ITEMS_MAX} items`),
    });
    expect(countries.writer.checkpoint()?.ordinal).toBe(1);
    expect(entries(countries, 'PK')).toHaveLength(1);
  });

  test.each<[string, object, string]>([
    ['has no facets', { entry: () => ({}) }, 'An entry needs the field type, a string'],
    [
      'has a string instead of a list',
      { entry: () => ({ type: 'X', countries: 'PK' }) },
      'needs the field countries, a list of strings',
    ],
    [
      'has null as partition fields',
      { partitionBy: () => new Map([['PK', null]]) },
      'an object for the timeline PK',
    ],
  ])('stops with a reason if an entry %s', async (_fault, invalid, reason) => {
    await given(mou);
    const signals = await project([view({ ...countryTimeline, name: 'invalid', ...invalid })]);
    expect(signals.at(-1)).toMatchObject({ kind: 'stopped', reason: expect.stringContaining(reason) });
  });

  test('stops every projection before an event of an unknown type, and names the event', async () => {
    await given(mou);
    const unknown = {
      id: '0199c000-0000-7000-8000-00000000000f',
      type: 'TreatyDreamt',
      metadata: '{}',
      content: '{}',
    };
    await store.append('mou-dreamt', 'no-stream', [{ ...unknown, salt: '' }]);
    const countries = view(countryTimeline);
    const signals = await project([countries]);
    expect(signals.at(-1)).toMatchObject({ kind: 'stopped', projection: 'country', eventId: unknown.id });
    expect(countries.writer.checkpoint()?.ordinal).toBe(1);
  });
});

describe('defineTimeline', () => {
  test('throws if the name is not a slug or the version is not a positive integer', () => {
    expect(() => defineTimeline({ ...countryTimeline, name: 'Country Timeline' })).toThrow(RangeError);
    expect(() => defineTimeline({ ...countryTimeline, version: 0 })).toThrow(RangeError);
  });
});

import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { projections } from '../../projections/index.ts';
import { createRecorder } from '../../src/append/recorder.ts';
import { contentTypes, findContentType } from '../../src/domain/event-types/registry.ts';
import { decodeEvent } from '../../src/domain/events/event.ts';
import { evolveRecord } from '../../src/domain/record/record.ts';
import {
  emptyRecord,
  type InboundLink,
  type RecordState,
  type RecordVersion,
} from '../../src/domain/record/record-version.ts';
import { daySerial } from '../../src/domain/values/edtf.ts';
import type { RecordedEvent } from '../../src/event-store/event-store.ts';
import type { TimelineDefinition, TimelineEntry } from '../../src/projector/define-timeline.ts';
import { type Projection, Projector } from '../../src/projector/projector.ts';
import {
  type Ordinal,
  type TimelineQuery,
  type TimelineReader,
  type TimelineSummary,
  UNFILTERED,
} from '../../src/projector/timeline-store.ts';
import { SqliteTimelineReader } from '../../src/sqlite/views/sqlite-timeline-reader.ts';
import { SqliteViewFile, type WriteMode } from '../../src/sqlite/views/sqlite-view-file.ts';
import { compareViewFiles } from '../../src/sqlite/views/view-comparison.ts';
import { InMemoryEventStore } from '../../src/testing/in-memory/in-memory-event-store.ts';
import { InMemoryTimelineStore } from '../../src/testing/in-memory/in-memory-timeline-store.ts';
import { viewGroups } from '../../src/workers/view-groups.ts';
import { generateEvents, type SentEvent } from '../bench/generate-events.ts';
import { fuzzRounds } from './fuzz-rounds.ts';

const numRuns = fuzzRounds(12);
const clock = () => new Date('2026-01-01T00:00:00Z');

/** All timelines of a projection as of one event of the log: key → serialized entries. */
type Timelines = ReadonlyMap<string, readonly string[]>;

/** A naive implementation of projections: folds every record, creates the entries and sorts them. */
function timelinesByDefinition(definition: TimelineDefinition, log: readonly RecordedEvent[]): Timelines {
  const inbound = inboundLinks(log, recordsOf(log, new Map()));
  const records = recordsOf(log, inbound);
  const versions = [...records.values()].flatMap((record) => [...record.versions.values()]);
  const timelines = new Map<string, string[]>();
  for (const version of versions.sort(inTimelineOrder)) {
    for (const item of definition.itemsOf?.(version) ?? [undefined]) {
      for (const [key, fields] of definition.partitionBy(version, item)) {
        const entry = JSON.stringify({ ...fields, ...shownFields(definition.entry(version, item)) });
        timelines.set(key, [...(timelines.get(key) ?? []), entry]);
      }
    }
  }
  return timelines;
}

/** Leaves out what entries are only filtered by. */
function shownFields(entry: TimelineEntry): object {
  const { speakers, outlets, relays, institutions, countryRoles, words, ...shown } = entry;
  return shown;
}

function recordsOf(
  log: readonly RecordedEvent[],
  inbound: RecordState['inbound'],
): ReadonlyMap<string, RecordState> {
  const records = new Map<string, RecordState>();
  for (const event of log) {
    const before = records.get(event.stream) ?? { ...emptyRecord(event.stream), inbound };
    records.set(event.stream, evolveRecord(before, decodeEvent(event)));
  }
  return records;
}

/** Returns the links that all records make and have not ended, by their targets. */
function inboundLinks(
  log: readonly RecordedEvent[],
  records: ReadonlyMap<string, RecordState>,
): RecordState['inbound'] {
  const ended = endedLinks(log);
  const inbound = new Map<string, InboundLink[]>();
  for (const { id, stream } of log) {
    const link = records.get(stream)?.links.get(id);
    if (link === undefined || ended.has(id)) continue;
    const { relation, to, linkedBy, from = stream } = link;
    inbound.set(to, [...(inbound.get(to) ?? []), { relation, from, linkedBy, isWithdrawn: false }]);
  }
  return inbound;
}

/** Returns the links whose event, or whose whole record, was retracted at any time. */
function endedLinks(log: readonly RecordedEvent[]): ReadonlySet<string> {
  const ended = new Set<string>();
  const records = new Map<string, RecordState>();
  for (const event of log) {
    const record = evolveRecord(records.get(event.stream) ?? emptyRecord(event.stream), decodeEvent(event));
    records.set(event.stream, record);
    for (const [id, link] of record.links) {
      if (link === undefined) continue;
      const { from } = link;
      const sources = [...record.versions].filter(([source]) => from === undefined || from === source);
      const isRetracted = sources.every(([, { status }]) => status === 'retracted');
      if (sources.length > 0 && isRetracted) ended.add(id);
    }
  }
  return ended;
}

function inTimelineOrder(a: RecordVersion, b: RecordVersion): number {
  const [start, end] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
  const earliest = ({ span }: RecordVersion) =>
    span.earliest === undefined ? start : daySerial(span.earliest);
  const latest = ({ span }: RecordVersion) => (span.latest === undefined ? end : daySerial(span.latest));
  const order = (x: number, y: number) => (x === y ? 0 : x < y ? -1 : 1);
  return (
    order(earliest(a), earliest(b)) ||
    order(latest(a), latest(b)) ||
    order(startOf(a), startOf(b)) ||
    order(stepOf(a), stepOf(b)) ||
    Number(a.event.position) - Number(b.event.position)
  );
}

/** Milliseconds since 1970 at which the event started, in UTC; infinite if that is not known. */
function startOf({ data }: RecordVersion): number {
  const { startsAt } = data as { startsAt?: { local: string } };
  return startsAt === undefined ? Number.POSITIVE_INFINITY : Date.parse(`${startsAt.local}Z`);
}

function stepOf({ type }: RecordVersion): number {
  const category = findContentType(type)?.category;
  return contentTypes()
    .filter((each) => each.category === category)
    .findIndex(({ name }) => name === type);
}

/** Gives an hour to most briefings that have a day. */
function withStart(event: SentEvent): SentEvent {
  const hour = Number.parseInt(event.id[0] ?? '0', 16);
  if (event.type !== 'BriefingHeld' || event.occurred.length !== 10 || hour > 9) return event;
  const startsAt = { local: `${event.occurred}T0${hour}:00`, zone: 'UTC' };
  return { ...event, data: { ...event.data, startsAt } };
}

function summariesOf(timelines: Timelines): readonly TimelineSummary[] {
  const summaries = [...timelines].map(([key, entries]) => {
    const spans = entries.map((entry) => JSON.parse(entry).occurred);
    const earliest = spans.map((span) => span.earliest ?? '').sort()[0];
    const latest = spans
      .map((span) => span.latest ?? '~')
      .sort()
      .at(-1);
    return {
      key,
      entries: entries.length,
      earliest: earliest === '' ? undefined : earliest,
      latest: latest === '~' ? undefined : latest,
    };
  });
  return summaries.sort((a, b) => (a.key < b.key ? -1 : 1));
}

const compare = (a: string, b: string) => Number(a) - Number(b);

class View {
  readonly definition: TimelineDefinition;
  readonly reader: TimelineReader & { close(): void };

  constructor(definition: TimelineDefinition, reader: View['reader']) {
    this.definition = definition;
    this.reader = reader;
  }

  timelines(keys: Iterable<string>, asOf: number): Timelines {
    const query: TimelineQuery = {
      ...UNFILTERED,
      order: 'asc',
      limit: 10_000,
      asOf: asOf as Ordinal,
    };
    const entries = [...keys].map((key) => [key, this.reader.page(key, query).entries] as const);
    return new Map(entries.filter(([, found]) => found.length > 0));
  }

  close(): void {
    this.reader.close();
  }
}

/** The view files of a folder, to be written. */
class ViewFilesToWrite {
  readonly projections: readonly Projection[];
  readonly #files: readonly SqliteViewFile[];

  constructor(folder: string, mode: WriteMode = 'live') {
    const groups = viewGroups(projections).map((group) => {
      const file = new SqliteViewFile(join(folder, `${group.name}.db`), group.definitions, compare, mode);
      return { ...group, file };
    });
    this.#files = groups.map(({ file }) => file);
    this.projections = groups.flatMap(({ definitions, file }) =>
      definitions.map((definition) => ({ definition, writer: file.writer(definition.name) })),
    );
  }

  close(): void {
    for (const file of this.#files) file.close();
  }
}

/** Opens the view files of a folder for reading. */
function viewsOnDisk(folder: string): readonly View[] {
  return viewGroups(projections).flatMap(({ name: file, definitions }) =>
    definitions.map((definition) => {
      return new View(
        definition,
        new SqliteTimelineReader(join(folder, `${file}.db`), definition.name, compare),
      );
    }),
  );
}

function viewOf(views: readonly View[], { name }: TimelineDefinition): View {
  return views.find(({ definition }) => definition.name === name) as View;
}

function inMemory(definition: TimelineDefinition): Projection & { readonly writer: InMemoryTimelineStore } {
  return { definition, writer: new InMemoryTimelineStore(definition.name, compare) };
}

async function catchUp(
  store: InMemoryEventStore,
  views: readonly Projection[],
  pageSize: number,
): Promise<void> {
  const stopping = new AbortController();
  const projector = new Projector(
    store,
    views,
    ({ kind }) => {
      if (kind === 'caught-up') stopping.abort();
    },
    pageSize,
  );
  await projector.run(stopping.signal);
}

const histories = fc.record({
  seed: fc.integer({ min: 1, max: 1_000_000 }),
  count: fc.integer({ min: 1, max: 120 }),
  /** The projectors are restarted after each of these numbers of events, with another page size. */
  runs: fc.array(
    fc.record({ events: fc.integer({ min: 1, max: 40 }), pageSize: fc.integer({ min: 1, max: 30 }) }),
  ),
});

test('timelines projected in several runs equal the naive ones, as of any event', async () => {
  await fc.assert(
    fc.asyncProperty(histories, async ({ seed, count, runs }) => {
      const folder = mkdtempSync(join(tmpdir(), 'chancery-replay-'));
      const store = new InMemoryEventStore(clock);
      const recorder = createRecorder(store);
      const [inRunsFolder, atOnceFolder] = [join(folder, 'runs'), join(folder, 'once')];
      for (const each of [inRunsFolder, atOnceFolder]) mkdirSync(each);
      const live = new ViewFilesToWrite(inRunsFolder);
      const views: View[] = [];
      try {
        const events = [...generateEvents(count, seed)].map(withStart);
        for (const { events: length, pageSize } of runs) {
          for (const event of events.splice(0, length)) await recorder.record(event, { actor: 'local' });
          await catchUp(store, live.projections, pageSize);
        }
        for (const event of events) await recorder.record(event, { actor: 'local' });
        await catchUp(store, live.projections, 7);
        const built = new ViewFilesToWrite(atOnceFolder, 'building');
        await catchUp(store, built.projections, 1_000);
        built.close();
        const memory = projections.map(inMemory);
        await catchUp(store, memory, 100);
        const replayed = memory.map(({ definition, writer }) => new View(definition, writer));
        const [inRuns, atOnce] = [viewsOnDisk(inRunsFolder), viewsOnDisk(atOnceFolder)];
        views.push(...inRuns, ...atOnce);
        const log = await store.readAll({ direction: 'forwards', maxCount: 10_000 });
        const ordinals = [1, Math.ceil(log.length / 3), Math.ceil(log.length / 2), log.length];
        for (const { definition } of inRuns) {
          const keys = new Set(
            ordinals.flatMap((n) => [...timelinesByDefinition(definition, log.slice(0, n)).keys()]),
          );
          for (const asOf of ordinals) {
            const expected = timelinesByDefinition(definition, log.slice(0, asOf));
            expect(viewOf(inRuns, definition).timelines(keys, asOf)).toEqual(expected);
            expect(viewOf(atOnce, definition).timelines(keys, asOf)).toEqual(expected);
            expect(viewOf(replayed, definition).timelines(keys, asOf)).toEqual(expected);
          }
          for (const asOf of ordinals) {
            const summaries = summariesOf(timelinesByDefinition(definition, log.slice(0, asOf)));
            const query = { limit: 1_000, asOf: asOf as Ordinal };
            expect(viewOf(inRuns, definition).reader.index(query)).toEqual(summaries);
            expect(viewOf(atOnce, definition).reader.index(query)).toEqual(summaries);
            expect(viewOf(replayed, definition).reader.index(query)).toEqual(summaries);
          }
        }
        for (const file of readdirSync(atOnceFolder)) {
          expect(compareViewFiles(join(inRunsFolder, file), join(atOnceFolder, file))).toEqual([]);
        }
      } finally {
        for (const view of views) view.close();
        live.close();
        rmSync(folder, { recursive: true });
      }
    }),
    { numRuns },
  );
});

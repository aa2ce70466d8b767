import { createReadStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { countryTimeline } from '../../projections/country.ts';
import { topicTimeline } from '../../projections/topic.ts';
import { type DomainEvent, decodeEvent } from '../../src/domain/events/event.ts';
import { emptyRecord, evolveRecord, type RecordState } from '../../src/domain/record/record.ts';
import { SqliteEventReader } from '../../src/sqlite/log/sqlite-event-reader.ts';
import { loadHistory, replay } from '../../src/testing/index.ts';
import { RebuildThreads } from '../../src/workers/rebuild-threads.ts';
import { answer } from './peer.ts';

export type ProjectionQuestion =
  /** Both timelines rebuilt at once, as a server does it, into files that are removed afterwards. */
  | { readonly kind: 'to-disk'; readonly dataDir: string }
  /** The same log read, parsed, folded and asked for its entries; nothing is written. */
  | { readonly kind: 'in-memory'; readonly dataDir: string }
  /** An exported history, replayed as a test does it. */
  | { readonly kind: 'replay'; readonly file: string }
  /** The same history parsed line by line, folded and asked for its entries. */
  | { readonly kind: 'fold-lines'; readonly file: string };

export interface ProjectionAnswer {
  readonly elapsedMs: number;
  /** Most memory that the process, with its threads, ever had. */
  readonly memoryMiB: number;
}

const DEFINITIONS = [countryTimeline, topicTimeline] as const;
const NOBODY = { started: () => {}, progressed: () => {} };
const PAGE_EVENTS = 500;

async function rebuildToDisk(dataDir: string): Promise<void> {
  const threads = new RebuildThreads();
  const rebuilds = DEFINITIONS.map(({ name }) => {
    const log = { dataDir, eventStore: undefined, extensions: [] };
    return threads.run({ log, projection: name, isPartialWelcome: false }, NOBODY).ended;
  });
  for (const end of await Promise.all(rebuilds)) {
    if (end.kind !== 'built') throw new Error(JSON.stringify(end));
    await rm(end.file.path);
  }
}

function fold(records: Map<string, RecordState>, event: DomainEvent): void {
  const before = records.get(event.stream) ?? emptyRecord(event.stream);
  const after = evolveRecord(before, event);
  records.set(event.stream, after);
  for (const [id, version] of after.versions) {
    if (before.versions.get(id) === version) continue;
    for (const { partitionBy, entry } of DEFINITIONS) {
      partitionBy(version, undefined);
      entry(version, undefined);
    }
  }
}

async function foldInMemory(dataDir: string): Promise<void> {
  const reader = new SqliteEventReader(dataDir);
  const records = new Map<string, RecordState>();
  let page = await reader.readAll({ direction: 'forwards', maxCount: PAGE_EVENTS });
  for (let last = page.at(-1); last !== undefined; last = page.at(-1)) {
    for (const event of page) fold(records, decodeEvent(event));
    page = await reader.readAll({ direction: 'forwards', maxCount: PAGE_EVENTS, after: last.position });
  }
  reader.close();
}

async function replayHistory(file: string): Promise<void> {
  await replay({ projections: DEFINITIONS }).given(await loadHistory(file));
}

async function foldLines(file: string): Promise<void> {
  const records = new Map<string, RecordState>();
  for await (const line of createInterface({ input: createReadStream(file, { highWaterMark: 1 << 18 }) })) {
    fold(records, JSON.parse(line) as DomainEvent);
  }
}

function answerOf(question: ProjectionQuestion): Promise<void> {
  switch (question.kind) {
    case 'to-disk':
      return rebuildToDisk(question.dataDir);
    case 'in-memory':
      return foldInMemory(question.dataDir);
    case 'replay':
      return replayHistory(question.file);
    case 'fold-lines':
      return foldLines(question.file);
  }
}

answer(async (question: ProjectionQuestion): Promise<ProjectionAnswer> => {
  const startedMs = performance.now();
  await answerOf(question);
  const elapsedMs = performance.now() - startedMs;
  return { elapsedMs, memoryMiB: process.resourceUsage().maxRSS / 1024 };
});

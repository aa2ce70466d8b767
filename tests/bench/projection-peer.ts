import { rm } from 'node:fs/promises';
import { countryTimeline } from '../../projections/country-timeline.ts';
import { topicTimeline } from '../../projections/topic-timeline.ts';
import { decodeEvent } from '../../src/domain/event.ts';
import { emptyRecord, evolveRecord, type RecordState } from '../../src/domain/record.ts';
import type { RecordedEvent } from '../../src/event-store/event-store.ts';
import { RebuildThreads } from '../../src/rebuild-threads.ts';
import { SqliteEventReader } from '../../src/sqlite/sqlite-event-reader.ts';
import { answer } from './peer.ts';

export type ProjectionQuestion =
  /** Both timelines rebuilt at once, as a server does it, into files that are removed afterwards. */
  | { readonly kind: 'to-disk'; readonly dataDir: string }
  /** The same log read, parsed, folded and asked for its entries; nothing is written. */
  | { readonly kind: 'in-memory'; readonly dataDir: string };

export interface ProjectionAnswer {
  readonly elapsedMs: number;
  /** Most memory that the process, with its threads, ever had. */
  readonly memoryMiB: number;
}

const DEFINITIONS = [countryTimeline, topicTimeline] as const;
const PAGE_EVENTS = 500;

async function rebuildToDisk(dataDir: string): Promise<void> {
  const threads = new RebuildThreads();
  const rebuilds = DEFINITIONS.map(({ name }) => {
    return threads.run({ dataDir, projection: name, isPartialWelcome: false }, () => {}).ended;
  });
  for (const end of await Promise.all(rebuilds)) {
    if (end.kind !== 'built') throw new Error(JSON.stringify(end));
    await rm(end.file.path);
  }
}

function fold(records: Map<string, RecordState>, event: RecordedEvent): void {
  const before = records.get(event.stream) ?? emptyRecord(event.stream);
  const after = evolveRecord(before, decodeEvent(event));
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
    for (const event of page) fold(records, event);
    page = await reader.readAll({ direction: 'forwards', maxCount: PAGE_EVENTS, after: last.position });
  }
  reader.close();
}

answer(async ({ kind, dataDir }: ProjectionQuestion): Promise<ProjectionAnswer> => {
  const startedMs = performance.now();
  await (kind === 'to-disk' ? rebuildToDisk(dataDir) : foldInMemory(dataDir));
  const elapsedMs = performance.now() - startedMs;
  return { elapsedMs, memoryMiB: process.resourceUsage().maxRSS / 1024 };
});

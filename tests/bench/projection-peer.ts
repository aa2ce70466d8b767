import { createReadStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { countryTimeline } from '../../projections/country.ts';
import { topicTimeline } from '../../projections/topic.ts';
import { type DomainEvent, decodeEvent } from '../../src/domain/events/event.ts';
import { evolveRecord } from '../../src/domain/record/record.ts';
import { emptyRecord, type RecordState } from '../../src/domain/record/record-version.ts';
import { SqliteEventReader } from '../../src/sqlite/log/sqlite-event-reader.ts';
import { loadHistory, replay } from '../../src/testing/index.ts';
import { RebuildScheduler } from '../../src/workers/rebuild-scheduler.ts';
import { serveRequests } from './peer.ts';

export type ProjectionRequest =
  /** Rebuilds both projections concurrently, as a server does, into files that are deleted afterwards. */
  | { readonly kind: 'to-disk'; readonly dataDir: string }
  /** Reads the same log, parses and folds it, and makes the entries, but writes nothing. */
  | { readonly kind: 'in-memory'; readonly dataDir: string }
  /** Replays an exported history, as a test does. */
  | { readonly kind: 'replay'; readonly file: string }
  /** Parses the same history line by line, folds it and makes the entries. */
  | { readonly kind: 'fold-lines'; readonly file: string };

export interface ProjectionResult {
  readonly elapsedMs: number;
  /** Peak resident memory of the process. */
  readonly memoryMiB: number;
}

const DEFINITIONS = [countryTimeline, topicTimeline] as const;
const NO_LISTENER = { started: () => {}, progressed: () => {} };
const PAGE_EVENTS = 500;

async function rebuildToDisk(dataDir: string): Promise<void> {
  const scheduler = new RebuildScheduler({ dataDir, eventStore: undefined, extensions: [] });
  const rebuilds = DEFINITIONS.map(({ name }) => {
    return scheduler.run({ projection: name, acceptPartial: false }, NO_LISTENER).outcome;
  });
  for (const outcome of await Promise.all(rebuilds)) {
    if (outcome.kind !== 'built') throw new Error(JSON.stringify(outcome));
    await rm(outcome.file.path);
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

function handle(request: ProjectionRequest): Promise<void> {
  switch (request.kind) {
    case 'to-disk':
      return rebuildToDisk(request.dataDir);
    case 'in-memory':
      return foldInMemory(request.dataDir);
    case 'replay':
      return replayHistory(request.file);
    case 'fold-lines':
      return foldLines(request.file);
  }
}

serveRequests(async (request: ProjectionRequest): Promise<ProjectionResult> => {
  const startMs = performance.now();
  await handle(request);
  const elapsedMs = performance.now() - startMs;
  return { elapsedMs, memoryMiB: process.resourceUsage().maxRSS / 1024 };
});

import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { countryTimeline } from '../../projections/country.ts';
import { projections } from '../../projections/index.ts';
import { topicTimeline } from '../../projections/topic.ts';
import { type DomainEvent, decodeEvent } from '../../src/domain/events/event.ts';
import { evolveRecord } from '../../src/domain/record/record.ts';
import { emptyRecord, type RecordState } from '../../src/domain/record/record-version.ts';
import type { TimelineDefinition } from '../../src/projector/define-timeline.ts';
import { SqliteEventReader } from '../../src/sqlite/log/sqlite-event-reader.ts';
import { serveRequests } from './peer.ts';
import { type OwnUsage, usageOf } from './process-usage.ts';

export type ProjectionRequest =
  /** Reads a log, parses and folds it, and makes the entries of all projections if asked to, but writes nothing. */
  | { readonly kind: 'fold-log'; readonly dataDir: string; readonly makesEntries: boolean }
  /** Replays an exported history into two projections, as a test does, with the build in a folder. */
  | { readonly kind: 'replay'; readonly file: string; readonly dist: string }
  /** Parses the same history line by line, folds it and makes the entries. */
  | { readonly kind: 'fold-lines'; readonly file: string };

export type ProjectionResult = OwnUsage;

const PAGE_EVENTS = 500;

type Definitions = readonly TimelineDefinition[];

function fold(definitions: Definitions, records: Map<string, RecordState>, event: DomainEvent): void {
  const before = records.get(event.stream) ?? emptyRecord(event.stream);
  const after = evolveRecord(before, event);
  records.set(event.stream, after);
  for (const [id, version] of after.versions) {
    if (before.versions.get(id) === version) continue;
    for (const { itemsOf, partitionBy, entry } of definitions) {
      for (const item of itemsOf?.(version) ?? [undefined]) {
        partitionBy(version, item);
        entry(version, item);
      }
    }
  }
}

async function foldLog(dataDir: string, makesEntries: boolean): Promise<void> {
  const definitions = (makesEntries ? projections : []) as unknown as Definitions;
  const reader = new SqliteEventReader(dataDir);
  const records = new Map<string, RecordState>();
  let page = await reader.readAll({ direction: 'forwards', maxCount: PAGE_EVENTS });
  for (let last = page.at(-1); last !== undefined; last = page.at(-1)) {
    for (const event of page) fold(definitions, records, decodeEvent(event));
    page = await reader.readAll({ direction: 'forwards', maxCount: PAGE_EVENTS, after: last.position });
  }
  reader.close();
}

async function replayHistory(file: string, dist: string): Promise<void> {
  const load = (path: string) => import(join(dist, path));
  const { loadHistory, replay } = await load('src/testing/index.js');
  const country = await load('projections/country.js');
  const topic = await load('projections/topic.js');
  await replay({ projections: [country.countryTimeline, topic.topicTimeline] }).given(
    await loadHistory(file),
  );
}

async function foldLines(file: string): Promise<void> {
  const records = new Map<string, RecordState>();
  const definitions = [countryTimeline, topicTimeline] as unknown as Definitions;
  for await (const line of createInterface({ input: createReadStream(file, { highWaterMark: 1 << 18 }) })) {
    const event = JSON.parse(line) as Partial<DomainEvent>;
    // The last line of an export has its digest.
    if (event.stream !== undefined) fold(definitions, records, event as DomainEvent);
  }
}

function handle(request: ProjectionRequest): Promise<void> {
  switch (request.kind) {
    case 'fold-log':
      return foldLog(request.dataDir, request.makesEntries);
    case 'replay':
      return replayHistory(request.file, request.dist);
    case 'fold-lines':
      return foldLines(request.file);
  }
}

serveRequests((request: ProjectionRequest): Promise<ProjectionResult> => usageOf(() => handle(request)));

import { join } from 'node:path';
import { projections } from '../../projections/index.ts';
import { decodeEvent } from '../../src/domain/event.ts';
import { emptyRecord, evolveRecord, type RecordState, type RecordVersion } from '../../src/domain/record.ts';
import type { RecordedEvent } from '../../src/event-store/event-store.ts';
import type { TimelineDefinition } from '../../src/projector/define-timeline.ts';
import { Projector } from '../../src/projector/projector.ts';
import { SqliteEventReader } from '../../src/sqlite/sqlite-event-reader.ts';
import { SqliteTimelineWriter } from '../../src/sqlite/sqlite-timeline-writer.ts';
import { answer } from './peer.ts';
import type { Timed } from './sqlite-peer.ts';

export type ProjectionQuestion =
  /** The projector, into new files in a folder. */
  | { readonly kind: 'to-disk'; readonly dataDir: string; readonly folder: string }
  /** The same log read, parsed, folded and asked for its entries; nothing is written. */
  | { readonly kind: 'in-memory'; readonly dataDir: string };

const PAGE_EVENTS = 500;
const definitions: readonly TimelineDefinition[] = projections;

async function projectToDisk(reader: SqliteEventReader, folder: string): Promise<void> {
  const compare = reader.comparePositions.bind(reader);
  const opened = projections.map((definition) => {
    const file = join(folder, `${definition.name}.db`);
    return { definition, writer: new SqliteTimelineWriter(file, compare) };
  });
  const stopping = new AbortController();
  let behind = opened.length;
  const projector = new Projector(reader, opened, (signal) => {
    if (signal.kind === 'stopped') throw new Error(signal.reason);
    if (signal.kind === 'caught-up') behind -= 1;
    if (behind === 0) stopping.abort();
  });
  await projector.run(stopping.signal);
  for (const { writer } of opened) writer.close();
}

function fold(records: Map<string, RecordState>, event: RecordedEvent): void {
  const before = records.get(event.stream) ?? emptyRecord(event.stream);
  const after = evolveRecord(before, decodeEvent(event));
  records.set(event.stream, after);
  for (const [id, version] of after.versions) {
    if (before.versions.get(id) === version) continue;
    for (const definition of definitions) askFor(definition, version);
  }
}

function askFor(definition: TimelineDefinition, version: RecordVersion): void {
  for (const item of definition.itemsOf?.(version) ?? [undefined]) {
    if (definition.partitionBy(version, item).size > 0) definition.entry(version, item);
  }
}

async function foldInMemory(reader: SqliteEventReader): Promise<void> {
  const records = new Map<string, RecordState>();
  let page = await reader.readAll({ direction: 'forwards', maxCount: PAGE_EVENTS });
  for (let last = page.at(-1); last !== undefined; last = page.at(-1)) {
    for (const event of page) fold(records, event);
    page = await reader.readAll({ direction: 'forwards', maxCount: PAGE_EVENTS, after: last.position });
  }
}

answer(async (question: ProjectionQuestion): Promise<Timed> => {
  const reader = new SqliteEventReader(question.dataDir);
  const startedMs = performance.now();
  if (question.kind === 'to-disk') await projectToDisk(reader, question.folder);
  else await foldInMemory(reader);
  const elapsedMs = performance.now() - startedMs;
  reader.close();
  return { elapsedMs };
});

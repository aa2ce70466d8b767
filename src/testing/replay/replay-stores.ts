import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { projections } from '../../../projections/index.ts';
import type { EventReader, EventStore } from '../../event-store/event-store.ts';
import type { TimelineReader, TimelineWriter } from '../../projector/timeline-store.ts';
import { InMemoryEventStore } from '../in-memory/in-memory-event-store.ts';
import { InMemoryTimelineStore } from '../in-memory/in-memory-timeline-store.ts';

/** The projections that the program mounts. */
export const mountedProjections = projections;

const STORE_KINDS = ['memory', 'sqlite'] as const;

export type StoreKind = (typeof STORE_KINDS)[number];

/** `memory`, if nothing is said. @throws RangeError */
export function storeKindOf(kind: StoreKind = 'memory'): StoreKind {
  if (STORE_KINDS.includes(kind)) return kind;
  throw new RangeError(`There is no store ${kind} for a replay; there is ${STORE_KINDS.join(', ')}.`);
}

/** The rows of one projection, open. */
export interface ProjectionRows {
  readonly writer: TimelineWriter;
  readonly reader: TimelineReader;
  close(): void;
}

/** Where a replay keeps its log and its rows. */
export interface ReplayStores {
  /** Opens a log that is empty; one at a time. */
  openLog(clock: () => Date): EventStore;
  /** Opens the rows with this label, `country@1.1`; those that were closed before go on. Open once at a time. */
  openRows(label: string): ProjectionRows;
  /** Leaves nothing behind. Logs and rows are closed before. */
  close(): void;
}

export async function openReplayStores(kind: StoreKind): Promise<ReplayStores> {
  return kind === 'memory' ? memoryStores() : sqliteStores();
}

function memoryStores(): ReplayStores {
  const rows = new Map<string, InMemoryTimelineStore>();
  return {
    openLog: (clock) => new InMemoryEventStore(clock),
    openRows: (label) => {
      const store = rows.get(label) ?? new InMemoryTimelineStore(projectionOf(label), comparePositions);
      rows.set(label, store);
      return { writer: store, reader: store, close: () => store.close() };
    },
    close: () => rows.clear(),
  };
}

/** Loaded only when it is asked for, native code as it is. */
async function sqliteStores(): Promise<ReplayStores> {
  const { openSqliteEventStore } = await import('../../sqlite/log/sqlite-event-store.ts');
  const { SqliteTimelineReader } = await import('../../sqlite/views/sqlite-timeline-reader.ts');
  const { SqliteTimelineWriter } = await import('../../sqlite/views/sqlite-timeline-writer.ts');
  const dataDir = mkdtempSync(join(tmpdir(), 'chancery-replay-'));
  return {
    openLog: (clock) =>
      openSqliteEventStore({
        dataDir,
        clock,
        onAppended: () => {},
        onFailure: (error) => {
          throw error;
        },
      }),
    openRows: (label) => {
      const file = join(dataDir, `${label}.db`);
      const writer = new SqliteTimelineWriter(file, comparePositions);
      const reader = new SqliteTimelineReader(file, projectionOf(label), comparePositions);
      const close = (): void => {
        reader.close();
        writer.close();
      };
      return { writer, reader, close };
    },
    close: () => rmSync(dataDir, { recursive: true, force: true }),
  };
}

/** As a limit: as many as there are. Fits into 32 bits, as a limit of SQLite has to. */
export const ALL = 2 ** 31 - 2;

/** Both logs number their events. */
export const comparePositions: EventReader['comparePositions'] = (a, b) => Number(a) - Number(b);

/** `country@1` of `country@1.2`. */
function projectionOf(label: string): string {
  return label.slice(0, label.lastIndexOf('.'));
}

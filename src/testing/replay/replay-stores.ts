import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { projections } from '../../../projections/index.ts';
import type { EventReader, EventStore } from '../../event-store/event-store.ts';
import type { TimelineReader, TimelineWriter } from '../../projector/timeline-store.ts';
import { InMemoryEventStore } from '../in-memory/in-memory-event-store.ts';
import { InMemoryTimelineStore } from '../in-memory/in-memory-timeline-store.ts';

/** The projections that a server mounts without extensions. */
export const builtInProjections = projections;

const STORE_KINDS = ['memory', 'sqlite'] as const;

/** Where a replay keeps its log and rows: in memory, or in SQLite files in a temporary folder. */
export type StoreKind = (typeof STORE_KINDS)[number];

/** Returns the kind after checking it, because tests in JavaScript may pass anything. @throws RangeError */
export function storeKindOf(kind: StoreKind = 'memory'): StoreKind {
  if (STORE_KINDS.includes(kind)) return kind;
  throw new RangeError(`Unknown store ${kind}. A replay uses one of ${STORE_KINDS.join(', ')}.`);
}

/** The open rows of one projection. */
export interface ProjectionRows {
  readonly writer: TimelineWriter;
  readonly reader: TimelineReader;
  close(): void;
}

/** The stores of one replay. */
export interface ReplayStores {
  /** Opens an empty log. Only one log may be open at a time. */
  openLog(clock: () => Date): EventStore;
  /**
   * Opens the rows with a label such as `country@1.1`. Rows that were closed before still have their content. The rows
   * of one label may be open only once at a time.
   */
  openRows(label: string): ProjectionRows;
  /** Deletes everything. The log and all rows must be closed. */
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
      const { name, version } = projectionOf(label);
      const store = rows.get(label) ?? new InMemoryTimelineStore(`${name}@${version}`, comparePositions);
      rows.set(label, store);
      return { writer: store, reader: store, close: () => store.close() };
    },
    close: () => rows.clear(),
  };
}

/** Imports SQLite only here, because tests that replay in memory need no native code. */
async function sqliteStores(): Promise<ReplayStores> {
  const { openSqliteEventStore } = await import('../../sqlite/log/sqlite-event-store.ts');
  const { SqliteTimelineReader } = await import('../../sqlite/views/sqlite-timeline-reader.ts');
  const { SqliteViewFile } = await import('../../sqlite/views/sqlite-view-file.ts');
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
      const projection = projectionOf(label);
      const view = new SqliteViewFile(file, [projection], comparePositions);
      const reader = new SqliteTimelineReader(file, projection.name, comparePositions);
      const close = (): void => {
        reader.close();
        view.close();
      };
      return { writer: view.writer(projection.name), reader, close };
    },
    close: () => rmSync(dataDir, { recursive: true, force: true }),
  };
}

/** A limit that no timeline reaches. Fits into 32 bits with room for one more, as SQLite requires. */
export const NO_LIMIT = 2 ** 31 - 2;

/** Both logs number their events. */
export const comparePositions: EventReader['comparePositions'] = (a, b) => Number(a) - Number(b);

/** Returns the projection of a label such as `country@1.2`. */
function projectionOf(label: string): { readonly name: string; readonly version: number } {
  const [name = '', version] = label.split('@');
  return { name, version: Number.parseInt(version ?? '', 10) };
}

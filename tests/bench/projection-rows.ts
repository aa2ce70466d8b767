import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { runProgram } from '../cli/server-process.ts';
import { requestOnce } from './peer.ts';
import type { ProjectionRequest, ProjectionResult } from './projection-peer.ts';
import { measureInTurns, type Row } from './table.ts';

/** No warm-up, because each measurement starts new processes. */
const ROUNDS = { measured: 3, warmUps: 0 };
const MIB = 1 << 20;

/** Measures how fast the country and topic projections are rebuilt from a whole log. */
export async function measureRebuild(
  { dataDir, events }: { readonly dataDir: string; readonly events: number },
  report: (row: Row) => void,
): Promise<void> {
  report({
    name: 'rebuild of two projections, to disk',
    baselineName: 'read, JSON.parse and fold, nothing written',
    events,
    unit: 'events/s',
    target: '≥ 0.6',
    ...(await measureInTurns(
      ROUNDS,
      () => eventsPerSecond(events, { kind: 'to-disk', dataDir }),
      () => eventsPerSecond(events, { kind: 'in-memory', dataDir }),
    )),
  });
}

/** Measures how fast an exported history is replayed in memory into the country and topic projections. */
export async function measureReplay(
  { folder, dataDir, events }: { readonly folder: string; readonly dataDir: string; readonly events: number },
  report: (row: Row) => void,
): Promise<void> {
  const file = join(folder, 'history.ndjson');
  const { exitCode, stderr } = await runProgram(['export', file, '--data-dir', dataDir]);
  if (exitCode !== 0) throw new Error(stderr);
  report({
    name: 'replay of two projections, in memory',
    baselineName: 'JSON.parse and fold',
    events,
    unit: 'events/s',
    target: '≥ 0.7',
    ...(await measureInTurns(
      ROUNDS,
      () => eventsPerSecond(events, { kind: 'replay', file }),
      () => eventsPerSecond(events, { kind: 'fold-lines', file }),
    )),
  });
}

async function eventsPerSecond(events: number, request: ProjectionRequest): Promise<number> {
  const { elapsedMs } = await requestOnce<ProjectionRequest, ProjectionResult>('projection-peer', request);
  return (events / elapsedMs) * 1000;
}

/** Returns the peak memory of a process that rebuilds both projections. */
export async function rebuildMemoryMiB(dataDir: string): Promise<number> {
  const request: ProjectionRequest = { kind: 'to-disk', dataDir };
  return (await requestOnce<ProjectionRequest, ProjectionResult>('projection-peer', request)).memoryMiB;
}

/** Measures the data folder of a stopped server, without the views of other projections than country and topic. */
export async function measureDisk(
  { dataDir, file, events }: { readonly dataDir: string; readonly file: string; readonly events: number },
  report: (row: Row) => void,
): Promise<void> {
  const entries = await readdir(dataDir, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile() && !isOtherView(entry.name));
  const sizes = await Promise.all(
    files.map(async ({ parentPath, name }) => (await stat(join(parentPath, name))).size),
  );
  report({
    name: 'disk: log and two views',
    baselineName: 'the JSON that was sent',
    events,
    unit: 'MiB',
    target: '≤ 2.5',
    chancery: sizes.reduce((sum, size) => sum + size, 0) / MIB,
    baseline: (await stat(file)).size / MIB,
  });
}

function isOtherView(name: string): boolean {
  return name.includes('@') && !/^(country|topic)@/.test(name);
}

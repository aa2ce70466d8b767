import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { runProgram } from '../cli/server-process.ts';
import { askOnce } from './peer.ts';
import type { ProjectionAnswer, ProjectionQuestion } from './projection-peer.ts';
import { inTurns, type Row } from './table.ts';

/** Each measurement has processes of its own: there is nothing to warm up. */
const TURNS = { rounds: 3, warmUps: 0 };
const MIB = 1 << 20;

/** Country and topic timelines of a whole log, from nothing. */
export async function measureRebuild(
  { dataDir, events }: { readonly dataDir: string; readonly events: number },
  show: (row: Row) => void,
): Promise<void> {
  const perSecond = async (kind: 'to-disk' | 'in-memory'): Promise<number> => {
    const question: ProjectionQuestion = { kind, dataDir };
    const { elapsedMs } = await askOnce<ProjectionQuestion, ProjectionAnswer>('projection-peer', question);
    return (events / elapsedMs) * 1000;
  };
  const measured = await inTurns(
    TURNS,
    () => perSecond('to-disk'),
    () => perSecond('in-memory'),
  );
  const what = 'rebuild of both timelines, to disk';
  const ceiling = 'read + JSON.parse + fold, nothing written';
  show({ what, ceiling, events, unit: 'events/s', ...measured, promised: '≥ 0.6' });
}

/** A history that was exported, replayed in memory into country and topic timelines. */
export async function measureReplay(
  { folder, dataDir, events }: { readonly folder: string; readonly dataDir: string; readonly events: number },
  show: (row: Row) => void,
): Promise<void> {
  const file = join(folder, 'history.ndjson');
  const exported = await runProgram(['export', file, '--data-dir', dataDir]);
  if (exported.exitCode !== 0) throw new Error(exported.stderr);
  const perSecond = async (kind: 'replay' | 'fold-lines'): Promise<number> => {
    const question: ProjectionQuestion = { kind, file };
    const { elapsedMs } = await askOnce<ProjectionQuestion, ProjectionAnswer>('projection-peer', question);
    return (events / elapsedMs) * 1000;
  };
  const measured = await inTurns(
    TURNS,
    () => perSecond('replay'),
    () => perSecond('fold-lines'),
  );
  const what = 'replay of both timelines, in memory';
  const ceiling = 'JSON.parse + fold';
  show({ what, ceiling, events, unit: 'events/s', ...measured, promised: '≥ 0.7' });
}

/** Most memory that a rebuild of both timelines takes. */
export async function rebuildMemoryMiB(dataDir: string): Promise<number> {
  const question: ProjectionQuestion = { kind: 'to-disk', dataDir };
  return (await askOnce<ProjectionQuestion, ProjectionAnswer>('projection-peer', question)).memoryMiB;
}

/** What a stopped server leaves on disk, but for the views of other projections than countries and topics. */
export async function measureDisk(
  { dataDir, file, events }: { readonly dataDir: string; readonly file: string; readonly events: number },
  show: (row: Row) => void,
): Promise<void> {
  const entries = await readdir(dataDir, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile() && !isOtherView(entry.name));
  const sizes = await Promise.all(
    files.map(async ({ parentPath, name }) => (await stat(join(parentPath, name))).size),
  );
  const ours = sizes.reduce((sum, size) => sum + size, 0) / MIB;
  const theirs = (await stat(file)).size / MIB;
  const what = 'disk: log and both timelines';
  show({ what, ceiling: 'the JSON that was sent', events, unit: 'MiB', ours, theirs, promised: '≤ 2.5' });
}

function isOtherView(name: string): boolean {
  return name.includes('@') && !/^(country|topic)@/.test(name);
}

import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { askOnce } from './peer.ts';
import type { ProjectionQuestion } from './projection-peer.ts';
import type { Timed } from './sqlite-peer.ts';
import { inTurns, type Row } from './table.ts';

/** Each measurement has processes of its own: there is nothing to warm up. */
const TURNS = { rounds: 3, warmUps: 0 };
const MIB = 1 << 20;

/** Country and topic timelines of a whole log, from nothing. */
export async function measureProjection(
  { folder, dataDir, events }: { readonly folder: string; readonly dataDir: string; readonly events: number },
  show: (row: Row) => void,
): Promise<void> {
  const views = join(folder, 'views');
  const perSecond = async (question: ProjectionQuestion): Promise<number> =>
    (events / (await askOnce<ProjectionQuestion, Timed>('projection-peer', question)).elapsedMs) * 1000;
  const ours = async (): Promise<number> => {
    await rm(views, { recursive: true, force: true });
    await mkdir(views);
    return perSecond({ kind: 'to-disk', dataDir, folder: views });
  };
  const theirs = (): Promise<number> => perSecond({ kind: 'in-memory', dataDir });
  const measured = await inTurns(TURNS, ours, theirs);
  const what = 'rebuild of both timelines, to disk';
  const ceiling = 'read + JSON.parse + fold, nothing written';
  show({ what, ceiling, events, unit: 'events/s', ...measured, promised: '≥ 0.6' });
}

/** What a stopped server leaves on disk. */
export async function measureDisk(
  { dataDir, file, events }: { readonly dataDir: string; readonly file: string; readonly events: number },
  show: (row: Row) => void,
): Promise<void> {
  const entries = await readdir(dataDir, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const sizes = await Promise.all(files.map(async (path) => (await stat(path)).size));
  const ours = sizes.reduce((sum, size) => sum + size, 0) / MIB;
  const theirs = (await stat(file)).size / MIB;
  const what = 'disk: log and both timelines';
  show({ what, ceiling: 'the JSON that was sent', events, unit: 'MiB', ours, theirs, promised: '≤ 2.5' });
}

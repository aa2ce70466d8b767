import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { runProgram, startServer } from '../cli/server-process.ts';
import type { Load, LoadResult } from './load-client.ts';
import { askOnce } from './peer.ts';
import type { SqliteQuestion, Timed } from './sqlite-peer.ts';
import { inTurns, type Row } from './table.ts';

/** Each measurement has processes of its own: there is nothing to warm up. */
const TURNS = { rounds: 3, warmUps: 0 };

interface Summary {
  readonly summary: { readonly recorded: number; readonly refused: number };
}

/** A log and its timelines, made without a server. */
export async function importInto(dataDir: string, file: string): Promise<void> {
  for (const command of [['import', file], ['rebuild']]) {
    const { exitCode, stderr } = await runProgram([...command, '--data-dir', dataDir]);
    if (exitCode !== 0) throw new Error(stderr);
  }
}

/** One request of NDJSON into an empty log. Leaves the data folder of the last round, stopped and caught up. */
export async function measureBulk(
  {
    folder,
    dataDir,
    file,
    events,
  }: { readonly folder: string; readonly dataDir: string; readonly file: string; readonly events: number },
  show: (row: Row) => void,
): Promise<void> {
  const ours = async (): Promise<number> => {
    await rm(dataDir, { recursive: true, force: true });
    return (events / (await bulkOverHttp(dataDir, file, events))) * 1000;
  };
  const theirs = async (): Promise<number> => {
    const bare = join(folder, 'bare');
    await rm(bare, { recursive: true, force: true });
    await mkdir(bare);
    const question: SqliteQuestion = { kind: 'bulk', database: join(bare, 'log.db'), file };
    const { elapsedMs } = await askOnce<SqliteQuestion, Timed>('sqlite-peer', question);
    return (events / elapsedMs) * 1000;
  };
  const measured = await inTurns(TURNS, ours, theirs);
  const what = 'bulk NDJSON over HTTP';
  const ceiling = 'JSON.parse + zod + SQLite in batches, no HTTP';
  show({ what, ceiling, events, unit: 'events/s', ...measured, promised: '≥ 0.6' });
}

/** Milliseconds until the last event is acknowledged; the timelines are caught up before the server stops. */
async function bulkOverHttp(dataDir: string, file: string, events: number): Promise<number> {
  const server = await startServer(dataDir, ['--empty']);
  const headers = { 'Content-Type': 'application/x-ndjson' };
  const load: Load = {
    url: server.url,
    requests: [{ path: '/events', headers, file }],
    connections: 1,
    status: 200,
  };
  const { elapsedMs, lastText } = await askOnce<Load, LoadResult>('load-client', load);
  const { summary } = JSON.parse(lastText.trimEnd().split('\n').at(-1) ?? '') as Summary;
  if (summary.recorded !== events) throw new Error(`Not all was recorded: ${JSON.stringify(summary)}`);
  await caughtUp(server.url, events);
  await server.stop();
  return elapsedMs;
}

interface Readiness {
  readonly projections: readonly { readonly position: string | null }[];
}

const CATCH_UP_MS_MAX = 120_000;

/** Waits until all timelines hold the last of the events. */
async function caughtUp(url: string, events: number): Promise<void> {
  const deadlineMs = Date.now() + CATCH_UP_MS_MAX;
  while (Date.now() < deadlineMs) {
    const { projections } = (await (await fetch(`${url}/readyz`)).json()) as Readiness;
    if (projections.every(({ position }) => position === String(events))) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('The timelines do not catch up');
}

import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { runProgram, startServer } from '../cli/server-process.ts';
import type { Load, LoadResult } from './load-client.ts';
import { requestOnce } from './peer.ts';
import type { SqliteRequest, SqliteResult } from './sqlite-peer.ts';
import { measureInTurns, type Row } from './table.ts';

/** No warm-up, because each measurement starts new processes. */
const ROUNDS = { measured: 3, warmUps: 0 };

interface Summary {
  readonly summary: { readonly recorded: number; readonly refused: number };
}

/** Imports a file into a new log and builds its timelines, without a server. */
export async function importInto(dataDir: string, file: string): Promise<void> {
  for (const command of [['import', file], ['rebuild']]) {
    const { exitCode, stderr } = await runProgram([...command, '--data-dir', dataDir]);
    if (exitCode !== 0) throw new Error(stderr);
  }
}

/**
 * Measures one NDJSON request into an empty log. Keeps the data folder of the last round; its server is stopped, and
 * its timelines are up to date.
 */
export async function measureBulk(
  {
    folder,
    dataDir,
    file,
    events,
  }: { readonly folder: string; readonly dataDir: string; readonly file: string; readonly events: number },
  report: (row: Row) => void,
): Promise<void> {
  const overHttp = async (): Promise<number> => {
    await rm(dataDir, { recursive: true, force: true });
    return (events / (await bulkOverHttpMs(dataDir, file, events))) * 1000;
  };
  const intoSqlite = async (): Promise<number> => {
    const bare = join(folder, 'bare');
    await rm(bare, { recursive: true, force: true });
    await mkdir(bare);
    const request: SqliteRequest = { kind: 'bulk', database: join(bare, 'log.db'), file };
    const { elapsedMs } = await requestOnce<SqliteRequest, SqliteResult>('sqlite-peer', request);
    return (events / elapsedMs) * 1000;
  };
  report({
    name: 'bulk NDJSON over HTTP',
    baselineName: 'JSON.parse, zod and SQLite in batches, no HTTP',
    events,
    unit: 'events/s',
    target: '≥ 0.6',
    ...(await measureInTurns(ROUNDS, overHttp, intoSqlite)),
  });
}

/**
 * Returns the milliseconds until the last event is acknowledged. Afterwards waits for the projections, and stops the
 * server.
 */
async function bulkOverHttpMs(dataDir: string, file: string, events: number): Promise<number> {
  const server = await startServer(dataDir, ['--empty']);
  const headers = { 'Content-Type': 'application/x-ndjson' };
  const load: Load = {
    url: server.url,
    requests: [{ path: '/events', headers, file }],
    connections: 1,
    status: 200,
  };
  const { elapsedMs, lastText } = await requestOnce<Load, LoadResult>('load-client', load);
  const { summary } = JSON.parse(lastText.trimEnd().split('\n').at(-1) ?? '') as Summary;
  if (summary.recorded !== events) {
    throw new Error(`Not all events were recorded: ${JSON.stringify(summary)}`);
  }
  await waitUntilCaughtUp(server.url, events);
  await server.stop();
  return elapsedMs;
}

interface Readiness {
  readonly projections: readonly { readonly position: string | null }[];
}

const CATCH_UP_TIMEOUT_MS = 120_000;

/** Waits until all projections contain the last event. */
async function waitUntilCaughtUp(url: string, events: number): Promise<void> {
  const deadlineMs = Date.now() + CATCH_UP_TIMEOUT_MS;
  while (Date.now() < deadlineMs) {
    const { projections } = (await (await fetch(`${url}/readyz`)).json()) as Readiness;
    if (projections.every(({ position }) => position === String(events))) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`The projections did not catch up within ${CATCH_UP_TIMEOUT_MS} ms.`);
}

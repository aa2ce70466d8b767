import { createReadStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { request } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { type Bench, COLD, importInto } from './bench.ts';
import type { Build } from './builds.ts';
import type { Figures } from './measure.ts';
import { requestOnce } from './peer.ts';
import { cpuMs } from './process-usage.ts';
import { serve, untilProjected } from './servers.ts';
import type { SqliteRequest, SqliteResult } from './sqlite-peer.ts';

/**
 * Measures one NDJSON request into an empty log, until the last event is acknowledged, and an import of the same file
 * from the start of the command to its end. The CPU of the request includes projecting.
 */
export async function measureBulk(bench: Bench): Promise<void> {
  const file = await bench.file();
  const benchmark = {
    name: 'bulk NDJSON over HTTP',
    measure: (build: Build) => bulkOverHttp(bench, build, file),
    baselines: [
      { name: 'JSON.parse, zod and SQLite in batches, no HTTP', measure: () => bulkIntoSqlite(bench, file) },
    ],
    aims: { 'events/s': '≥ 0.4' },
  };
  const importing = {
    name: 'import of NDJSON on the command line',
    measure: (build: Build) => importFile(bench, build, file),
    baselines: [{ name: 'bulk NDJSON over HTTP', measure: () => bulkOverHttp(bench, bench.present, file) }],
    aims: { 'events/s': '≥ 0.6' },
  };
  await bench.run([benchmark, importing], COLD);
}

async function importFile(bench: Bench, build: Build, file: string): Promise<Figures> {
  const dataDir = bench.path('import');
  const startMs = performance.now();
  await importInto(build, dataDir, file);
  const elapsedMs = performance.now() - startMs;
  await rm(dataDir, { recursive: true });
  return { 'events/s': (bench.events / elapsedMs) * 1000 };
}

async function bulkOverHttp(bench: Bench, build: Build, file: string): Promise<Figures> {
  const dataDir = bench.path('bulk');
  const server = await serve(build, dataDir);
  const startCpuMs = await cpuMs(server.pid);
  const startMs = performance.now();
  const { summary } = JSON.parse(await sendFile(server.url, file)) as Result;
  const elapsedMs = performance.now() - startMs;
  if (summary.recorded !== bench.events) throw new Error(`Not all were recorded: ${JSON.stringify(summary)}`);
  await untilProjected(server, bench.events);
  const usedMs = (await cpuMs(server.pid)) - startCpuMs;
  await server.stop();
  await rm(dataDir, { recursive: true });
  return perEvent(bench.events, elapsedMs, usedMs);
}

interface Result {
  readonly summary: { readonly recorded: number; readonly repeated: number; readonly refused: number };
}

/** Sends the lines of a file while the response is received, and returns the last line of the response. */
export async function sendFile(url: string, file: string): Promise<string> {
  const headers = { 'Content-Type': 'application/x-ndjson' };
  const outgoing = request(`${url}/events`, { method: 'POST', headers });
  const last = new Promise<string>((resolve, reject) => {
    outgoing.on('error', reject).on('response', (response) => {
      let end = '';
      response.setEncoding('latin1').on('error', reject);
      response.on('data', (text: string) => {
        end = (end + text).slice(-1000);
      });
      response.on('end', () => resolve(end.trimEnd().split('\n').at(-1) ?? ''));
    });
  });
  await pipeline(createReadStream(file, { highWaterMark: 1 << 18 }), outgoing);
  return last;
}

async function bulkIntoSqlite(bench: Bench, file: string): Promise<Figures> {
  const database = bench.path('bulk.db');
  const request: SqliteRequest = { kind: 'bulk', database, file };
  const result = await requestOnce<SqliteRequest, SqliteResult>('sqlite-peer', request);
  await Promise.all(['', '-wal', '-shm'].map((suffix) => rm(database + suffix, { force: true })));
  return perEvent(bench.events, result.elapsedMs, result.cpuMs);
}

export function perEvent(events: number, elapsedMs: number, usedMs: number): Figures {
  return { 'events/s': (events / elapsedMs) * 1000, 'µs CPU': (usedMs / events) * 1000 };
}

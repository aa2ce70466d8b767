import { appendFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { generateEvents, type SentEvent, take } from '../bench/generate-events.ts';
import { childrenOf, memory } from '../bench/process-usage.ts';
import { until } from '../cli/polling.ts';
import { type RunningServer, runProgram, startServer } from '../cli/server-process.ts';
import { ask } from '../http/support/client.ts';
import { SoakLoad } from './soak-load.ts';

/** `npm run test:soak` makes a long run, which says how far it is. */
const IS_LONG = process.env['SOAK_EVENTS'] !== undefined;
const EVENTS = Number(process.env['SOAK_EVENTS'] ?? 4_000);
/** Events that the log has before, to see soon what a long log takes. */
const IMPORTED = Number(process.env['SOAK_IMPORTED'] ?? 0);
const IMPORT_CHUNK_EVENTS = 1_000;
/** As in the container image. They can only be set before a process starts. */
const LITTLE_MEMORY = {
  MALLOC_ARENA_MAX: '2',
  MALLOC_MMAP_THRESHOLD_: '131072',
  MALLOC_TRIM_THRESHOLD_: '131072',
  NODE_OPTIONS: '--max-semi-space-size=4',
};
const RESIDENT_MIB_MAX = IS_LONG ? 300 : 270;
const SAMPLE_INTERVAL_MS = 250;
/** Exports of all entries are among the requests, so an event takes longer on a long log. */
const EVENT_TIMEOUT_MS = 500;

let folder = '';
let server: RunningServer;
let events: Generator<SentEvent>;

beforeEach(
  async () => {
    folder = await mkdtemp(join(tmpdir(), 'chancery-soak-'));
    events = generateEvents(Number.POSITIVE_INFINITY);
    if (IMPORTED > 0) await importFirst(join(folder, 'data'));
    server = await startServer(join(folder, 'data'), ['--empty'], { variables: LITTLE_MEMORY });
    await until(async () => (await ask(server.url, '/readyz')).status === 200);
  },
  60_000 + IMPORTED * EVENT_TIMEOUT_MS,
);

afterEach(async () => {
  await server.stop();
  await rm(folder, { recursive: true, force: true });
});

test(
  `The memory of a server stays within ${RESIDENT_MIB_MAX} MiB over ${EVENTS} events while all its routes are used`,
  async () => {
    const pid = Number(server.child.pid);
    const load = new SoakLoad(server, events, join(folder, 'data'), folder);
    let [peakMiB, rebuildsPeakMiB] = [0, 0];
    const sampling = setInterval(async () => {
      peakMiB = Math.max(peakMiB, (await memory(pid)).residentMiB);
      rebuildsPeakMiB = Math.max(rebuildsPeakMiB, await residentMiBOfChildren(pid));
    }, SAMPLE_INTERVAL_MS);
    try {
      while (load.events < EVENTS) {
        await load.round();
        const { residentMiB } = await memory(pid);
        report(`${load.events} events, ${load.requests} requests: ${Math.round(residentMiB)} MiB`);
      }
    } finally {
      clearInterval(sampling);
      load.close();
    }
    report(`peak: ${Math.round(peakMiB)} MiB, and ${Math.round(rebuildsPeakMiB)} MiB of rebuilds`);
    expect(peakMiB).toBeLessThanOrEqual(RESIDENT_MIB_MAX);
  },
  60_000 + EVENTS * EVENT_TIMEOUT_MS,
);

async function importFirst(dataDir: string): Promise<void> {
  const file = join(folder, 'imported.ndjson');
  for (let left = IMPORTED; left > 0; left -= IMPORT_CHUNK_EVENTS) {
    const lines = take(events, Math.min(left, IMPORT_CHUNK_EVENTS));
    await appendFile(file, lines.map((event) => `${JSON.stringify(event)}\n`).join(''));
  }
  const { exitCode, stderr } = await runProgram(['import', file, '--data-dir', dataDir]);
  if (exitCode !== 0) throw new Error(stderr);
  await rm(file);
}

/** Rebuilds are processes of their own, and give all their memory back. They are reported, not bounded. */
async function residentMiBOfChildren(pid: number): Promise<number> {
  const sizes = (await childrenOf(pid)).map((child) =>
    memory(child).then(
      // A process that has just ended has no memory any more, and one that is gone no file.
      ({ residentMiB }) => residentMiB || 0,
      () => 0,
    ),
  );
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}

function report(line: string): void {
  if (IS_LONG) process.stderr.write(`${line}\n`);
}

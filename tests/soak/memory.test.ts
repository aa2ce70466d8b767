import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { memory } from '../bench/process-usage.ts';
import { type RunningServer, startServer } from '../cli/server-process.ts';
import { SoakLoad } from './soak-load.ts';

/** `npm run test:soak` makes a long run, which says how far it is. */
const IS_LONG = process.env['SOAK_EVENTS'] !== undefined;
const EVENTS = Number(process.env['SOAK_EVENTS'] ?? 4_000);
/** As in the container image. They can only be set before a process starts. */
const LITTLE_MEMORY = { MALLOC_ARENA_MAX: '2', NODE_OPTIONS: '--max-semi-space-size=4' };
/** The aim is that of the long run. A short one takes about 300 MiB, and notices what grows fast. */
const RESIDENT_MIB_MAX = IS_LONG ? 300 : 380;
const SAMPLE_INTERVAL_MS = 250;
const EVENT_TIMEOUT_MS = 40;

let folder = '';
let server: RunningServer;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'chancery-soak-'));
  server = await startServer(join(folder, 'data'), ['--empty'], { variables: LITTLE_MEMORY });
});

afterEach(async () => {
  await server.stop();
  await rm(folder, { recursive: true, force: true });
});

test(
  `The memory of a server stays within ${RESIDENT_MIB_MAX} MiB over ${EVENTS} events while all its routes are used`,
  async () => {
    const pid = Number(server.child.pid);
    const load = new SoakLoad(server, join(folder, 'data'), folder);
    let peakMiB = 0;
    const sampling = setInterval(async () => {
      peakMiB = Math.max(peakMiB, (await memory(pid)).residentMiB);
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
    report(`peak: ${Math.round(peakMiB)} MiB`);
    expect(peakMiB).toBeLessThanOrEqual(RESIDENT_MIB_MAX);
  },
  60_000 + EVENTS * EVENT_TIMEOUT_MS,
);

function report(line: string): void {
  if (IS_LONG) process.stderr.write(`${line}\n`);
}

import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type Bench, importInto, ONCE, writeLines } from './bench.ts';
import { generateSmallShipments, take } from './generate-events.ts';
import type { Benchmark } from './measure.ts';
import { serve } from './servers.ts';

const SMALL_SHIPMENTS = 82_000;
const SEED = 6;
const MIB = 1 << 20;

/** Measures the whole data folder, once its first start has built all timelines and the server is stopped. */
export async function measureDisk(bench: Bench): Promise<void> {
  await bench.run([diskOf(bench, 'generated', await bench.file(), '≤ 2.5')], ONCE);
}

export async function measureDiskOfSmallEvents(bench: Bench): Promise<void> {
  const events = bench.isQuick ? bench.events : SMALL_SHIPMENTS;
  const file = await writeLines(bench.path('small.ndjson'), take(generateSmallShipments(SEED), events));
  await bench.run([diskOf(bench, 'small', file, '≤ 4')], ONCE, events);
}

function diskOf(bench: Bench, history: string, file: string, aim: string): Benchmark {
  return {
    name: history === 'small' ? 'disk: log and all views, small shipments' : 'disk: log and all views',
    measure: async (build) => {
      const dataDir = bench.path(`disk-${history}-${bench.numberOf(build)}`);
      await importInto(build, dataDir, file);
      await (await serve(build, dataDir)).stop();
      return { MiB: (await bytesIn(dataDir)) / MIB };
    },
    baselines: [
      { name: 'the JSON that was sent', measure: async () => ({ MiB: (await stat(file)).size / MIB }) },
    ],
    aims: { MiB: aim },
  };
}

async function bytesIn(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  const sizes = await Promise.all(
    files.map(async ({ parentPath, name }) => (await stat(join(parentPath, name))).size),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}

import { mkdtemp, rm } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { measureAccess } from './access-rows.ts';
import { measureAppends } from './append-rows.ts';
import { Bench } from './bench.ts';
import { type Builds, buildOf, presentBuild } from './builds.ts';
import { measureBulk } from './bulk-rows.ts';
import { measureDisk, measureDiskOfSmallEvents } from './disk-rows.ts';
import { measureEventStoreDb } from './eventstoredb-rows.ts';
import { measureFilters } from './filter-rows.ts';
import { measureHostile } from './hostile-rows.ts';
import { measureLag } from './lag-rows.ts';
import { measureLongTimeline } from './long-timeline-rows.ts';
import { quantile, TABLE_HEAD, tableRow } from './measure.ts';
import { measureRebuild, measureReplay, measureTwiceTheProjections } from './projection-rows.ts';
import { measureReads } from './read-rows.ts';
import { CACHE_FILLING_EVENTS, measureMemory, measureScale, SMALL_EVENTS } from './scale-rows.ts';
import { measureSearch } from './search-rows.ts';
import { cpuSharesOfClient } from './servers.ts';
import { measureSoak } from './soak-row.ts';
import { measureWrites } from './write-rows.ts';

/*
 * Measures Chancery beside programs that do the same work without it, and prints a Markdown table. With `--compare`, it
 * measures two builds of Chancery instead. All sides run on the same machine in the same run, in turns. See
 * src/docs/performance.md.
 */

const SIZES = ['10000', '100000'];
const QUICK_SIZES = ['2000'];

interface Group {
  readonly measure: (bench: Bench) => Promise<void>;
  /** Measured for logs with more events than this only. */
  readonly moreThan?: number;
  /** Measured once in a run, whatever the sizes of the log. */
  readonly isOfOneSize?: true;
  /** Measures the present build only. */
  readonly isOfOneBuild?: true;
}

const GROUPS: Readonly<Record<string, Group>> = {
  bulk: { measure: measureBulk },
  disk: { measure: measureDisk },
  rebuild: { measure: measureRebuild },
  replay: { measure: measureReplay },
  projections: { measure: measureTwiceTheProjections },
  scale: { measure: measureScale, moreThan: SMALL_EVENTS },
  memory: { measure: measureMemory, moreThan: CACHE_FILLING_EVENTS },
  reads: { measure: measureReads },
  filters: { measure: measureFilters },
  'long-timeline': { measure: measureLongTimeline },
  search: { measure: measureSearch },
  appends: { measure: measureAppends },
  writes: { measure: measureWrites },
  access: { measure: measureAccess },
  lag: { measure: measureLag },
  hostile: { measure: measureHostile },
  shipments: { measure: measureDiskOfSmallEvents, isOfOneSize: true },
  soak: { measure: measureSoak, isOfOneSize: true },
  eventstoredb: { measure: measureEventStoreDb, isOfOneSize: true, isOfOneBuild: true },
};

/** @throws RangeError if a group is unknown. */
function parseGroups(only: string | undefined): readonly Group[] {
  const names = only?.split(',') ?? Object.keys(GROUPS);
  return names.map((name) => {
    const group = GROUPS[name];
    if (group !== undefined) return group;
    throw new RangeError(
      `--only has the unknown group ${name}. The groups are ${Object.keys(GROUPS).join(', ')}.`,
    );
  });
}

async function measureSize(
  groups: readonly Group[],
  settings: Pick<Bench, 'events' | 'builds' | 'isQuick'>,
  isFirst: boolean,
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'chancery-bench-'));
  const bench = new Bench({ ...settings, folder }, (row, events) => print(tableRow(row, events)));
  try {
    for (const { measure, moreThan = 0, isOfOneSize, isOfOneBuild } of groups) {
      const isRepeated = isOfOneSize === true && !isFirst;
      const isCompared = settings.builds.length > 1;
      if (bench.events <= moreThan || isRepeated || (isOfOneBuild === true && isCompared)) continue;
      await measure(bench);
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** Prints whether the load client took so much of the processor that the throughput is its own. */
function printClientShare(): void {
  const shares = cpuSharesOfClient();
  if (shares.length === 0) return;
  const [median, most] = [quantile(shares, 0.5), Math.max(...shares)].map((share) => share.toFixed(2));
  print(`\nCPU of the load client, compared with the server: ${median} (median), ${most} (most).`);
}

const { values } = parseArgs({
  options: {
    events: { type: 'string', multiple: true },
    only: { type: 'string' },
    compare: { type: 'string' },
    quick: { type: 'boolean', default: false },
  },
});
const groups = parseGroups(values.only);
const folder = await mkdtemp(join(tmpdir(), 'chancery-build-'));
try {
  const present = presentBuild();
  const builds: Builds =
    values.compare === undefined ? [present] : [present, await buildOf(values.compare, folder)];
  const [cpu] = cpus();
  print(`Node ${process.versions.node}, ${cpus().length} × ${cpu?.model ?? '?'}\n\n${TABLE_HEAD}`);
  const sizes = values.events ?? (values.quick ? QUICK_SIZES : SIZES);
  for (const [index, size] of sizes.entries()) {
    const settings = { builds, events: Number(size), isQuick: values.quick };
    await measureSize(groups, settings, index === 0);
  }
  printClientShare();
} finally {
  await rm(folder, { recursive: true, force: true });
}

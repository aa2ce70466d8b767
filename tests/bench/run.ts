import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { parseArgs } from 'node:util';
import { measureAppends } from './append-rows.ts';
import { importInto, measureBulk } from './bulk-row.ts';
import { measureEventStoreDb } from './eventstoredb-rows.ts';
import { generateEvents } from './generate-events.ts';
import { measureLag } from './lag-row.ts';
import { measureDisk, measureRebuild, measureReplay } from './projection-rows.ts';
import { measureReads } from './read-rows.ts';
import { CACHE_FILLING_EVENTS, measureMemory, measureScale, SMALL_EVENTS } from './scale-rows.ts';
import { type Row, TABLE_HEAD, tableRow } from './table.ts';

/*
 * Compares the speed of Chancery with baselines that do the same work without it, and prints a Markdown table. Both run
 * on the same machine in the same run.
 *
 *     npm run bench
 *     npm run bench -- --events 10000
 *     npm run bench -- --only rebuild,scale
 */

const SIZES = ['10000', '100000'];
/** Groups of rows that are measured for each size of the log. */
const SIZED_GROUPS = [
  'bulk',
  'disk',
  'rebuild',
  'replay',
  'scale',
  'memory',
  'lag',
  'reads',
  'appends',
] as const;
const GROUPS = [...SIZED_GROUPS, 'eventstoredb'] as const;

type Report = (row: Row) => void;

function* linesOf(count: number): Generator<string> {
  for (const event of generateEvents(count)) yield `${JSON.stringify(event)}\n`;
}

async function generatedFile(folder: string, events: number): Promise<string> {
  const file = join(folder, `events-${events}.ndjson`);
  await pipeline(Readable.from(linesOf(events)), createWriteStream(file));
  return file;
}

async function measure(events: number, groups: ReadonlySet<string>, report: Report): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'chancery-bench-'));
  try {
    const file = await generatedFile(folder, events);
    const dataDir = join(folder, 'data');
    if (groups.has('bulk')) await measureBulk({ folder, dataDir, file, events }, report);
    else await importInto(dataDir, file);
    if (groups.has('disk')) await measureDisk({ dataDir, file, events }, report);
    if (groups.has('rebuild')) await measureRebuild({ dataDir, events }, report);
    if (groups.has('replay')) await measureReplay({ folder, dataDir, events }, report);
    if (groups.has('scale') && events > SMALL_EVENTS) {
      const small = join(folder, 'small');
      await importInto(small, await generatedFile(folder, SMALL_EVENTS));
      await measureScale({ folder, small, dataDir, events }, report);
    }
    if (groups.has('memory') && events > CACHE_FILLING_EVENTS) {
      const smaller = join(folder, 'smaller');
      await importInto(smaller, await generatedFile(folder, CACHE_FILLING_EVENTS));
      await measureMemory({ smaller, dataDir, events }, report);
    }
    if (groups.has('lag')) await measureLag({ dataDir, events }, report);
    if (groups.has('reads')) await measureReads({ dataDir, events }, report);
    if (groups.has('appends')) await measureAppends({ folder, dataDir, events }, report);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** @throws RangeError if a group is unknown. */
function parseGroups(only: string | undefined): ReadonlySet<string> {
  const selected = only?.split(',') ?? GROUPS;
  const unknown = selected.find((name) => !GROUPS.some((group) => group === name));
  if (unknown === undefined) return new Set(selected);
  throw new RangeError(`--only has the unknown group ${unknown}. The groups are ${GROUPS.join(', ')}.`);
}

const { values } = parseArgs({
  options: { events: { type: 'string', multiple: true }, only: { type: 'string' } },
});
const groups = parseGroups(values.only);
const [cpu] = cpus();
process.stdout.write(
  `Node ${process.versions.node}, ${cpus().length} × ${cpu?.model ?? '?'}\n\n${TABLE_HEAD}\n`,
);
const report: Report = (row) => process.stdout.write(`${tableRow(row)}\n`);
const sizes = SIZED_GROUPS.some((group) => groups.has(group)) ? (values.events ?? SIZES) : [];
for (const size of sizes) await measure(Number.parseInt(size, 10), groups, report);
if (groups.has('eventstoredb')) await measureEventStoreDb(report);

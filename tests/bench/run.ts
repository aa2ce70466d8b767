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
import { FULL_EVENTS, measureMemory, measureScale, SMALL_EVENTS } from './scale-rows.ts';
import { type Row, TABLE_HEAD, tableRow } from './table.ts';

/*
 * Measures what the README promises of speed: each row against a ceiling, that is, the same work with nothing of ours
 * in it, in one run on one machine. `npm run bench -- --events 10000`, `npm run bench -- --only rebuild,scale`
 */

const SIZES = ['10000', '100000'];
/** Measured on logs of several sizes. */
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

type Show = (row: Row) => void;

function* linesOf(count: number): Generator<string> {
  for (const event of generateEvents(count)) yield `${JSON.stringify(event)}\n`;
}

async function generatedFile(folder: string, events: number): Promise<string> {
  const file = join(folder, `events-${events}.ndjson`);
  await pipeline(Readable.from(linesOf(events)), createWriteStream(file));
  return file;
}

async function measure(events: number, groups: ReadonlySet<string>, show: Show): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'chancery-bench-'));
  try {
    const file = await generatedFile(folder, events);
    const dataDir = join(folder, 'data');
    if (groups.has('bulk')) await measureBulk({ folder, dataDir, file, events }, show);
    else await importInto(dataDir, file);
    if (groups.has('disk')) await measureDisk({ dataDir, file, events }, show);
    if (groups.has('rebuild')) await measureRebuild({ dataDir, events }, show);
    if (groups.has('replay')) await measureReplay({ folder, dataDir, events }, show);
    if (groups.has('scale') && events > SMALL_EVENTS) {
      const small = join(folder, 'small');
      await importInto(small, await generatedFile(folder, SMALL_EVENTS));
      await measureScale({ folder, small, dataDir, events }, show);
    }
    if (groups.has('memory') && events > FULL_EVENTS) {
      const full = join(folder, 'full');
      await importInto(full, await generatedFile(folder, FULL_EVENTS));
      await measureMemory({ full, dataDir, events }, show);
    }
    if (groups.has('lag')) await measureLag({ dataDir, events }, show);
    if (groups.has('reads')) await measureReads({ dataDir, events }, show);
    if (groups.has('appends')) await measureAppends({ folder, dataDir, events }, show);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function groupsOf(only: string | undefined): ReadonlySet<string> {
  const groups = only?.split(',') ?? GROUPS;
  const unknown = groups.find((group) => !GROUPS.some((known) => known === group));
  if (unknown !== undefined) throw new RangeError(`--only takes some of ${GROUPS.join(',')}, not ${unknown}`);
  return new Set(groups);
}

const { values } = parseArgs({
  options: { events: { type: 'string', multiple: true }, only: { type: 'string' } },
});
const groups = groupsOf(values.only);
const [cpu] = cpus();
process.stdout.write(
  `Node ${process.versions.node}, ${cpus().length} × ${cpu?.model ?? '?'}\n\n${TABLE_HEAD}\n`,
);
const show: Show = (row) => process.stdout.write(`${tableRow(row)}\n`);
const sizes = SIZED_GROUPS.some((group) => groups.has(group)) ? (values.events ?? SIZES) : [];
for (const size of sizes) await measure(Number.parseInt(size, 10), groups, show);
if (groups.has('eventstoredb')) await measureEventStoreDb(show);

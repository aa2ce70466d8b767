import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { parseArgs } from 'node:util';
import { measureAppends } from './append-rows.ts';
import { measureBulk } from './bulk-row.ts';
import { generateEvents } from './generate-events.ts';
import { measureDisk, measureProjection } from './projection-rows.ts';
import { measureReads } from './read-rows.ts';
import { type Row, TABLE_HEAD, tableRow } from './table.ts';

/*
 * Measures what the README promises of speed: each row against a ceiling, that is, the same work with nothing of ours
 * in it, in one run on one machine. `npm run bench -- --events 10000`
 */

const SIZES = ['10000', '100000'];

function* linesOf(count: number): Generator<string> {
  for (const event of generateEvents(count)) yield `${JSON.stringify(event)}\n`;
}

async function measure(events: number, show: (row: Row) => void): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'chancery-bench-'));
  try {
    const file = join(folder, 'events.ndjson');
    await pipeline(Readable.from(linesOf(events)), createWriteStream(file));
    const dataDir = await measureBulk({ folder, file, events }, show);
    await measureDisk({ dataDir, file, events }, show);
    await measureProjection({ folder, dataDir, events }, show);
    await measureReads({ dataDir, events }, show);
    await measureAppends({ folder, dataDir, events }, show);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const { values } = parseArgs({ options: { events: { type: 'string', multiple: true } } });
const [cpu] = cpus();
process.stdout.write(
  `Node ${process.versions.node}, ${cpus().length} × ${cpu?.model ?? '?'}\n\n${TABLE_HEAD}\n`,
);
for (const size of values.events ?? SIZES) {
  await measure(Number.parseInt(size, 10), (row) => process.stdout.write(`${tableRow(row)}\n`));
}

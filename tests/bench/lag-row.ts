import { setTimeout as delay } from 'node:timers/promises';
import { startServer } from '../cli/server-process.ts';
import { generateEvents } from './generate-events.ts';
import type { Row } from './table.ts';

const APPENDS = 1_000;
/** Before those that count. */
const WARM_UPS = 100;
const INTERVAL_MS = 10;
const SEED = 3;

/** From the acknowledgement of an append until a timeline shows it, at 100 appends a second. */
export async function measureLag(
  { dataDir, events }: { readonly dataDir: string; readonly events: number },
  show: (row: Row) => void,
): Promise<void> {
  const server = await startServer(dataDir, ['--empty']);
  const [visible, bare]: [number[], number[]] = [[], []];
  const under: Promise<void>[] = [];
  const startMs = performance.now();
  for (const event of generateEvents(WARM_UPS + APPENDS, SEED)) {
    under.push(appendAndSee(server.url, JSON.stringify(event), visible, bare));
    await delay(Math.max(startMs + under.length * INTERVAL_MS - performance.now(), 0));
  }
  await Promise.all(under);
  await server.stop();
  for (const measured of [visible, bare]) measured.splice(0, WARM_UPS);
  const row = { events, unit: 'ms', ceiling: 'the same read, not waiting' };
  const what = 'append until visible in the timeline, 100 appends/s';
  show({ ...row, what: `${what}: median`, ours: at(visible, 0.5), theirs: at(bare, 0.5), promised: '' });
  show({
    ...row,
    what: `${what}: p99`,
    ours: at(visible, 0.99),
    theirs: at(bare, 0.99),
    promised: '≤ 20 ms',
  });
}

/** Reads once to see the event, and once more when it is there, for what the reading itself takes. */
async function appendAndSee(url: string, body: string, visible: number[], bare: number[]): Promise<void> {
  const headers = { 'Content-Type': 'application/json' };
  const appended = await fetch(`${url}/events`, { method: 'POST', headers, body });
  const answer = (await appended.json()) as { readonly events: readonly { readonly position: string }[] };
  const path = `${url}/countries/US?order=desc&limit=1&after=${answer.events[0]?.position}`;
  visible.push(await timed(path));
  bare.push(await timed(path));
}

async function timed(path: string): Promise<number> {
  const startedMs = performance.now();
  const read = await fetch(path);
  if (read.status !== 200) throw new Error(`${path}: ${read.status} ${await read.text()}`);
  await read.text();
  return performance.now() - startedMs;
}

function at(values: readonly number[], part: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(Math.floor(sorted.length * part), sorted.length - 1)] ?? Number.NaN;
}

import { setTimeout as delay } from 'node:timers/promises';
import { startServer } from '../cli/server-process.ts';
import { generateOpeningEvents } from './generate-events.ts';
import type { Row } from './table.ts';

const APPENDS = 1_000;
/** Number of appends at the start that are not measured. */
const WARM_UPS = 100;
const INTERVAL_MS = 10;
const SEED = 3;

/** Measures the time from the acknowledgement of an append until a timeline shows it, at 100 appends per second. */
export async function measureLag(
  { dataDir, events }: { readonly dataDir: string; readonly events: number },
  report: (row: Row) => void,
): Promise<void> {
  const server = await startServer(dataDir, ['--empty']);
  const [waitingMs, readMs]: [number[], number[]] = [[], []];
  const pending: Promise<void>[] = [];
  const startMs = performance.now();
  for (const event of generateOpeningEvents(SEED)) {
    if (pending.length === WARM_UPS + APPENDS) break;
    pending.push(appendAndRead(server.url, JSON.stringify(event), waitingMs, readMs));
    await delay(Math.max(startMs + pending.length * INTERVAL_MS - performance.now(), 0));
  }
  await Promise.all(pending);
  await server.stop();
  for (const measured of [waitingMs, readMs]) measured.splice(0, WARM_UPS);
  reportLag(events, waitingMs, readMs, report);
}

function reportLag(
  events: number,
  waitingMs: readonly number[],
  readMs: readonly number[],
  report: (row: Row) => void,
): void {
  const benchmark = 'append until visible in the timeline, 100 appends/s';
  const row = { events, unit: 'ms', baselineName: 'the same read without waiting' };
  for (const { name, fraction, target } of [
    { name: 'median', fraction: 0.5, target: '' },
    { name: 'p99', fraction: 0.99, target: '≤ 20 ms' },
  ]) {
    const [chancery, baseline] = [quantile(waitingMs, fraction), quantile(readMs, fraction)];
    report({ ...row, name: `${benchmark}: ${name}`, chancery, baseline, target });
  }
}

/** Reads the timeline twice: the first read waits for the event, the second shows what a read alone takes. */
async function appendAndRead(
  url: string,
  body: string,
  waitingMs: number[],
  readMs: number[],
): Promise<void> {
  const headers = { 'Content-Type': 'application/json' };
  const appended = await fetch(`${url}/events`, { method: 'POST', headers, body });
  if (appended.status !== 201) throw new Error(`POST /events: ${appended.status} ${await appended.text()}`);
  const { events } = (await appended.json()) as { readonly events: readonly { readonly position: string }[] };
  const page = `${url}/countries/US?order=desc&limit=1&after=${events[0]?.position}`;
  waitingMs.push(await elapsedMs(page));
  readMs.push(await elapsedMs(page));
}

async function elapsedMs(url: string): Promise<number> {
  const startMs = performance.now();
  const response = await fetch(url);
  if (response.status !== 200) throw new Error(`${url}: ${response.status} ${await response.text()}`);
  await response.text();
  return performance.now() - startMs;
}

function quantile(values: readonly number[], fraction: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(Math.floor(sorted.length * fraction), sorted.length - 1)] ?? Number.NaN;
}

import { setTimeout as delay } from 'node:timers/promises';
import { type Bench, ONCE, writeLines } from './bench.ts';
import type { Build } from './builds.ts';
import { sendFile } from './bulk-rows.ts';
import { generateEvents } from './generate-events.ts';
import type { BareRequest } from './http-connection.ts';
import { memory } from './process-usage.ts';
import { COUNTRIES } from './read-rows.ts';
import { type LoadClient, type Server, serve, withServers } from './servers.ts';

const EVENTS = 200_000;
/** Pause between one reading of all pages and the next. */
const READ_PAUSE_MS = 500;
const CONNECTIONS = 4;
const HTML = { accept: 'text/html' };

const PATHS = [
  ...COUNTRIES.flatMap((code) => [`/countries/${code}`, `/countries/${code}?order=desc&types=MouSigned`]),
  ...['trade', 'nuclear', 'sanctions'].map((topic) => `/topics/${topic}?order=desc`),
  ...['/relations/CN/US', '/relations/PK/US?roles=PK:party', '/actors/us~lin-jian', '/statements?order=desc'],
  ...['/statements?country=US&speechAct=deny', '/mous/unknown', '/projections/country/timelines/US'],
  ...[
    '/countries',
    '/topics',
    '/relations',
    '/actors',
    '/mous',
    '/events',
    '/search?q=pak',
    '/projections',
    '/',
  ],
];

/** Measures the memory of a server that gets a long history in bulk, while all its pages are read. */
export async function measureSoak(bench: Bench): Promise<void> {
  const events = bench.isQuick ? bench.events : EVENTS;
  const file = await writeLines(bench.path('soak.ndjson'), generateEvents(events));
  const start = (build: Build) => serve(build, bench.path(`soak-${bench.numberOf(build)}`));
  await withServers(bench, start, async (serverOf, client) => {
    const benchmark = {
      name: 'resident memory, bulk while all pages are read',
      measure: async (build: Build) => soak(serverOf(build), client, file),
      aims: { 'MiB, peak': '≤ 300 MiB' },
    };
    await bench.run([benchmark], ONCE, events);
  });
}

async function soak(server: Server, client: LoadClient, file: string) {
  let isDone = false;
  // Before their first event, some of the timelines are unknown.
  const load = { url: server.url, requests: PATHS.flatMap(asJsonAndHtml), connections: CONNECTIONS };
  const readAll = async (): Promise<void> => {
    while (!isDone) {
      await client.request(load);
      await delay(READ_PAUSE_MS);
    }
  };
  const reading = delay(READ_PAUSE_MS).then(readAll);
  await sendFile(server.url, file);
  isDone = true;
  await reading;
  const { peakMiB, residentMiB } = await memory(server.pid);
  return { 'MiB, peak': peakMiB, 'MiB, at the end': residentMiB };
}

function asJsonAndHtml(path: string): BareRequest[] {
  return [{ path }, { path, headers: HTML }];
}

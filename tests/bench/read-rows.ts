import { type Bench, WARM } from './bench.ts';
import type { Build } from './builds.ts';
import type { ExpressRequest, StoredEntries } from './express-peer.ts';
import { take } from './generate-events.ts';
import type { BareRequest } from './http-connection.ts';
import type { Load } from './load-client.ts';
import type { Benchmark } from './measure.ts';
import { type Peer, startPeer } from './peer.ts';
import { drive, type Server, serve, type Target, withServers } from './servers.ts';

const REPEATED_REQUESTS = 10_000;
/** V8 compiles what renders pages for good after some thousand of them. */
const FIRST_REQUESTS = 1_000;
const CONNECTIONS = 16;
const PAGE = '/countries/US';
const HTML = { accept: 'text/html' };
/** The countries with the most entries in every generated history. */
export const COUNTRIES = ['US', 'CN', 'RU', 'IN', 'PK', 'GB', 'FR', 'DE'];
const FIRST_DAY_MS = Date.UTC(2009, 0, 2);
const DAY_MS = 86_400_000;
/** Pages that start later would not be full. */
const START_DAYS = 300;
const AFTER_ALL_EVENTS = 2_100;
/** The last year of the first page that HTML is compared with. No other load gets that far. */
const BESIDE_HTML = 2_600;

/**
 * Generates queries that differ in country, first day and order without end; the last year makes each a new one.
 *
 * @param firstYear another one for each load of the same server that must not find the pages of the others
 */
function* firstRequests(basePath: string, firstYear = AFTER_ALL_EVENTS): Generator<BareRequest> {
  for (let year = firstYear; ; year += 1) {
    for (let day = 0; day < START_DAYS; day += 1) {
      const from = new Date(FIRST_DAY_MS + day * DAY_MS).toISOString().slice(0, 10);
      for (const country of COUNTRIES) {
        for (const query of ['certain=true', 'certain=false', 'certain=true&order=desc', 'order=desc']) {
          yield { path: `${basePath}/${country}?from=${from}&to=${year}&${query}` };
        }
      }
    }
  }
}

type ReadLoad = Pick<Load, 'requests'> & Partial<Load>;

/** Measures timeline pages and 304 responses over HTTP, on a log that does not grow. */
export function measureReads(bench: Bench): Promise<void> {
  const start = async (build: Build) => serve(build, await bench.dataDir(build));
  return withServers(bench, start, async (serverOf, client) => {
    const express: Peer<ExpressRequest, string> = startPeer('express-peer');
    const expressTarget = {
      url: await express.request({ folder: await bench.newFolder('express-') }),
      pid: express.pid,
    };
    const read = (target: Target, load: ReadLoad) => {
      return drive(client, target, { connections: CONNECTIONS, status: 200, ...load });
    };
    const { url } = serverOf(bench.present);
    await storeTimelines(url, express);
    const response = await fetch(url + PAGE);
    const setting = { bench, serverOf, expressTarget, read };
    const bytes = (await response.arrayBuffer()).byteLength;
    await bench.run([...jsonPages(setting, bytes), notModified(setting), ...htmlPages(setting)], WARM);
    await express.stop();
  });
}

interface Setting {
  readonly bench: Bench;
  readonly serverOf: (build: Build) => Server;
  readonly expressTarget: Target;
  readonly read: (target: Target, load: ReadLoad) => ReturnType<typeof drive>;
}

function jsonPages({ bench, serverOf, expressTarget, read }: Setting, bytes: number): readonly Benchmark[] {
  const times = bench.count(REPEATED_REQUESTS);
  const count = bench.count(FIRST_REQUESTS);
  const [first, rows] = [firstRequests('/countries'), firstRequests('/rows')];
  const stored = {
    name: `Express sending a stored buffer of ${Math.round(bytes / 1024)} KiB`,
    measure: () => read(expressTarget, { requests: [{ path: `/stored/${bytes}` }], times }),
  };
  const sameRows = {
    name: 'Express and 50 rows of SQLite, by a range of an index',
    measure: () => read(expressTarget, { requests: take(rows, count) }),
  };
  return [
    {
      name: 'page of 50 entries, requested again',
      measure: (build) => read(serverOf(build), { requests: [{ path: PAGE }], times }),
      baselines: [stored],
      aims: { 'requests/s': '≥ 1.1' },
    },
    {
      name: 'page of 50 entries, first request',
      measure: (build) => read(serverOf(build), { requests: take(first, count) }),
      baselines: [sameRows, stored],
      aims: { 'requests/s': '≥ 1.0' },
    },
  ];
}

function notModified({ bench, serverOf, expressTarget, read }: Setting): Benchmark {
  const load = { times: bench.count(REPEATED_REQUESTS), status: 304 };
  const unchanged = (target: Target, path: string, etag: string) => {
    return read(target, { ...load, requests: [{ path, headers: { 'If-None-Match': etag } }] });
  };
  return {
    name: 'page, not modified (304)',
    measure: async (build) => {
      const { headers } = await fetch(serverOf(build).url + PAGE);
      return unchanged(serverOf(build), PAGE, headers.get('etag') ?? '');
    },
    baselines: [
      { name: 'Express answering 304', measure: () => unchanged(expressTarget, '/unchanged', '"1"') },
    ],
    aims: { 'requests/s': '≥ 1.4' },
  };
}

/** Measures pages for people beside the same pages for programs, from the same server in the same rounds. */
function htmlPages({ bench, serverOf, read }: Setting): readonly Benchmark[] {
  const times = bench.count(REPEATED_REQUESTS / 4);
  const count = bench.count(FIRST_REQUESTS);
  const [first, firstJson] = [firstRequests('/countries'), firstRequests('/countries', BESIDE_HTML)];
  const firstHtml = () => take(first, count).map((request) => ({ ...request, headers: HTML }));
  const server = serverOf(bench.present);
  const sameAsJson = (requests: () => readonly BareRequest[], repeated = 1) => [
    { name: 'the same as JSON', measure: () => read(server, { requests: requests(), times: repeated }) },
  ];
  return [
    {
      name: 'page of 50 entries as HTML, requested again',
      measure: (build) => read(serverOf(build), { requests: [{ path: PAGE, headers: HTML }], times }),
      baselines: sameAsJson(() => [{ path: PAGE }], times),
      aims: { 'µs CPU': '≤ 1.5; ≤ 250 µs' },
    },
    {
      name: 'page of 50 entries as HTML, first request',
      measure: (build) => read(serverOf(build), { requests: firstHtml() }),
      baselines: sameAsJson(() => take(firstJson, count)),
      aims: { 'µs CPU': '≤ 1.5; ≤ 1,500 µs' },
    },
  ];
}

interface TimelinePage {
  readonly entries: readonly { readonly occurred: { readonly earliest: string | null } }[];
  readonly next: string | null;
}

/** Copies the timelines that are read into the database of the Express server. */
async function storeTimelines(url: string, express: Peer<StoredEntries, string>): Promise<void> {
  for (const timeline of COUNTRIES) {
    let cursor = '';
    for (let next: string | null = ''; next !== null; ) {
      const page = (await (
        await fetch(`${url}/countries/${timeline}?limit=200${cursor}`)
      ).json()) as TimelinePage;
      const entries = page.entries.map((entry) => ({
        earliest: entry.occurred.earliest ?? '',
        body: JSON.stringify(entry),
      }));
      await express.request({ timeline, entries });
      next = page.next;
      cursor = `&cursor=${next}`;
    }
  }
}

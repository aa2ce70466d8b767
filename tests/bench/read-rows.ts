import { startServer } from '../cli/server-process.ts';
import type { Load, LoadRequest, LoadResult } from './load-client.ts';
import { type Peer, startPeer } from './peer.ts';
import { measureInTurns, type Row } from './table.ts';

const ROUNDS = { measured: 5, warmUps: 1 };
const REQUESTS = 2_000;
/** All rounds together request fewer pages than `uncachedPages` generates. */
const UNCACHED_REQUESTS = 1_500;
const CONNECTIONS = 16;
const PAGE: LoadRequest = { path: '/countries/US' };
const ACCEPT_HTML = { accept: 'text/html' };
/** The countries with the most entries in every generated history. */
const COUNTRIES = ['US', 'CN', 'RU', 'IN', 'PK', 'GB', 'FR', 'DE'];
const FIRST_DAY_MS = Date.UTC(2009, 0, 2);
const DAY_MS = 86_400_000;
/** Pages that start later would not be full. */
const START_DAYS = 300;

interface Setup {
  readonly events: number;
  readonly serverUrl: string;
  readonly expressUrl: string;
  readonly client: Peer<Load, LoadResult>;
  readonly report: (row: Row) => void;
}

/**
 * Generates requests for pages of 50 entries that differ in country, first day and order, so none is cached. A
 * different `toYear`, after all events, gives different URLs for the same work.
 */
function* uncachedPages(toYear: number, headers: LoadRequest['headers'] = {}): Generator<LoadRequest> {
  for (let day = 0; day < START_DAYS; day += 1) {
    const from = new Date(FIRST_DAY_MS + day * DAY_MS).toISOString().slice(0, 10);
    for (const country of COUNTRIES) {
      for (const order of ['', '&order=desc']) {
        for (const certain of ['true', 'false']) {
          const query = `from=${from}&to=${toYear}&certain=${certain}${order}`;
          yield { path: `/countries/${country}?${query}`, headers };
        }
      }
    }
  }
}

function take(pages: Generator<LoadRequest>): LoadRequest[] {
  return Array.from({ length: UNCACHED_REQUESTS }, () => {
    const next = pages.next();
    if (next.done) throw new RangeError('All pages have been requested.');
    return next.value;
  });
}

function repeat(request: LoadRequest): LoadRequest[] {
  return Array.from({ length: REQUESTS }, () => request);
}

/** Measures timeline pages and 304 responses over HTTP, on a log that does not grow. */
export async function measureReads(
  { dataDir, events }: { readonly dataDir: string; readonly events: number },
  report: (row: Row) => void,
): Promise<void> {
  const server = await startServer(dataDir, ['--empty']);
  const express = startPeer<object, string>('express-peer');
  const client = startPeer<Load, LoadResult>('load-client');
  const setup = { events, serverUrl: server.url, expressUrl: await express.request({}), client, report };
  const first = await client.request({ url: server.url, requests: [PAGE], connections: 1, status: 200 });
  await measurePages(setup, Buffer.byteLength(first.lastText));
  await measureHtml(setup);
  await measureNotModified(setup, String(first.lastHeaders['etag']));
  await Promise.all([client.stop(), express.stop(), server.stop()]);
}

async function measurePages(setup: Setup, pageBytes: number): Promise<void> {
  const { events, serverUrl, expressUrl, client, report } = setup;
  const baselineName = `Express sending a stored buffer of ${Math.round(pageBytes / 1024)} KiB`;
  const row = { events, unit: 'requests/s', baselineName };
  const cached = repeat(PAGE);
  const stored = repeat({ path: `/stored/${pageBytes}` });
  report({
    ...row,
    name: 'timeline page of 50 entries, requested again',
    target: '≥ 0.85',
    ...(await measureInTurns(
      ROUNDS,
      () => perSecond(client, serverUrl, cached),
      () => perSecond(client, expressUrl, stored),
    )),
  });
  const uncached = uncachedPages(2100);
  report({
    ...row,
    name: 'timeline page of 50 entries, first request',
    target: '≥ 0.6',
    ...(await measureInTurns(
      ROUNDS,
      () => perSecond(client, serverUrl, take(uncached)),
      () => perSecond(client, expressUrl, stored),
    )),
  });
}

async function measureHtml({ events, serverUrl, client, report }: Setup): Promise<void> {
  const row = { events, unit: 'ms', baselineName: 'the same as JSON', target: '≤ 1.5' };
  const [cachedHtml, cachedJson] = [repeat({ ...PAGE, headers: ACCEPT_HTML }), repeat(PAGE)];
  report({
    ...row,
    name: 'page of 50 entries as HTML, requested again',
    ...(await measureInTurns(
      ROUNDS,
      () => msPerRequest(client, serverUrl, cachedHtml),
      () => msPerRequest(client, serverUrl, cachedJson),
    )),
  });
  const [uncachedHtml, uncachedJson] = [uncachedPages(2101, ACCEPT_HTML), uncachedPages(2102)];
  report({
    ...row,
    name: 'page of 50 entries as HTML, first request',
    ...(await measureInTurns(
      ROUNDS,
      () => msPerRequest(client, serverUrl, take(uncachedHtml)),
      () => msPerRequest(client, serverUrl, take(uncachedJson)),
    )),
  });
}

async function measureNotModified(setup: Setup, etag: string): Promise<void> {
  const { events, serverUrl, expressUrl, client, report } = setup;
  const unchanged = repeat({ ...PAGE, headers: { 'If-None-Match': etag } });
  const expressUnchanged = repeat({ path: '/unchanged', headers: { 'If-None-Match': '"1"' } });
  report({
    name: 'timeline page, not modified (304)',
    baselineName: 'Express answering 304',
    events,
    unit: 'requests/s',
    target: '≥ 0.95',
    ...(await measureInTurns(
      ROUNDS,
      () => perSecond(client, serverUrl, unchanged, 304),
      () => perSecond(client, expressUrl, expressUnchanged, 304),
    )),
  });
}

async function msPerRequest(
  client: Peer<Load, LoadResult>,
  url: string,
  requests: readonly LoadRequest[],
  status = 200,
): Promise<number> {
  const { elapsedMs } = await client.request({ url, requests, connections: CONNECTIONS, status });
  return elapsedMs / requests.length;
}

async function perSecond(...args: Parameters<typeof msPerRequest>): Promise<number> {
  return 1000 / (await msPerRequest(...args));
}

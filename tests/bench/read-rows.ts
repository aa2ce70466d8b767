import { startServer } from '../cli/server-process.ts';
import type { Load, LoadRequest, LoadResult } from './load-client.ts';
import { startPeer } from './peer.ts';
import { inTurns, type Row } from './table.ts';

const TURNS = { rounds: 5, warmUps: 1 };
const REQUESTS = 2_000;
/** All rounds together ask for fewer pages than `freshPages` has. */
const FRESH_REQUESTS = 1_500;
const CONNECTIONS = 16;
const AS_HTML = { accept: 'text/html' };
/** Those of which every generated history tells most. */
const COUNTRIES = ['US', 'CN', 'RU', 'IN', 'PK', 'GB', 'FR', 'DE'];
const FIRST_DAY_MS = Date.UTC(2009, 0, 2);
const DAY_MS = 86_400_000;
/** Later starts would leave pages that are not full. */
const START_DAYS = 300;

/**
 * Pages of 50 that differ in country, first day and order: each of these is asked for once. With another year beyond
 * all events they are other pages, of as much work. The addresses are those that a form leads to.
 */
function* freshPages(toYear: number, headers: LoadRequest['headers'] = {}): Generator<LoadRequest> {
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

function take(pages: Generator<LoadRequest>, count: number): LoadRequest[] {
  return Array.from({ length: count }, () => {
    const next = pages.next();
    if (next.done) throw new RangeError('Every page was asked for');
    return next.value;
  });
}

function repeated(request: LoadRequest, count: number): LoadRequest[] {
  return Array.from({ length: count }, () => request);
}

/** Timeline pages and 304s over HTTP, on a log that is not written to. */
export async function measureReads(
  { dataDir, events }: { readonly dataDir: string; readonly events: number },
  show: (row: Row) => void,
): Promise<void> {
  const server = await startServer(dataDir, ['--empty']);
  const express = startPeer<object, string>('express-peer');
  const client = startPeer<Load, LoadResult>('load-client');
  const peerUrl = await express.ask({});
  const load = (url: string, requests: readonly LoadRequest[], status = 200): Promise<LoadResult> =>
    client.ask({ url, requests, connections: CONNECTIONS, status });
  const rate = async (url: string, requests: readonly LoadRequest[], status = 200): Promise<number> =>
    (requests.length / (await load(url, requests, status)).elapsedMs) * 1000;

  const page: LoadRequest = { path: '/countries/US' };
  const first = await load(server.url, [page]);
  const bytes = Buffer.byteLength(first.lastText);
  const stored = repeated({ path: `/stored/${bytes}` }, REQUESTS);
  const row = {
    events,
    unit: 'requests/s',
    ceiling: `Express sending a stored ${Math.round(bytes / 1024)} KiB`,
  };

  const again = repeated(page, REQUESTS);
  show({
    ...row,
    what: 'timeline page of 50, asked again',
    promised: '≥ 0.85',
    ...(await inTurns(
      TURNS,
      () => rate(server.url, again),
      () => rate(peerUrl, stored),
    )),
  });

  const fresh = freshPages(2100);
  const nextFresh = (): LoadRequest[] => take(fresh, FRESH_REQUESTS);
  show({
    ...row,
    what: 'timeline page of 50, never asked before',
    promised: '≥ 0.6',
    ...(await inTurns(
      TURNS,
      () => rate(server.url, nextFresh()),
      () => rate(peerUrl, stored),
    )),
  });

  const mean = async (requests: readonly LoadRequest[]): Promise<number> =>
    (await load(server.url, requests)).elapsedMs / requests.length;
  const asHtml = { events, unit: 'ms', ceiling: 'the same as JSON', promised: '≤ 1.5' };
  const againHtml = repeated({ ...page, headers: AS_HTML }, REQUESTS);
  show({
    ...asHtml,
    what: 'page of 50 as HTML, asked again',
    ...(await inTurns(
      TURNS,
      () => mean(againHtml),
      () => mean(again),
    )),
  });

  const [freshHtml, freshJson] = [freshPages(2101, AS_HTML), freshPages(2102)];
  show({
    ...asHtml,
    what: 'page of 50 as HTML, never asked before',
    ...(await inTurns(
      TURNS,
      () => mean(take(freshHtml, FRESH_REQUESTS)),
      () => mean(take(freshJson, FRESH_REQUESTS)),
    )),
  });

  const headers = { 'If-None-Match': String(first.lastHeaders['etag']) };
  const unchanged = repeated({ ...page, headers }, REQUESTS);
  const express304 = repeated({ path: '/unchanged', headers: { 'If-None-Match': '"1"' } }, REQUESTS);
  show({
    ...row,
    what: 'timeline page, not modified',
    ceiling: 'Express answering 304',
    promised: '≥ 0.95',
    ...(await inTurns(
      TURNS,
      () => rate(server.url, unchanged, 304),
      () => rate(peerUrl, express304, 304),
    )),
  });
  await Promise.all([client.stop(), express.stop(), server.stop()]);
}

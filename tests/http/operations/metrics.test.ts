import { execFileSync } from 'node:child_process';
import { afterEach, describe, expect, test } from '@jest/globals';
import { Counter, DurationHistogram, openMetricsText } from '../../../src/observability/open-metrics.ts';
import type { Rebuild } from '../../../src/projector/mounted-projection.ts';
import { mou, uuid } from '../../append/sent-events.ts';
import { until } from '../../cli/polling.ts';
import { readPage } from '../../docs/doc-pages.ts';
import { type Harness, startHarness } from '../../harness.ts';
import { Receiver } from '../../webhooks/receiver.ts';
import { type Answer, ask, post } from '../support/client.ts';
import { type ReadFamily, readOpenMetrics } from '../support/open-metrics.ts';
import { openUpdates } from '../support/sse-client.ts';
import { stubServer } from '../support/stub-server.ts';

let chancery: Harness | undefined;
afterEach(async () => {
  await chancery?.close();
  chancery = undefined;
});

const stub = stubServer();

const scrape = (url: string): Promise<Answer> => ask(url, '/metrics');

/** Returns the sum of the samples with these labels. */
function sumOf(
  { text }: Answer,
  name: string,
  labels: Readonly<Record<string, string>> = {},
): number | undefined {
  const samples = readOpenMetrics(text)
    .get(name)
    ?.samples.filter(
      ({ suffix, labels: given }) =>
        ['', '_total', '_count'].includes(suffix) &&
        Object.entries(labels).every(([label, value]) => given[label] === value),
    );
  return samples?.reduce((sum, { value }) => sum + value, 0);
}

/** A row of the table: name, labels, type and meaning. */
const DOCUMENTED = /^\| `(\w+)`(?: \{[\w, ]+\})? \| (counter|gauge|histogram|stateset|info) \| (.+) \|$/gm;

/** Python of the system, with the package python3-prometheus-client of Debian. */
const PYTHON = '/usr/bin/python3';
const PARSE = `
import sys
from prometheus_client.openmetrics.parser import text_string_to_metric_families as parse
for family in parse(sys.stdin.read()): print(family.name, family.type, len(family.samples))
`;

function hasOracle(): boolean {
  try {
    execFileSync(PYTHON, ['-c', 'import prometheus_client.openmetrics.parser'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** A server that has done a little of everything. */
async function usedServer(): Promise<Harness> {
  chancery = await startHarness();
  const { url } = chancery;
  const receiver = await new Receiver().start();
  const headers = { 'content-type': 'application/json' };
  const body = JSON.stringify({ query: '/events', url: receiver.url });
  await ask(url, '/subscriptions', { method: 'POST', headers, body });
  await post(url, { ...mou, id: uuid(1) });
  await post(url, { ...mou, id: uuid(1) });
  await post(url, { ...mou, occurred: 'never' });
  await ask(url, `/countries/PK?after=1`);
  for (let count = 0; count < 3; count += 1) await ask(url, '/countries/PK');
  await ask(url, '/nowhere/"quoted"\\');
  await receiver.untilReceived(1);
  await until(async () => sumOf(await scrape(url), 'chancery_webhook_queued') === 0);
  await receiver.close();
  return chancery;
}

describe('GET /metrics', () => {
  test('counts what the server has done', async () => {
    const { url } = await usedServer();
    const updates = await openUpdates(url, '/countries/PK/live');
    const answer = await scrape(url);
    updates.break();

    expect(answer).toMatchObject({
      status: 200,
      headers: {
        'content-type': 'application/openmetrics-text; version=1.0.0; charset=utf-8',
        'cache-control': 'no-store',
      },
    });
    const requests = (labels: Readonly<Record<string, string>>) =>
      sumOf(answer, 'chancery_http_requests', labels);
    expect(requests({ method: 'POST', route: '/events', status: '201' })).toBe(1);
    expect(requests({ method: 'POST', route: '/events', status: '400' })).toBe(1);
    expect(requests({ method: 'GET', route: '/countries/:code' })).toBe(4);
    expect(requests({ route: 'none', status: '404' })).toBe(1);
    expect(sumOf(answer, 'chancery_http_request_seconds', { route: '/countries/:code' })).toBe(4);
    expect(sumOf(answer, 'chancery_appends', { outcome: 'recorded' })).toBe(1);
    expect(sumOf(answer, 'chancery_appends', { outcome: 'repeated' })).toBe(1);
    expect(sumOf(answer, 'chancery_appends', { outcome: 'invalid' })).toBe(1);
    expect(sumOf(answer, 'chancery_append_seconds')).toBe(3);
    expect(sumOf(answer, 'chancery_appended_events')).toBe(1);
    expect(sumOf(answer, 'chancery_appends_in_flight')).toBe(0);
    expect(sumOf(answer, 'chancery_page_cache_requests', { result: 'hit' })).toBe(2);
    expect(sumOf(answer, 'chancery_page_cache_pages')).toBe(2);
    expect(sumOf(answer, 'chancery_live_connections')).toBe(1);
    expect(sumOf(answer, 'chancery_log_events')).toBe(1);
    expect(sumOf(answer, 'chancery_projection_events', { projection: 'country' })).toBe(1);
    expect(sumOf(answer, 'chancery_projection_lag_events', { projection: 'country' })).toBe(0);
    expect(sumOf(answer, 'chancery_projection_state', { chancery_projection_state: 'silent' })).toBe(0);
    expect(sumOf(answer, 'chancery_subscriptions', { state: 'active' })).toBe(1);
    expect(sumOf(answer, 'chancery_webhook_attempts', { result: 'accepted' })).toBe(1);
    expect(sumOf(answer, 'process_resident_memory_bytes')).toBeGreaterThan(10_000_000);
  });

  test('has every metric that the documentation lists, with its type, and no other', async () => {
    const rebuild: Rebuild = {
      projections: ['country'],
      state: 'running',
      startedAt: '2026-01-01T00:00:00Z',
      endedAt: undefined,
      events: 7,
      total: 10,
      eventsPerSecond: 1,
      stop: undefined,
    };
    const rebuilds = { start: () => false, last: () => rebuild, cancel: () => false };
    const stubbed = await scrape(await stub.serve({ rebuilds }));
    expect(sumOf(stubbed, 'chancery_rebuild_events', { projection: 'country' })).toBe(7);
    const running = { projection: 'topic', chancery_rebuild_state: 'running' };
    expect(sumOf(stubbed, 'chancery_rebuild_state', running)).toBe(1);
    const used = await scrape((await usedServer()).url);

    const families = new Map<string, ReadFamily>([
      ...readOpenMetrics(stubbed.text),
      ...readOpenMetrics(used.text),
    ]);
    const rows = [...readPage('src/docs/operations.md').matchAll(DOCUMENTED)];
    const documented = rows.map(([, name = '', type, help]) => [name, type, help] as const);
    expect(documented.map(([name, type, help]) => ({ name, type, help }))).toEqual(
      expect.arrayContaining(
        [...families].map(([name, { type, help }]) => ({ name, type, help: help.replace(/\.$/, '') })),
      ),
    );
    expect(documented.map(([name]) => name).sort()).toEqual([...families.keys()].sort());
  });

  (hasOracle() ? test : test.skip)(
    'is read by the parser of Prometheus for Python (Debian: python3-prometheus-client)',
    async () => {
      const { text } = await scrape((await usedServer()).url);
      const read = execFileSync(PYTHON, ['-c', PARSE], { input: text, encoding: 'utf8' });
      const expected = [...readOpenMetrics(text)].map(
        ([name, { type, samples }]) => `${name} ${type} ${samples.length}`,
      );
      expect(read.trim().split('\n')).toEqual(expected);
    },
  );
});

test('text escapes what labels contain, and buckets add up', () => {
  const counter = new Counter();
  counter.add({ path: 'a "quoted"\\ path\nwith lines' });
  counter.add({ path: 'a "quoted"\\ path\nwith lines' }, 2);
  const histogram = new DurationHistogram();
  for (const seconds of [0.0001, 0.0005, 0.3, 1, 99]) histogram.observe({ kind: 'x' }, seconds);
  const text = openMetricsText([
    { name: 'a', type: 'counter', help: 'A.', samples: counter.samples() },
    { name: 'b_seconds', type: 'histogram', unit: 'seconds', help: 'B.', samples: histogram.samples() },
    { name: 'none', type: 'gauge', help: 'C.', samples: [] },
  ]);
  const families = readOpenMetrics(text);
  expect([...families.keys()]).toEqual(['a', 'b_seconds']);
  expect(families.get('a')?.samples).toEqual([
    { suffix: '_total', labels: { path: 'a "quoted"\\ path\nwith lines' }, value: 3 },
  ]);
  const buckets = families.get('b_seconds')?.samples.map(({ labels, value }) => [labels['le'], value]);
  expect(buckets).toEqual(
    expect.arrayContaining([
      ['0.0005', 2],
      ['0.25', 2],
      ['0.5', 3],
      ['1.0', 4],
      ['10.0', 4],
      ['+Inf', 5],
    ]),
  );
});

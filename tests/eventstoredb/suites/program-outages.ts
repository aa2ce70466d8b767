import { afterEach, expect, test } from '@jest/globals';
import { briefing, uuid } from '../../append/sent-events.ts';
import type { RunningServer } from '../../cli/server-process.ts';
import { type Answer, post } from '../../http/support/client.ts';
import type { ServerBehindProxy } from '../support/behind-proxy.ts';
import { expectOnceEach } from '../support/check-log.ts';
import type { NetworkFault } from '../support/fault-proxy.ts';
import { HttpWriters } from '../support/http-writers.ts';
import { closeAll } from '../support/open-adapter.ts';
import {
  expectTimelinesOfTheLog,
  get,
  getAfter,
  inTime,
  newDataDir,
  postWithRetries,
  readLogDirectly,
  startProgramOn,
  stopPrograms,
  waitUntilReady,
} from '../support/program.ts';
import { newPrefix } from '../support/test-server.ts';
import { until } from '../support/until.ts';

const TEST_MS_MAX = 300_000;
const EVENT = { ...briefing, id: uuid(1) };
const LIST_PATHS = ['/countries', '/countries/CN', '/topics', '/statements', '/mous'];

const OUTAGES: readonly NetworkFault[] = [
  { kind: 'unreachable' },
  { kind: 'silent' },
  { kind: 'answers-lost' },
];

/** How the program behaves during and after a network outage. */
export function describeProgramOutages(setUp: () => ServerBehindProxy): void {
  afterEach(endAll);
  test.each(OUTAGES)(
    'reports an outage under load ($kind) and recovers without a restart',
    async (fault) => {
      const { direct, proxied, proxy } = setUp();
      const prefix = newPrefix();
      const program = await startProgramOn(proxied, prefix);
      const writers = new HttpWriters(() => program.url);
      await writers.untilMore(40);

      proxy.begin(fault);
      const sameEvent = Promise.all(Array.from({ length: 8 }, () => inTime(post(program.url, EVENT))));
      await expectStale(program.url);
      for (const answer of await sameEvent) expectUnavailable(answer);
      await until(() => writers.refusals.length > 0);

      proxy.heal();
      await waitUntilReady(program.url);
      // An append that was refused as unavailable may have arrived all the same.
      writers.acknowledged.push((await postWithRetries(program.url, EVENT)).json.events[0]);
      await writers.untilMore(40);
      await until(async () => (await get(program.url, '/countries')).headers['age'] === undefined);

      await writers.stop();
      for (const refusal of writers.refusals) expectUnavailable(refusal);
      const log = await readLogDirectly(direct, prefix);
      expectOnceEach(log, writers.acknowledged);
      await expectTimelinesOfTheLog(program, direct, prefix, log);
    },
    TEST_MS_MAX,
  );
}

/** How the program behaves if it is started during a network outage. */
export function describeProgramStarts(setUp: () => ServerBehindProxy): void {
  afterEach(endAll);
  test.each(OUTAGES.slice(0, 2))(
    'starts during an outage ($kind), serves what its data folder has, and recovers',
    async (fault) => {
      const { direct, proxied, proxy } = setUp();
      const prefix = newPrefix();
      const dataDir = newDataDir();
      const position = await appendAndStop(await startProgramOn(direct, prefix, dataDir));

      proxy.begin(fault);
      const [program, empty] = await Promise.all([
        startProgramOn(proxied, prefix, dataDir),
        startProgramOn(proxied, prefix, newDataDir()),
      ]);
      await expectStale(program.url);
      expect((await get(program.url, '/countries')).json.asOf.position).toBe(position);
      await expectNothingToServe(empty.url);
      const answers = [get(program.url, '/events'), post(program.url, EVENT), post(empty.url, EVENT)];
      for (const answer of answers) expectUnavailable(await inTime(answer));

      proxy.heal();
      await Promise.all([waitUntilReady(program.url), waitUntilReady(empty.url)]);
      const [recorded] = (await postWithRetries(program.url, EVENT)).json.events;
      expect((await postWithRetries(empty.url, EVENT)).json.events).toEqual([recorded]);
      for (const { url } of [program, empty]) {
        const { json } = await getAfter(url, '/countries/CN', recorded.position);
        expect(json.asOf.position).toBe(recorded.position);
      }
      await expectTimelinesOfTheLog(program, direct, prefix, await readLogDirectly(direct, prefix));
    },
    TEST_MS_MAX,
  );
}

async function endAll(): Promise<void> {
  await stopPrograms();
  await closeAll();
}

/** Appends some events, stops the program when its timelines have them, and returns the position of the last event. */
async function appendAndStop(program: RunningServer): Promise<string> {
  const writers = new HttpWriters(() => program.url);
  await writers.untilMore(40);
  await writers.stop();
  const [last] = (await postWithRetries(program.url, { ...briefing, id: uuid(2) })).json.events;
  await until(async () => {
    const { projections } = (await get(program.url, '/readyz')).json;
    return projections.every(({ position }: { readonly position: string }) => position === last.position);
  });
  await program.stop();
  return last.position;
}

/** Expects the program to report the outage, and to go on serving its timelines with their age. */
async function expectStale(url: string): Promise<void> {
  await until(async () => (await get(url, '/readyz')).json.log.state === 'unavailable');
  const { status, json } = await get(url, '/readyz');
  expect(status).toBe(503);
  expect(json).toMatchObject({ type: '/problems/not-ready', log: { state: 'unavailable' } });
  expect(json.detail).toContain('the log is unavailable');
  for (const path of LIST_PATHS) {
    const { status, headers } = await get(url, path);
    expect([path, status, headers['age']]).toEqual([path, 200, expect.stringMatching(/^\d+$/)]);
  }
  expect((await get(url, '/healthz')).status).toBe(200);
}

/** Expects a program that has never reached its log to refuse all timelines. */
async function expectNothingToServe(url: string): Promise<void> {
  expect((await get(url, '/readyz')).status).toBe(503);
  for (const path of LIST_PATHS) {
    const { status, json, headers } = await get(url, path);
    const answer = [path, status, json.type, headers['retry-after']];
    expect(answer).toEqual([path, 503, '/problems/projection-building', '1']);
  }
}

function expectUnavailable({ status, json, headers }: Answer): void {
  expect([status, headers['retry-after']]).toEqual([503, '1']);
  expect(json.type).toMatch(/^\/problems\/log-(unavailable|busy)$/);
}

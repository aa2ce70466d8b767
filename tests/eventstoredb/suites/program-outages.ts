import { afterEach, expect, test } from '@jest/globals';
import { briefing, uuid } from '../append/sent-events.ts';
import { type Answer, post } from '../http/client.ts';
import type { ServerBehindProxy } from './behind-proxy.ts';
import type { NetworkFault } from './fault-proxy.ts';
import { expectOnceEach, HttpWriters } from './http-writers.ts';
import { closeAll, until } from './log-on-wire.ts';
import {
  expectTimelinesOfTheLog,
  get,
  inTime,
  logOf,
  newDataDir,
  newPlace,
  startOn,
  stopAll,
  untilReady,
} from './program.ts';

const TEST_MS_MAX = 120_000;
/** A silent network is noticed when a call has waited its time. */
const NOTICED_MS_MAX = 30_000;
const EVENT = { ...briefing, id: uuid(1) };

const OUTAGES: readonly NetworkFault[] = [
  { kind: 'away' },
  { kind: 'silent' },
  { kind: 'answers-swallowed' },
];

/** What the program does while the network to the server fails, and after. */
export function describeProgramOutages(setUp: () => ServerBehindProxy): void {
  afterEach(endAll);
  test.each(OUTAGES)(
    'under load, a log that is lost ($kind) is told, and all heals without a start',
    async (fault) => {
      const { direct, proxied, proxy } = setUp();
      const place = newPlace();
      const program = await startOn(proxied, place);
      const writers = new HttpWriters(() => program.url);
      await writers.untilMore(40);

      proxy.begin(fault);
      const ofOneRecord = Promise.all(Array.from({ length: 8 }, () => inTime(post(program.url, EVENT))));
      await expectDegraded(program.url);
      for (const answer of await ofOneRecord) expectRefusedForNow(answer);
      await until(() => writers.refusals.length > 0, NOTICED_MS_MAX);
      for (const refusal of writers.refusals) expectRefusedForNow(refusal);

      proxy.heal();
      await untilReady(program.url);
      // What was refused for now may have arrived all the same.
      writers.acknowledged.push(...(await inTime(post(program.url, EVENT))).json.events);
      await writers.untilMore(40);
      expect((await get(program.url, '/countries')).headers['age']).toBeUndefined();

      await writers.stop();
      const log = await logOf(direct, place);
      expectOnceEach(log, writers.acknowledged);
      await expectTimelinesOfTheLog(program, direct, place, log);
    },
    TEST_MS_MAX,
  );
}

/** What the program does when it is started while the network fails. */
export function describeProgramStarts(setUp: () => ServerBehindProxy): void {
  afterEach(endAll);
  test.each(OUTAGES.slice(0, 2))(
    'started without its log ($kind), it serves what its folder holds, and heals',
    async (fault) => {
      const { direct, proxied, proxy } = setUp();
      const place = newPlace();
      const dataDir = newDataDir();
      const { position } = await recordSome(await startOn(direct, place, dataDir));

      proxy.begin(fault);
      const [program, empty] = await Promise.all([
        startOn(proxied, place, dataDir),
        startOn(proxied, place, newDataDir()),
      ]);
      await expectDegraded(program.url);
      expect((await get(program.url, '/countries')).json.asOf.position).toBe(position);
      await expectNothingYet(empty.url);
      const asked = [get(program.url, '/events'), post(program.url, EVENT), post(empty.url, EVENT)];
      for (const answer of asked) expectRefusedForNow(await inTime(answer));

      proxy.heal();
      await Promise.all([untilReady(program.url), untilReady(empty.url)]);
      const [recorded] = (await inTime(post(program.url, EVENT))).json.events;
      expect((await inTime(post(empty.url, EVENT))).json.events).toEqual([recorded]);
      for (const { url } of [program, empty]) {
        const { json } = await get(url, `/countries/CN?after=${recorded.position}`);
        expect(json.asOf.position).toBe(recorded.position);
      }
      await expectTimelinesOfTheLog(program, direct, place, await logOf(direct, place));
    },
    TEST_MS_MAX,
  );
}

async function endAll(): Promise<void> {
  await stopAll();
  await closeAll();
}

/** Fills a log, stops the program when its timelines hold it, and gives the last event. */
async function recordSome(
  program: Awaited<ReturnType<typeof startOn>>,
): Promise<{ readonly position: string }> {
  const writers = new HttpWriters(() => program.url);
  await writers.untilMore(40);
  await writers.stop();
  const [last] = (await post(program.url, { ...briefing, id: uuid(2) })).json.events;
  await until(async () => {
    const { projections } = (await get(program.url, '/readyz')).json;
    return projections.every(({ position }: { readonly position: string }) => position === last.position);
  });
  await program.stop();
  return last;
}

/** The log is said to be away; what is there goes on being served, with its age. */
async function expectDegraded(url: string): Promise<void> {
  await until(async () => (await get(url, '/readyz')).status === 503, NOTICED_MS_MAX);
  const { json } = await get(url, '/readyz');
  expect(json).toMatchObject({ type: '/problems/not-ready', log: { state: 'unavailable' } });
  expect(json.detail).toContain('the log is away');
  for (const path of ['/countries', '/countries/CN', '/topics', '/statements', '/mous']) {
    const { status, headers } = await get(url, path);
    expect([path, status, headers['age']]).toEqual([path, 200, expect.stringMatching(/^\d+$/)]);
  }
  expect((await get(url, '/healthz')).status).toBe(200);
}

/** Of a program that knows nothing of the log yet. */
async function expectNothingYet(url: string): Promise<void> {
  expect((await get(url, '/readyz')).status).toBe(503);
  for (const path of ['/countries', '/countries/CN', '/topics', '/statements', '/mous']) {
    const { status, json, headers } = await get(url, path);
    const told = [path, status, json.type, headers['retry-after']];
    expect(told).toEqual([path, 503, '/problems/projection-building', '1']);
  }
}

function expectRefusedForNow({ status, json, headers }: Answer): void {
  expect([status, headers['retry-after']]).toEqual([503, '1']);
  expect(json.type).toMatch(/^\/problems\/log-(unavailable|busy)$/);
}

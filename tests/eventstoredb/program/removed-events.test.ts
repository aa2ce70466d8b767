import { join } from 'node:path';
import { afterEach, describe, expect, test } from '@jest/globals';
import { briefing, correction, mou, shipment, uuid } from '../../append/sent-events.ts';
import { runProgram } from '../../cli/server-process.ts';
import { allTimelines } from '../../crash/acknowledged-events.ts';
import { post } from '../../http/support/client.ts';
import {
  get,
  logVariables,
  newDataDir,
  postWithRetries,
  startProgramOn,
  stopPrograms,
  waitUntilReady,
} from '../support/program.ts';
import { newPrefix, startSharedWireServer } from '../support/test-server.ts';
import { until } from '../support/until.ts';
import type { StoredLog } from '../wire-server/stored-log.ts';

/* Events that are removed on the server, by means that the program does not have. */

const server = await startSharedWireServer();
const { log } = server.wire;
const TEST_MS_MAX = 240_000;

afterEach(stopPrograms);

const STREAM = 'shipment-removed';
const KEPT = uuid(1);
const FIRST = uuid(2);
const SECOND = uuid(3);

/** Starts the program, and records an agreement and after it a shipment with a correction. */
async function startWithHistory(prefix: string, dataDir: string = newDataDir()) {
  const program = await startProgramOn(server, prefix, dataDir);
  await waitUntilReady(program.url);
  const shipped = { ...shipment, stream: STREAM, id: FIRST };
  const corrected = { ...shipment.data, goods: [{ description: 'antimony ore' }] };
  const corrects = { ...correction(FIRST, STREAM, corrected), id: SECOND };
  for (const event of [{ ...mou, id: KEPT }, shipped, corrects]) {
    expect((await postWithRetries(program.url, event)).status).toBe(201);
  }
  return { ...program, shipped };
}

async function start(prefix: string, dataDir: string = newDataDir()): Promise<string> {
  const { url } = await startProgramOn(server, prefix, dataDir);
  await waitUntilReady(url);
  return url;
}

/** Waits until all timelines are rebuilt, as they are after a removal. */
async function untilRebuilt(url: string): Promise<void> {
  await until(async () => {
    const { projections } = (await get(url, '/projections')).json;
    return projections.every(
      ({ rebuild }: { rebuild?: { state: string } }) => rebuild?.state === 'activated',
    );
  });
  await waitUntilReady(url);
}

async function timelinesOf(url: string): Promise<readonly unknown[]> {
  const { json } = await get(url, '/events?order=desc&limit=1');
  return allTimelines(url, json.events[0].position);
}

const problemOf = ({ status, json }: Awaited<ReturnType<typeof get>>) => [status, json.type];
const REMOVED = [410, '/problems/record-removed'];

type Removal = readonly [name: string, remove: (log: StoredLog, stream: string) => void, reason: string];

const WHOLE: readonly Removal[] = [
  ['deleted', (stored, stream) => stored.softDelete(stream), 'was deleted on the server'],
  ['tombstoned', (stored, stream) => stored.tombstone(stream), 'was deleted for good'],
];
const TRUNCATED: Removal = [
  'truncated',
  (stored, stream) => stored.setMetadata(stream, { $tb: 1 }),
  'before revision 1 were removed',
];

describe.each(WHOLE)('a record that was %s on the server', (_, remove, reason) => {
  test(
    'is gone from every answer, and the answer says why',
    async () => {
      const prefix = newPrefix();
      const { url, shipped } = await startWithHistory(prefix);
      remove(log, prefix + STREAM);
      await untilRebuilt(url);

      for (const path of [
        `/events/${FIRST}`,
        `/events/${SECOND}`,
        `/events/${FIRST}/receipt`,
        `/log/proof/inclusion?event=${FIRST}`,
        `/streams/${STREAM}`,
      ]) {
        const answer = await get(url, path);
        expect([path, ...problemOf(answer)]).toEqual([path, ...REMOVED]);
        expect(answer.json.detail).toContain(reason);
        expect((await get(url, path, { Accept: 'text/html' })).status).toBe(410);
      }
      expect(problemOf(await post(url, shipped))).toEqual(REMOVED);
      expect(problemOf(await post(url, { ...shipped, id: uuid(8) }))).toEqual(REMOVED);
      const link = { from: KEPT, to: FIRST, relation: 'cites', basis: 'The report names it.' };
      const linking = { type: 'RecordLinked', stream: mou.stream, occurred: '2025-12-01', data: link };
      const linked = await post(url, { ...linking, sources: mou.sources });
      expect([linked.status, linked.json.warnings[0]?.detail]).toEqual([
        201,
        expect.stringContaining(reason),
      ]);
      const ready = await get(url, '/readyz');
      expect([ready.status, ready.json.warnings]).toEqual([200, [expect.stringContaining(reason)]]);
      const events = (await get(url, '/events')).json.events;
      expect(events.map(({ stream }: { stream: string }) => stream)).not.toContain(STREAM);
    },
    TEST_MS_MAX,
  );
});

describe.each([...WHOLE, TRUNCATED])('after a record was %s', (_, remove) => {
  test(
    'all processes show the same, before and after a scavenge, and prove the same as far as they read the events',
    async () => {
      const [prefix, dataDir] = [newPrefix(), newDataDir()];
      const { url } = await startWithHistory(prefix, dataDir);
      remove(log, prefix + STREAM);
      await untilRebuilt(url);
      const shown = await timelinesOf(url);
      expect(JSON.stringify(shown)).not.toContain(FIRST);
      const checkpoint = await rootOf(url);

      const before = await start(prefix);
      expect(await timelinesOf(before)).toEqual(shown);
      expect(await rootOf(before)).toEqual(checkpoint);

      log.scavenge();
      const after = await start(prefix);
      expect(await timelinesOf(after)).toEqual(shown);
      expect(problemOf(await get(after, '/log/checkpoint'))).toEqual([503, '/problems/tree-incomplete']);
      expect(problemOf(await get(after, `/events/${KEPT}/receipt`))).toEqual([
        503,
        '/problems/tree-incomplete',
      ]);
      expect(await timelinesOf(url)).toEqual(shown);

      for (const each of [url, before, after]) {
        expect((await postWithRetries(each, { ...briefing, id: uuid(4) })).status).toBeLessThan(300);
      }
      const longer = await timelinesOf(url);
      expect(await timelinesOf(before)).toEqual(longer);
      expect(await timelinesOf(after)).toEqual(longer);
      expect(await rootOf(before)).toEqual(await rootOf(url));
    },
    TEST_MS_MAX,
  );
});

/** The signed lines of a checkpoint: origin, size and root. */
async function rootOf(url: string): Promise<readonly string[]> {
  return (await get(url, '/log/checkpoint')).text.split('\n').slice(0, 3);
}

describe.each([...WHOLE, TRUNCATED])('an export and a copy after a record was %s', (name, remove) => {
  test(
    'are the same before and after a scavenge, and can be used as far as what is left of the record can',
    async () => {
      const [prefix, folder] = [newPrefix(), newDataDir()];
      const { url } = await startWithHistory(prefix);
      remove(log, prefix + STREAM);
      await untilRebuilt(url);
      const shown = (await get(url, '/events')).json.events as readonly { readonly id: string }[];
      const variables = logVariables(server, prefix);

      const before = await runProgram(['export'], { variables });
      expect(before.exitCode).toBe(0);
      const lines = before.stdout.trimEnd().split('\n').slice(0, -1);
      expect(lines.map((line) => JSON.parse(line).id)).toEqual(shown.map(({ id }) => id));
      const imported = ['import', '-', '--data-dir', join(folder, 'imported')];
      // An import checks events as if they were new, and no record begins with a correction.
      const outcome = name === 'truncated' ? [1, 'There is no record'] : [0, 'recorded 1, repeated 0'];
      const { exitCode, stderr } = await runProgram(imported, { input: before.stdout });
      expect([exitCode, stderr]).toEqual([outcome[0], expect.stringContaining(String(outcome[1]))]);
      const copied = ['copy', '--to', join(folder, 'copied')];
      expect(await runProgram(copied, { variables })).toMatchObject({ exitCode: 0 });
      const verified = await runProgram(['verify', '--data-dir', join(folder, 'copied')]);
      expect(verified).toMatchObject({ exitCode: 0, stderr: expect.stringContaining(' are in order') });

      log.scavenge();
      expect(await runProgram(['export'], { variables })).toEqual(before);
      expect(await runProgram(copied, { variables })).toMatchObject({
        exitCode: 0,
        stderr: expect.stringMatching(/^copied 0 events \(\d already there\)/m),
      });
    },
    TEST_MS_MAX,
  );
});

describe('a process that was stopped when a record was deleted and scavenged', () => {
  test(
    'starts, shows the same as a new one, and keeps its tree',
    async () => {
      const [prefix, dataDir] = [newPrefix(), newDataDir()];
      const { url, stop } = await startWithHistory(prefix, dataDir);
      const before = await rootOf(url);
      await stop();
      log.softDelete(prefix + STREAM);
      log.scavenge();

      const restarted = await start(prefix, dataDir);
      await untilRebuilt(restarted);
      expect(await timelinesOf(restarted)).toEqual(await timelinesOf(await start(prefix)));
      expect(await rootOf(restarted)).toEqual(before);
      expect(problemOf(await get(restarted, `/events/${FIRST}`))).toEqual(REMOVED);
    },
    TEST_MS_MAX,
  );
});

import { EventStoreDBClient, jsonEvent } from '@eventstore/db-client';
import { afterEach, describe, expect, test } from '@jest/globals';
import { briefing, uuid } from '../../append/sent-events.ts';
import {
  get,
  getAfter,
  newDataDir,
  postWithRetries,
  startProgramOn,
  stopPrograms,
} from '../support/program.ts';
import { newPrefix, type TestServer } from '../support/test-server.ts';
import { until } from '../support/until.ts';

const FOREIGN_ID = '11111111-2222-4333-8444-555555555555';
const STREAM = 'briefing-foreign';
const TEST_MS_MAX = 120_000;

/** Appends with the bare client, as another program would that uses our streams by mistake. */
async function appendForeignEvent({ connectionString }: TestServer, prefix: string): Promise<void> {
  const client = EventStoreDBClient.connectionString(connectionString);
  const foreign = jsonEvent({ id: FOREIGN_ID, type: 'Foreign', data: {} });
  await client.appendToStream(`${prefix}${STREAM}`, foreign);
  await client.dispose();
}

/** What the program does with a foreign event in one of its own streams. */
export function describeForeignEvent(server: TestServer): void {
  describe(`a foreign event in a stream of the program on ${server.name}`, () => {
    afterEach(stopPrograms);

    test(
      'stops the timelines before it and is named, also after a restart',
      async () => {
        const [prefix, dataDir] = [newPrefix(), newDataDir()];
        const program = await startProgramOn(server, prefix, dataDir);
        const [first] = (await postWithRetries(program.url, { ...briefing, id: uuid(3) })).json.events;
        expect((await getAfter(program.url, '/countries/CN', first.position)).status).toBe(200);
        await appendForeignEvent(server, prefix);
        await expectStoppedBefore(program.url, prefix, first.position);
        await expectAppendAndRead(program.url, 1);
        await program.stop();

        const restarted = await startProgramOn(server, prefix, dataDir);
        await expectStoppedBefore(restarted.url, prefix, first.position);
        await expectAppendAndRead(restarted.url, 2);
      },
      TEST_MS_MAX,
    );

    test(
      'at the end of the log does not keep the program from starting, and is named in its output',
      async () => {
        const prefix = newPrefix();
        await appendForeignEvent(server, prefix);
        const program = await startProgramOn(server, prefix);
        await program.waitForOutput(new RegExp(`The timelines stop before it:\\n.*${FOREIGN_ID}`));
        await expectAppendAndRead(program.url, 1);
      },
      TEST_MS_MAX,
    );
  });
}

interface ProjectionStatus {
  readonly name: string;
  readonly state: string;
  readonly stoppedBy: { readonly event: string; readonly reason: string };
}

/** Expects all timelines to stop before the foreign event, and the program to give the reason. */
async function expectStoppedBefore(url: string, prefix: string, position: string): Promise<void> {
  let projections: readonly ProjectionStatus[] = [];
  await until(async () => {
    projections = (await get(url, '/projections')).json.projections;
    return projections.every(({ state }) => state === 'stopped');
  });
  for (const { name, stoppedBy } of projections) {
    expect([name, stoppedBy.event]).toEqual([name, FOREIGN_ID]);
    expect(stoppedBy.reason).toContain(`stream "${prefix}${STREAM}"`);
  }
  expect((await get(url, '/readyz')).json.detail).toContain('country is stopped');
  const timeline = await get(url, '/countries/CN');
  expect([timeline.status, timeline.json.asOf.position]).toEqual([200, position]);
  const record = await get(url, `/streams/${STREAM}`);
  expect([record.status, record.json.type]).toEqual([500, '/problems/unreadable-event']);
  expect(record.json.detail).toContain(FOREIGN_ID);
}

/** Other records can still be appended to, and their events found by id. */
async function expectAppendAndRead(url: string, number: number): Promise<void> {
  const { status } = await postWithRetries(url, { ...briefing, id: uuid(number) });
  expect([200, 201]).toContain(status);
  await until(async () => (await get(url, `/events/${uuid(number)}`)).status === 200);
}

import { EventStoreDBClient, jsonEvent } from '@eventstore/db-client';
import { afterEach, describe, expect, test } from '@jest/globals';
import { briefing, uuid } from '../append/sent-events.ts';
import { post } from '../http/client.ts';
import { until } from './log-on-wire.ts';
import { get, newDataDir, newPlace, type Place, startOn, stopAll } from './program.ts';
import type { ServerInTest } from './server-in-test.ts';

const STRANGE = '11111111-2222-4333-8444-555555555555';
const STREAM = 'briefing-strange';

/** With the client alone, as somebody would who takes our streams for theirs. */
async function writeStrange({ connectionString }: ServerInTest, { prefix }: Place): Promise<void> {
  const client = EventStoreDBClient.connectionString(connectionString);
  await client.appendToStream(`${prefix}${STREAM}`, jsonEvent({ id: STRANGE, type: 'Strange', data: {} }));
  await client.dispose();
}

/** What the program does with an event in one of its streams that it did not record. */
export function describeStrangeEvent(server: ServerInTest): void {
  describe(`the program on ${server.name}`, () => {
    afterEach(stopAll);

    test('an event that somebody else wrote into a stream of ours is named, before a start and after it', async () => {
      const [place, dataDir] = [newPlace(), newDataDir()];
      const program = await startOn(server, place, dataDir);
      const [first] = (await post(program.url, briefing)).json.events;
      await until(
        async () => (await get(program.url, `/countries/CN?after=${first.position}`)).status === 200,
      );
      await writeStrange(server, place);
      await expectNamed(program.url, place, first.position);
      await expectToGoOn(program.url, 1);
      await program.stop();

      const again = await startOn(server, place, dataDir);
      await expectNamed(again.url, place, first.position);
      await expectToGoOn(again.url, 2);
    });

    test('one that is the last of the log keeps nobody from starting, who is told of it', async () => {
      const place = newPlace();
      await writeStrange(server, place);
      const program = await startOn(server, place);
      await program.prints(new RegExp(`The timelines stop before an event:\\n.*${STRANGE}`));
      await expectToGoOn(program.url, 1);
    });
  });
}

/** The timelines stand before it, and it is told why. */
async function expectNamed(url: string, { prefix }: Place, position: string): Promise<void> {
  await until(async () => (await get(url, '/readyz')).json.detail?.includes('country is stopped'));
  for (const { name, state, stoppedBy } of (await get(url, '/projections')).json.projections) {
    expect([name, state, stoppedBy.event]).toEqual([name, 'stopped', STRANGE]);
    expect(stoppedBy.reason).toContain(`stream "${prefix}${STREAM}"`);
  }
  const timeline = await get(url, '/countries/CN');
  expect([timeline.status, timeline.json.asOf.position]).toEqual([200, position]);
  const story = await get(url, `/streams/${STREAM}`);
  expect([story.status, story.json.type]).toEqual([500, '/problems/unreadable-event']);
  expect(story.json.detail).toContain(STRANGE);
}

/** Other records are taken, and found by their ids. */
async function expectToGoOn(url: string, number: number): Promise<void> {
  const { status } = await post(url, { ...briefing, id: uuid(number) });
  expect([status, (await get(url, `/events/${uuid(number)}`)).status]).toEqual([201, 200]);
}

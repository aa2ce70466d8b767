import { afterEach, expect, test } from '@jest/globals';
import { mou, shipment } from '../../append/sent-events.ts';
import {
  getAfter,
  postWithRetries,
  startProgramOn,
  stopPrograms,
  waitUntilReady,
} from '../support/program.ts';
import { newPrefix, startSharedWireServer } from '../support/test-server.ts';

/* The program follows the log by one subscription, for its index of ids and for its projectors. */

const server = await startSharedWireServer();
afterEach(stopPrograms);

const WRITERS = 8;
const EVENTS_EACH = 50;

test('the program reads nothing again, and is sent each event once', async () => {
  const program = await startProgramOn(server, newPrefix());
  await waitUntilReady(program.url);
  expect((await postWithRetries(program.url, mou)).status).toBe(201);
  await writeAndProject(program.url, 1); // connects
  const before = { ...server.wire.traffic };
  await writeAndProject(program.url, EVENTS_EACH);
  const appends = WRITERS * EVENTS_EACH;
  expect(server.wire.traffic.calls - before.calls).toBe(0);
  expect(server.wire.traffic.events - before.events).toBe(appends);
}, 120_000);

/** Appends with all writers at once, and resolves when a timeline contains the last event of each. */
async function writeAndProject(url: string, eventsEach: number): Promise<void> {
  const writers = Array.from({ length: WRITERS }, () => write(url, eventsEach));
  for (const position of await Promise.all(writers)) {
    expect((await getAfter(url, '/countries/PK', position)).status).toBe(200);
  }
}

/** Appends one shipment under the agreement after another, and returns the position of the last. */
async function write(url: string, events: number): Promise<string> {
  let position = '';
  for (let number = 0; number < events; number += 1) {
    const id = crypto.randomUUID();
    const answer = await postWithRetries(url, { ...shipment, id, stream: `shipment-${id}` });
    expect([answer.status, answer.json.warnings]).toEqual([201, []]);
    position = answer.json.events[0].position;
  }
  return position;
}

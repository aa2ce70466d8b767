import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { mou, uuid } from '../../append/sent-events.ts';
import { type Harness, startHarness } from '../../harness.ts';
import { ask, post } from '../support/client.ts';
import { addEvents, expectAccepted, expectRefused, keep } from '../support/histories.ts';

let harness: Harness;
let other: Harness;

/** The clocks stand still, so the events of both histories have the same positions and instants. */
const clock = () => new Date('2025-10-13T08:00:00Z');

beforeEach(async () => {
  harness = await startHarness(clock);
  other = await startHarness(clock);
});

afterEach(async () => {
  await harness.close();
  await other.close();
});

test('Tokens are refused by a history that differs only in the ids of its last events', async () => {
  for (const { url } of [harness, other]) {
    expect((await post(url, { ...mou, id: uuid(1) })).status).toBe(201);
    await addEvents(url, 'Same');
  }
  const kept = await keep(harness.url);
  const bodyOf = async ({ url }: Harness) => (await ask(url, '/countries/PK')).json.asOf;
  const { token, ...state } = await bodyOf(harness);
  expect(await bodyOf(other)).toEqual({ ...state, token: expect.not.stringMatching(token) });

  await expectAccepted(harness.url, kept);
  await expectRefused(other.url, kept);
});

import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { amendment, correction, mou, retraction, uuid } from '../../append/sent-events.ts';
import { type Harness, startHarness } from '../../harness.ts';
import { type Answer, askTwice as ask, post } from '../support/client.ts';

const NOW = '2026-01-01T00:00:00.000Z';
const [ussm, fwo] = mou.data.parties;

let chancery: Harness;

beforeEach(async () => {
  chancery = await startHarness(() => new Date(NOW));
});
afterEach(() => chancery.close());

const shown = (number: number): Promise<Answer> => ask(chancery.url, `/events/${uuid(number)}`);

/** Records the events with the ids 1, 2, 3 and so on. */
async function record(...events: readonly object[]): Promise<void> {
  const numbered = events.map((event, index) => ({ ...event, id: uuid(index + 1) }));
  expect((await post(chancery.url, numbered)).status).toBe(201);
}

test('shows an event with all its versions', async () => {
  const moved = { ...mou.data, parties: [ussm, { ...fwo, country: 'India' }] };
  const redated = correction(uuid(2), mou.stream, mou.data);
  await record(
    mou,
    correction(uuid(1), mou.stream, moved),
    { ...redated, data: { ...redated.data, occurred: '2025-09-07' } },
    retraction(uuid(1)),
  );

  const by = (number: number, type: string) => {
    return { event: uuid(number), type, position: `${number}`, recordedAt: NOW, actor: 'local' };
  };
  const { json } = await shown(1);
  expect(json.history).toEqual([
    {
      version: 1,
      status: 'current',
      occurred: '2025-09-08',
      data: mou.data,
      sources: 1,
      by: by(1, 'MouSigned'),
      changes: [],
    },
    {
      version: 2,
      status: 'corrected',
      occurred: '2025-09-08',
      data: { ...mou.data, parties: [ussm, { ...fwo, country: 'IN' }] },
      sources: 2,
      by: by(2, 'EventCorrected'),
      reason: 'The outlet corrected its report.',
      changes: [{ pointer: '/data/parties/1/country', before: 'PK', after: 'IN' }],
    },
    {
      version: 3,
      status: 'corrected',
      occurred: '2025-09-07',
      data: mou.data,
      sources: 3,
      by: by(3, 'EventCorrected'),
      reason: 'The outlet corrected its report.',
      changes: [
        { pointer: '/occurred', before: '2025-09-08', after: '2025-09-07' },
        { pointer: '/data/parties/1/country', before: 'IN', after: 'PK' },
      ],
    },
    {
      version: 4,
      status: 'retracted',
      occurred: '2025-09-07',
      data: mou.data,
      sources: 4,
      by: by(4, 'EventRetracted'),
      reason: 'It did not happen.',
      changes: [],
    },
  ]);
  expect(json).toMatchObject({ status: 'retracted', versions: 4, event: { data: mou.data } });
  expect(json.corrections.map(({ id }: { id: string }) => id)).toEqual([2, 3, 4].map(uuid));
});

test('adds no version to an event when another event of its record is corrected', async () => {
  await record(mou, amendment, correction(uuid(1), mou.stream, { ...mou.data, subject: 'ores' }));
  const { json } = await shown(2);
  expect(json).toMatchObject({ versions: 1, corrections: [], history: [{ version: 1, changes: [] }] });
});

test('shows no history for corrections', async () => {
  await record(mou, correction(uuid(1)));
  const { json } = await shown(2);
  expect(json).toMatchObject({ status: 'current', versions: 1, links: {}, corrections: [] });
  expect(json).not.toHaveProperty('history');
});

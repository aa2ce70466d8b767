import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { readRecord, unknownRecord } from '../../src/append/read-record.ts';
import { RecordCache } from '../../src/append/record-cache.ts';
import { createRecorder } from '../../src/append/recorder.ts';
import type { RecordedEvent } from '../../src/event-store/event-store.ts';
import { InMemoryEventStore } from '../../src/testing/in-memory/in-memory-event-store.ts';
import { fuzzRounds } from '../property/fuzz-rounds.ts';
import { amendment, correction, mou, retraction, uuid } from './sent-events.ts';

const actor = 'desk';
const clock = () => new Date('2025-12-05T10:00:00.000Z');
const sources = { clock, randomBytes: (count: number) => Buffer.alloc(count, 7) };
const store = new InMemoryEventStore(clock);
const recorder = createRecorder(store);
const link = {
  ...amendment,
  type: 'RecordLinked',
  data: { from: mou.stream, to: 'briefing-none', relation: 'cites', basis: 'The text says so.' },
};

/** Records an agreement with an amendment, and returns the events. */
async function recordedOn(stream: string): Promise<readonly RecordedEvent[]> {
  const sent = [
    { ...mou, stream },
    { ...amendment, stream },
  ];
  const outcome = await recorder.record(sent, { actor });
  if (outcome.outcome !== 'recorded') throw new Error(`not recorded: ${JSON.stringify(outcome)}`);
  return outcome.events;
}

const charsOf = (events: readonly RecordedEvent[]) =>
  events.map(({ metadata, content }) => metadata + content).join('').length;

describe('a kept record', () => {
  test('is the same as the one that is read', async () => {
    const cache = new RecordCache();
    const [first, ...others] = await recordedOn('mou-kept');
    if (first === undefined) throw new Error('nothing recorded');
    cache.add(unknownRecord('mou-kept'), [first]);
    cache.add(cache.get('mou-kept') ?? unknownRecord('mou-kept'), others);
    const { isCut, ...read } = await readRecord(store, 'mou-kept', () => false);
    expect(cache.get('mou-kept')).toEqual(read);
    expect(cache.get('mou-other')).toBeUndefined();
  });

  test('is dropped when newer ones need its space', async () => {
    const [old, newer] = [await recordedOn('mou-old'), await recordedOn('mou-new')];
    const cache = new RecordCache(charsOf(old) + charsOf(newer) - 1);
    cache.add(unknownRecord('mou-old'), old);
    cache.add(unknownRecord('mou-new'), newer);
    expect(cache.get('mou-old')).toBeUndefined();
    expect(cache.get('mou-new')?.chars).toBe(charsOf(newer));
  });

  test('is dropped when it grows too large', async () => {
    const [first, second] = await recordedOn('mou-large');
    if (first === undefined || second === undefined) throw new Error('nothing recorded');
    const cache = new RecordCache(charsOf([first, second]) - 1);
    cache.add(unknownRecord('mou-large'), [first]);
    cache.add(cache.get('mou-large') ?? unknownRecord('mou-large'), [second]);
    expect(cache.get('mou-large')).toBeUndefined();
  });
});

/** Sent in any order, most are refused, repeat one another, or follow what another writer appended. */
const sends = [
  { ...mou, id: uuid(1) },
  { ...amendment, id: uuid(2) },
  { ...amendment, id: uuid(3), occurred: '2025-11-02' },
  { ...correction(uuid(1)), id: uuid(4) },
  { ...correction(uuid(2), mou.stream, { amendment: 'It is to be built in Lahore.' }), id: uuid(5) },
  { ...retraction(uuid(1)), id: uuid(6) },
  { ...retraction(uuid(2)), id: uuid(7) },
  { ...link, id: uuid(8) },
  { ...amendment, type: 'LinkWithdrawn', data: { withdraws: uuid(8), reason: 'A mistake.' }, id: uuid(9) },
  [
    { ...amendment, id: uuid(10) },
    { ...retraction(uuid(10)), id: uuid(11) },
  ],
];

const numRuns = fuzzRounds(300);

test('two writers that keep records get the outcomes of writers that read them each time', async () => {
  const sending = fc.record({
    event: fc.nat(sends.length - 1),
    writer: fc.nat(1),
    revision: fc.integer({ min: -1, max: 4 }),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(sending, { maxLength: 30 }), async (all) => {
      const [keepers, readers] = [new InMemoryEventStore(clock), new InMemoryEventStore(clock)];
      const writers = [createRecorder(keepers, sources), createRecorder(keepers, sources)] as const;
      for (const { event, writer, revision } of all) {
        const precondition = (actual: unknown) => revision < 0 || actual === revision;
        const options = { actor, precondition };
        const outcome = await (writers[writer] ?? writers[0]).record(sends[event], options);
        expect(outcome).toEqual(await createRecorder(readers, sources).record(sends[event], options));
      }
    }),
    { numRuns },
  );
});

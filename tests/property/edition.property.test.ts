import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { DataSetEdition } from '../../src/append/edition.ts';
import { findMissingEvents, retractionOf } from '../../src/append/missing-events.ts';
import { createRecorder } from '../../src/append/recorder.ts';
import { decodeEvent } from '../../src/domain/events/event.ts';
import { evolveRecord } from '../../src/domain/record/record.ts';
import { emptyRecord, type RecordState } from '../../src/domain/record/record-version.ts';
import { InMemoryEventStore } from '../../src/testing/in-memory/in-memory-event-store.ts';
import { eventsOf, readRows } from '../append/csv/read-csv.ts';
import { treatyMapping } from '../append/csv/treaties.ts';
import { fuzzRounds } from './fuzz-rounds.ts';

const numRuns = fuzzRounds(60);
const SETTINGS = { dataSet: treatyMapping.dataSet, occurred: '2025-12-01' };

const rows = fc.uniqueArray(
  fc.record({
    number: fc.integer({ min: 1, max: 6 }),
    title: fc.constantFrom('A treaty', 'Another treaty'),
    other: fc.constantFrom('OM', 'QA'),
    signed: fc.constantFrom('09/11/1997', '10/11/1997'),
    inForce: fc.constantFrom('', '01/01/1999', '02/1999'),
  }),
  { selector: ({ number }) => number, maxLength: 6 },
);
type Rows = typeof rows extends fc.Arbitrary<infer Value> ? Value : never;

function csvOf(edition: Rows): string {
  const lines = edition.map(({ number, title, other, signed, inForce }) => {
    return `${number},${title},"PK, ${other}",${signed},${inForce},`;
  });
  return ['Number,Title,Parties,Signed,In force,Ended', ...lines].join('\n');
}

/** Imports an edition into a log, as the command line does. */
async function importInto(store: InMemoryEventStore, edition: Rows): Promise<readonly string[]> {
  const recorder = createRecorder(store);
  const comparison = new DataSetEdition(store, SETTINGS);
  const record = (input: unknown) => recorder.record(input, { actor: 'local' });
  const outcomes: string[] = [];
  for (const row of await readRows(csvOf(edition), treatyMapping)) {
    outcomes.push((await comparison.append(eventsOf(row), record)).outcome);
  }
  for (const missing of await findMissingEvents(store, SETTINGS.dataSet, (id) => comparison.has(id))) {
    outcomes.push((await record(retractionOf(missing, SETTINGS))).outcome);
  }
  return outcomes;
}

/** What the log says now: event → its date and payload, without what was retracted. */
async function currentEvents(store: InMemoryEventStore): Promise<ReadonlyMap<string, object>> {
  const events = (await store.readAll({ direction: 'forwards', maxCount: 1_000 })).map(decodeEvent);
  const records = new Map<string, RecordState>();
  for (const event of events) {
    const { stream } = event;
    records.set(stream, evolveRecord(records.get(stream) ?? emptyRecord(stream), event));
  }
  const versions = [...records.values()].flatMap((record) => [...record.versions]);
  const standing = versions.filter(([, { status }]) => status !== 'retracted');
  return new Map(standing.map(([id, { occurred, data }]) => [id, { occurred, data }]));
}

test('after an edition, the log says what it would if that edition had been the first', async () => {
  await fc.assert(
    fc.asyncProperty(rows, rows, async (first, second) => {
      const [both, alone] = [
        new InMemoryEventStore(() => new Date()),
        new InMemoryEventStore(() => new Date()),
      ];
      await importInto(both, first);
      const outcomes = await importInto(both, second);
      await importInto(alone, second);
      expect(outcomes.every((outcome) => ['recorded', 'repeated', 'corrected'].includes(outcome))).toBe(true);
      expect(await currentEvents(both)).toEqual(await currentEvents(alone));
      expect((await importInto(both, second)).every((outcome) => outcome === 'repeated')).toBe(true);
    }),
    { numRuns },
  );
});

import { rmSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import type {
  AppendOutcome,
  EventStore,
  ExpectedRevision,
  NewEvent,
} from '../../src/event-store/event-store.ts';
import { newEvent, revision } from '../../src/testing/contracts/event-store/contract.ts';
import { InMemoryEventStore } from '../../src/testing/in-memory/in-memory-event-store.ts';
import { openTestStore } from '../sqlite/open-test-store.ts';
import { temporaryFolder } from '../sqlite/temporary-folder.ts';
import { fuzzRounds } from './fuzz-rounds.ts';

const numRuns = fuzzRounds(60);

interface Append {
  readonly kind: 'append';
  readonly stream: string;
  readonly expected: ExpectedRevision;
  readonly events: readonly [NewEvent, ...NewEvent[]];
}

type Step =
  | { readonly kind: 'reopen' }
  | { readonly kind: 'clock'; readonly second: number }
  /** Appends that are called without waiting for each other. */
  | { readonly kind: 'appends'; readonly appends: readonly Append[] };

const minute = (second: number) => new Date(Date.UTC(2025, 9, 13, 8, 0, second));

/** There are few ids, streams, contents and times, so that appends conflict. */
const anEvent: fc.Arbitrary<NewEvent> = fc
  .record({
    number: fc.integer({ min: 0, max: 12 }),
    content: fc.constantFrom('{"a":1}', '{"a":1}', '{"a":1}', '{"a":2}'),
    type: fc.constantFrom('BriefingHeld', 'BriefingHeld', 'BriefingHeld', 'MouSigned'),
    second: fc.option(fc.integer({ min: 0, max: 9 }), { nil: undefined, freq: 6 }),
  })
  .map(({ number, second, ...event }) =>
    newEvent(number, second === undefined ? event : { ...event, recordedAt: minute(second).toISOString() }),
  );

const anAppend: fc.Arbitrary<Append> = fc.record({
  kind: fc.constant('append' as const),
  stream: fc.constantFrom('a', 'b', 'c'),
  expected: fc.oneof(
    fc.constant<ExpectedRevision>('any'),
    fc.constant<ExpectedRevision>('no-stream'),
    fc.integer({ min: 0, max: 4 }).map(revision),
  ),
  events: fc
    .array(anEvent, { minLength: 1, maxLength: 3 })
    .map((events) => events as unknown as readonly [NewEvent, ...NewEvent[]]),
});

const aStep: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc
      .array(anAppend, { minLength: 1, maxLength: 6 })
      .map((appends) => ({ kind: 'appends' as const, appends })),
  },
  { weight: 1, arbitrary: fc.constant({ kind: 'reopen' as const }) },
  {
    weight: 2,
    arbitrary: fc.integer({ min: 0, max: 9 }).map((second) => ({ kind: 'clock' as const, second })),
  },
);

function appendAll(store: EventStore, appends: readonly Append[]): Promise<AppendOutcome[]> {
  return Promise.all(appends.map(({ stream, expected, events }) => store.append(stream, expected, events)));
}

test('SQLite has the same outcomes and the same log as the in-memory store, even if it is reopened', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(aStep, { minLength: 1, maxLength: 25 }), async (steps) => {
      const dataDir = temporaryFolder();
      let now = minute(5);
      const clock = () => now;
      const oracle = new InMemoryEventStore(clock);
      let store = openTestStore(dataDir, clock);
      try {
        for (const step of steps) {
          if (step.kind === 'clock') now = minute(step.second);
          if (step.kind === 'reopen') {
            await store.close();
            store = openTestStore(dataDir, clock);
          }
          if (step.kind === 'appends') {
            expect(await appendAll(store, step.appends)).toEqual(await appendAll(oracle, step.appends));
          }
        }
        expect(await wholeLog(store)).toEqual(await wholeLog(oracle));
      } finally {
        await store.close();
        rmSync(dataDir, { recursive: true });
      }
    }),
    { numRuns },
  );
});

const wholeLog = (store: EventStore) => store.readAll({ direction: 'forwards', maxCount: 1_000 });

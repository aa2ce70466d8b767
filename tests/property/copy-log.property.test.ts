import { setImmediate } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { EventStore } from '../../src/event-store/event-store.ts';
import { createRetryPolicy } from '../../src/event-store/retry.ts';
import { copyLog } from '../../src/transfer/copy-log.ts';
import { type Failure, failingStore } from '../transfer/altered-logs.ts';
import { emptyLog, storedEvent, wholeLog } from '../transfer/histories.ts';
import { fuzzRounds } from './fuzz-rounds.ts';

const numRuns = fuzzRounds(30);

const anEvent = fc.record({
  stream: fc.integer({ min: 0, max: 12 }).map((number) => `record-${number}`),
  /** Some events are so large that only few fit into a batch, or one. */
  chars: fc.oneof({ weight: 20, arbitrary: fc.constant(100) }, fc.constantFrom(100_000, 300_000)),
});

const aFailure = (count: number): fc.Arbitrary<Failure> =>
  fc.record({
    appendNumber: fc.integer({ min: 1, max: count }),
    kind: fc.constantFrom('break-before-storing', 'break-after-storing', 'die'),
  });

const copies = fc.array(anEvent, { minLength: 1, maxLength: 700 }).chain((events) =>
  fc.record({
    events: fc.constant(events),
    /** The failures of each attempt. */
    attempts: fc.array(fc.array(aFailure(events.length), { maxLength: 5 }), { maxLength: 4 }),
  }),
);

async function copy(source: EventStore, target: EventStore): Promise<string> {
  const retry = createRetryPolicy({ monotonicMs: () => 0, pause: () => setImmediate() });
  try {
    await copyLog(source, target, { phaseStarted: () => {}, advanced: () => {} }, retry);
    return 'copied';
  } catch (error) {
    return String(error);
  }
}

test('a copy that is interrupted and resumed, over connections that break, equals the source in the end', async () => {
  await fc.assert(
    fc.asyncProperty(copies, async ({ events, attempts }) => {
      const [source, target] = [emptyLog(), emptyLog()];
      for (const [index, { stream, chars }] of events.entries()) {
        const content = JSON.stringify({ text: 'x'.repeat(chars) });
        await source.append(stream, 'any', [storedEvent(index + 1, { content })]);
      }
      const log = (await wholeLog(source)).map(({ position: _its, ...event }) => event);
      for (const failures of attempts) {
        const result = await copy(source, failingStore(target, failures));
        expect(result).toMatch(/^copied$|Failed\.$/);
        const partial = (await wholeLog(target)).map(({ position: _its, ...event }) => event);
        expect(partial).toEqual(log.slice(0, partial.length));
      }
      expect(await copy(source, target)).toBe('copied');
      const copied = (await wholeLog(target)).map(({ position: _its, ...event }) => event);
      expect(copied).toEqual(log);
    }),
    { numRuns },
  );
});

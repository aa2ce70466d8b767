import { setImmediate } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { EventStore } from '../../src/event-store/event-store.ts';
import { createRetryPolicy } from '../../src/event-store/retry.ts';
import { copyLog } from '../../src/transfer/copy-log.ts';
import { type Failure, failingStore } from '../transfer/altered-logs.ts';
import { emptyLog, storedEvent, wholeLog } from '../transfer/histories.ts';

const numRuns = Number(process.env['PROPERTY_RUNS'] ?? 30);

const anEvent = fc.record({
  stream: fc.integer({ min: 0, max: 12 }).map((number) => `record-${number}`),
  /** Now and then so large that few of them go together, or that it goes alone. */
  chars: fc.oneof({ weight: 20, arbitrary: fc.constant(100) }, fc.constantFrom(100_000, 300_000)),
});

const aFailure = (count: number): fc.Arbitrary<Failure> =>
  fc.record({
    at: fc.integer({ min: 1, max: count }),
    kind: fc.constantFrom('break-before-storing', 'break-after-storing', 'die'),
  });

const copies = fc.array(anEvent, { minLength: 1, maxLength: 700 }).chain((events) =>
  fc.record({
    events: fc.constant(events),
    /** What each copy meets, one after another. */
    attempts: fc.array(fc.array(aFailure(events.length), { maxLength: 5 }), { maxLength: 4 }),
  }),
);

async function copy(source: EventStore, target: EventStore): Promise<string> {
  const insist = createRetryPolicy({ monotonicMs: () => 0, pause: () => setImmediate() });
  try {
    await copyLog(source, target, { begins: () => {}, did: () => {} }, insist);
    return 'copied';
  } catch (error) {
    return String(error);
  }
}

test('a copy that dies and is run again, over connections that break, is the log in the end', async () => {
  await fc.assert(
    fc.asyncProperty(copies, async ({ events, attempts }) => {
      const [source, target] = [emptyLog(), emptyLog()];
      for (const [index, { stream, chars }] of events.entries()) {
        const content = JSON.stringify({ text: 'x'.repeat(chars) });
        await source.append(stream, 'any', [storedEvent(index + 1, { content })]);
      }
      const log = (await wholeLog(source)).map(({ position: _its, ...event }) => event);
      for (const failures of attempts) {
        const end = await copy(source, failingStore(target, failures));
        expect(end).toMatch(/^copied$|Dead\.$/);
        const there = (await wholeLog(target)).map(({ position: _its, ...event }) => event);
        expect(there).toEqual(log.slice(0, there.length));
      }
      expect(await copy(source, target)).toBe('copied');
      const copied = (await wholeLog(target)).map(({ position: _its, ...event }) => event);
      expect(copied).toEqual(log);
    }),
    { numRuns },
  );
}, 120_000);

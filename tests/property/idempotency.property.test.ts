import { describe, test } from '@jest/globals';
import fc from 'fast-check';
import { createRecorder, type RecordOutcome } from '../../src/append/recorder.ts';
import { InMemoryEventStore } from '../../src/testing/in-memory/in-memory-event-store.ts';
import { amendment, briefing, correction, mou, retraction, uuid } from '../append/sent-events.ts';
import { fuzzRounds } from './fuzz-rounds.ts';

/** Events of an agreement and a briefing. Each is accepted in this order, whatever happened to the ones before. */
const history = [
  { ...mou, id: uuid(1) },
  { ...briefing, id: uuid(2) },
  { ...amendment, id: uuid(3) },
  { ...correction(uuid(1)), id: uuid(4) },
  { ...retraction(uuid(3)), id: uuid(5) },
  { ...retraction(uuid(2), `briefing-${uuid(2)}`), id: uuid(6) },
];

const numRuns = fuzzRounds(500);
const accepted = new Set(['recorded', 'repeated']);

/** Creates writers on one log. Two of them lose some of the responses after the append. */
function writers(store: InMemoryEventStore, losses: readonly boolean[]) {
  let appends = 0;
  const append: InMemoryEventStore['append'] = async (...args) => {
    await Promise.resolve();
    const outcome = await store.append(...args);
    appends += 1;
    if (losses[appends % Math.max(losses.length, 1)] === true) throw new Error('the response was lost');
    return outcome;
  };
  const lossy = {
    append,
    readStream: store.readStream.bind(store),
    readEvent: store.readEvent.bind(store),
  };
  return [createRecorder(lossy), createRecorder(lossy), createRecorder(store)] as const;
}

async function settle(sending: Promise<RecordOutcome>): Promise<string> {
  try {
    return (await sending).outcome;
  } catch {
    return 'lost';
  }
}

describe('recording is idempotent', () => {
  test('any schedule of repeated, concurrent and lost sends records each event once', async () => {
    const send = fc.record({ event: fc.nat(history.length - 1), writer: fc.nat(2), waits: fc.boolean() });
    await fc.assert(
      fc.asyncProperty(
        fc.array(send, { maxLength: 40 }),
        fc.array(fc.boolean(), { maxLength: 5 }),
        async (sends, losses) => {
          const store = new InMemoryEventStore(() => new Date(0));
          const recorders = writers(store, losses);
          const inFlight: Promise<string>[] = [];
          for (const { event, writer, waits } of sends) {
            const sending = settle(
              (recorders[writer] ?? recorders[2]).record(history[event], { actor: 'desk' }),
            );
            inFlight.push(sending);
            if (waits) await sending;
          }
          await Promise.all(inFlight);
          for (const event of history) {
            const outcome = await recorders[2].record(event, { actor: 'desk' });
            if (!accepted.has(outcome.outcome)) throw new Error(`${event.type}: ${JSON.stringify(outcome)}`);
          }
          const log = await store.readAll({ direction: 'forwards', maxCount: 100 });
          const ids = log.map(({ id }) => id).sort();
          return JSON.stringify(ids) === JSON.stringify(history.map(({ id }) => id));
        },
      ),
      { numRuns },
    );
  });
});

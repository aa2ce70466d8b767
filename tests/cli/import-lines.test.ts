import { setImmediate } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import type { ImportLine } from '../../src/append/import-line.ts';
import { createRecorder, type Recorder } from '../../src/append/recorder.ts';
import { type ImportTarget, importLines } from '../../src/cli/support/import-lines.ts';
import type { JsonObject } from '../../src/domain/values/json.ts';
import { InMemoryEventStore } from '../../src/testing/in-memory/in-memory-event-store.ts';
import { amendment, briefing, mou, uuid } from '../append/sent-events.ts';

const store = () => new InMemoryEventStore(() => new Date('2025-12-05T10:00:00.000Z'));
const progress = { update: () => {}, stop: () => {} };

let lineNumber = 0;

async function* linesOf(events: readonly object[]): AsyncGenerator<ImportLine> {
  for (const event of events) {
    lineNumber += 1;
    yield {
      kind: 'events',
      line: lineNumber,
      text: '',
      input: event as JsonObject,
      explain: (error) => error,
    };
  }
}

const targetOf = (recorder: Recorder): ImportTarget => ({
  record: (input) => recorder.record(input, { actor: 'local' }),
  restore: (envelope) => recorder.restore(envelope),
  inFlightMax: 256,
});

/** Counts the lines in flight. As in the embedded log, an append is not settled in the turn in which it is made. */
function counting(recorder: Recorder) {
  const counts = { inFlight: 0, inFlightMax: 0 };
  const record: Recorder['record'] = async (input, options) => {
    counts.inFlight += 1;
    counts.inFlightMax = Math.max(counts.inFlightMax, counts.inFlight);
    try {
      await setImmediate();
      return await recorder.record(input, options);
    } finally {
      counts.inFlight -= 1;
    }
  };
  return { counts, recorder: { ...recorder, record } };
}

const options = (aborted = new AbortController().signal) => ({
  progress,
  aborted,
  mayBeInFuture: false,
  keepsGoing: false,
  onRefused: async () => {},
  bytesRead: () => 0,
});

test('many lines are in flight, within a limit', async () => {
  const { counts, recorder } = counting(createRecorder(store()));
  const events = Array.from({ length: 1_000 }, (_, index) => ({ ...briefing, id: uuid(index) }));
  const result = await importLines(linesOf(events), targetOf(recorder), options());
  expect(result).toMatchObject({ outcome: 'complete', recorded: 1_000 });
  expect(counts).toEqual({ inFlight: 0, inFlightMax: 256 });
});

test('lines of one record are recorded in their order', async () => {
  const log = store();
  const steps = Array.from({ length: 300 }, (_, index) => ({ ...amendment, id: uuid(index + 1) }));
  const events = [{ ...mou, id: uuid(0) }, ...steps];
  await importLines(linesOf(events), targetOf(createRecorder(log)), options());
  const recorded = await log.readStream(mou.stream, { direction: 'forwards', maxCount: 1_000 });
  expect(recorded.map(({ id }) => id)).toEqual(events.map(({ id }) => id));
});

test('after a stop, the lines in flight are recorded, and no others', async () => {
  const stop = new AbortController();
  const log = store();
  const { counts, recorder } = counting(createRecorder(log));
  const endless = (async function* () {
    for (let index = 0; ; index += 1) {
      if (index === 500) stop.abort();
      yield* linesOf([{ ...briefing, id: uuid(index) }]);
    }
  })();
  expect(await importLines(endless, targetOf(recorder), options(stop.signal))).toMatchObject({
    outcome: 'stopped',
    recorded: 500,
  });
  expect(counts.inFlight).toBe(0);
  expect(await log.countAfter()).toBe(500);
});

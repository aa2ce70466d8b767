import { rmSync } from 'node:fs';
import { setImmediate, setTimeout } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import {
  AppendTooLargeError,
  type EventReader,
  type EventStore,
  type RecordedEvent,
  StoreBusyError,
  StoreUnavailableError,
} from '../../src/event-store/event-store.ts';
import { createRetryPolicy } from '../../src/event-store/retry.ts';
import { eventId, revision } from '../../src/testing/contracts/event-store/contract.ts';
import { type CopyObserver, type CopyPhase, copyLog, type LogCopy } from '../../src/transfer/copy-log.ts';
import { openTestStore } from '../sqlite/open-test-store.ts';
import { temporaryFolder } from '../sqlite/temporary-folder.ts';
import { failingStore, withAlteredEvents, withMethods } from './altered-logs.ts';
import { emptyLog, logOf, storedEvent, wholeLog } from './histories.ts';

/** Enough events for more than one page and several windows. */
const MANY = Array.from({ length: 1_300 }, (_, index) => `record-${(index * 7) % 90}`);
/** A stream of its own for each event. */
const ONE_EACH = MANY.map((_, index) => `record-${index + 1}`);

/** Copies on a clock that advances only during pauses. */
function copy(
  source: EventReader,
  target: EventStore,
  { phaseStarted = () => {}, advanced = () => {} }: Partial<CopyObserver> = {},
  clock = { nowMs: 0 },
): Promise<LogCopy> {
  const pause = async (timeMs: number) => {
    clock.nowMs += timeMs;
    await setImmediate();
  };
  const retry = createRetryPolicy({ monotonicMs: () => clock.nowMs, pause });
  return copyLog(source, target, { phaseStarted, advanced }, retry);
}

async function expectCopy(target: EventStore, source: EventStore): Promise<void> {
  const withoutPosition = ({ position: _position, ...event }: RecordedEvent) => event;
  const [copied, original] = [await wholeLog(target), await wholeLog(source)];
  expect(copied.map(withoutPosition)).toEqual(original.map(withoutPosition));
}

describe('a copied log', () => {
  test('is equal in every field and in order, between stores of either kind', async () => {
    const source = await logOf(MANY);
    const dataDir = temporaryFolder();
    const target = openTestStore(dataDir);
    const back = emptyLog();
    expect(await copy(source, target)).toMatchObject({ existing: 0, copied: 1_300, hasGrown: false });
    expect(await copy(target, back)).toMatchObject({ existing: 0, copied: 1_300, hasGrown: false });
    await expectCopy(target, source);
    await expectCopy(back, source);
    await target.close();
    rmSync(dataDir, { recursive: true });
  });

  test('reports its phases and their progress', async () => {
    const [source, target] = [await logOf(MANY), emptyLog()];
    await copy(await beginningOf(source, 300), target);
    const phases: [phase: CopyPhase, total: number | undefined, done: number][] = [];
    await copy(source, target, {
      phaseStarted: (phase, events) => phases.push([phase, events, 0]),
      advanced: (events) => {
        const [phase, total, done] = phases.pop() ?? ['copying', 0, 0];
        phases.push([phase, total, done + events]);
      },
    });
    expect(phases).toEqual([
      ['comparing-existing', 300, 300],
      ['copying', 1_000, 1_000],
      ['comparing-copied', 1_000, 1_000],
    ]);
  });

  test('may be empty', async () => {
    expect(await copy(emptyLog(), emptyLog())).toMatchObject({ existing: 0, copied: 0, hasGrown: false });
  });

  test('is not changed by a second copy', async () => {
    const [source, target] = [await logOf(MANY), emptyLog()];
    await copy(source, target);
    expect(await copy(source, target)).toMatchObject({ existing: 1_300, copied: 0 });
    await expectCopy(target, source);
  });

  test('ends where the source ended at the start; later events come with the next copy', async () => {
    const [source, target] = [await logOf(['a', 'b']), emptyLog()];
    const phaseStarted = async (phase: CopyPhase) => {
      if (phase === 'copying') await source.append('a', 'any', [storedEvent(3)]);
    };
    expect(await copy(source, target, { phaseStarted })).toMatchObject({ copied: 2, hasGrown: true });
    expect(await wholeLog(target)).toHaveLength(2);
    expect(await copy(source, target)).toMatchObject({ existing: 2, copied: 1, hasGrown: false });
    await expectCopy(target, source);
  });
});

describe('a copy that is interrupted between two batches', () => {
  test('leaves nothing in flight, and the next one resumes it', async () => {
    const [source, target] = [await logOf(MANY), emptyLog()];
    const lengths = [0];
    for (let isComplete = false; !isComplete; ) {
      let [phase, done]: [CopyPhase, number] = ['comparing-existing', 0];
      const phaseStarted = (next: CopyPhase) => {
        phase = next;
      };
      const advanced = (events: number) => {
        if (phase !== 'copying') return;
        done = events;
        throw new Error('Interrupted.');
      };
      const error = await copy(source, target, { phaseStarted, advanced }).catch(
        (reason: Error) => reason.message,
      );
      isComplete = error !== 'Interrupted.';
      lengths.push((await wholeLog(target)).length);
      expect(lengths.at(-1)).toBe((lengths.at(-2) ?? 0) + done);
    }
    expect(lengths.length).toBeGreaterThan(5);
    await expectCopy(target, source);
  });
});

describe('a target that is unavailable for a while', () => {
  test.each(['break-before-storing', 'break-after-storing'] as const)(
    'gets every event once, and in order: %s',
    async (kind) => {
      const [source, target] = [await logOf(MANY), emptyLog()];
      const appendNumbers = [1, 2, 200, 203, 600, 1_299];
      const failures = appendNumbers.map((appendNumber) => ({ appendNumber, kind }));
      expect(await copy(source, failingStore(target, failures))).toMatchObject({ copied: 1_300 });
      await expectCopy(target, source);
    },
  );

  test('is retried for a minute; the next copy resumes', async () => {
    const [source, target] = [await logOf(ONE_EACH.slice(0, 400)), emptyLog()];
    const append: EventStore['append'] = async (...call) => {
      if (call[0] !== 'record-400') return target.append(...call);
      throw new StoreUnavailableError('Unavailable.');
    };
    const clock = { nowMs: 0 };
    const failed = copy(source, withMethods(target, { append }), {}, clock);
    await expect(failed).rejects.toThrow('Unavailable.');
    // The last pause, of at most two seconds, ends after the minute.
    expect(clock.nowMs).toBeGreaterThanOrEqual(60_000);
    expect(clock.nowMs).toBeLessThan(62_000);
    expect(await copy(source, target)).toMatchObject({ existing: 399, copied: 1 });
  });

  test('is retried without limit while it is busy', async () => {
    const [source, target] = [await logOf(['a', 'b']), emptyLog()];
    let attempts = 0;
    const append: EventStore['append'] = async (...call) => {
      attempts += 1;
      if (attempts <= 200) throw new StoreBusyError('Busy.');
      return target.append(...call);
    };
    expect(await copy(source, withMethods(target, { append }))).toMatchObject({ copied: 2 });
    await expectCopy(target, source);
  });

  test('is refused, with the place, if it lost an event in the middle', async () => {
    const source = await logOf(ONE_EACH);
    await expect(
      copy(source, failingStore(emptyLog(), [{ appendNumber: 300, kind: 'lose' }])),
    ).rejects.toThrow(
      `The target was changed by another writer: the target has event ${eventId(301)} (revision 0 of record-301) ` +
        `where the source has event ${eventId(300)} (revision 0 of record-300)`,
    );
  });
});

describe('a target is refused and not written to when it', () => {
  async function refusal(source: EventStore, target: EventStore): Promise<unknown> {
    const before = await wholeLog(target);
    const error = await copy(source, target).then(
      () => 'copied',
      (reason: Error) => reason.message,
    );
    expect(await wholeLog(target)).toEqual(before);
    return error;
  }

  test('contains another log', async () => {
    const [source, target] = [await logOf(['a', 'b']), emptyLog()];
    await target.append('x', 'no-stream', [storedEvent(9)]);
    expect(await refusal(source, target)).toBe(
      `The target is not a copy of the source: the target has event ${eventId(9)} (revision 0 of x) ` +
        `where the source has event ${eventId(1)} (revision 0 of a). Copy into an empty log instead.`,
    );
  });

  test('contains more than the source', async () => {
    const [source, target] = [await logOf(['a', 'b']), emptyLog()];
    await copy(source, target);
    await target.append('x', 'no-stream', [storedEvent(9)]);
    expect(await refusal(source, target)).toBe(
      `The target is not a copy of the source: the target has event ${eventId(9)} (revision 0 of x) ` +
        'after the end of the source. Copy into an empty log instead.',
    );
  });

  test('has an event of the source with a different field', async () => {
    const [source, target] = [await logOf(['a', 'b']), emptyLog()];
    await target.append('a', 'no-stream', [storedEvent(1, { salt: 'another' })]);
    expect(await refusal(source, target)).toBe(
      `The target is not a copy of the source: the salt of event ${eventId(1)} (revision 0 of a) ` +
        'differs in the target. Copy into an empty log instead.',
    );
  });
});

describe('a copy fails and names the event when', () => {
  test('another writer appends to the target meanwhile', async () => {
    const [source, target] = [await logOf(MANY), emptyLog()];
    let batches = 0;
    const advanced = () => {
      batches += 1;
      if (batches === 1) void target.append('x', 'no-stream', [storedEvent(9_000)]);
    };
    await expect(copy(source, target, { advanced })).rejects.toThrow(
      `the target has event ${eventId(9_000)} (revision 0 of x) where the source has`,
    );
  });

  test('a stream of the target has more events', async () => {
    const source = await logOf(['a', 'a']);
    const append: EventStore['append'] = async () => ({ outcome: 'wrong-revision', actual: revision(4) });
    await expect(copy(source, withMethods(emptyLog(), { append }))).rejects.toThrow(
      `The target refused event ${eventId(1)} (revision 0 of a): its stream is at revision 4 there.`,
    );
  });

  test('an append in flight is refused, but only after all have settled', async () => {
    const source = await logOf(ONE_EACH.slice(0, 200));
    let inFlight = 0;
    const append: EventStore['append'] = async (stream) => {
      if (stream === 'record-1') return { outcome: 'wrong-revision', actual: revision(4) };
      inFlight += 1;
      await setTimeout(20);
      inFlight -= 1;
      throw new StoreUnavailableError('Unavailable.');
    };
    await expect(copy(source, withMethods(emptyLog(), { append }))).rejects.toThrow('revision 0 of record-1');
    expect(inFlight).toBe(0);
  });

  test('an event is too large for the target, and nothing after it is stored', async () => {
    const [source, target] = [emptyLog(), emptyLog()];
    for (const number of [1, 2, 3]) {
      const text = 'x'.repeat(number === 2 ? 300_000 : 10);
      await source.append(`s-${number}`, 'no-stream', [
        storedEvent(number, { content: `{"text":"${text}"}` }),
      ]);
    }
    const append: EventStore['append'] = async (stream, expected, events) => {
      if (events[0].content.length > 200_000) throw new AppendTooLargeError('Too large.');
      return target.append(stream, expected, events);
    };
    await expect(copy(source, withMethods(target, { append }))).rejects.toThrow(
      `The target refused event ${eventId(2)} (revision 0 of s-2): Too large.`,
    );
    expect(await wholeLog(target)).toHaveLength(1);
  });
});

test('keeps recording times that decrease in the source, as several servers may write them', async () => {
  const log = await logOf(['a', 'b']);
  const source = withAlteredEvents(log, (event) =>
    event.stream === 'b' ? { ...event, recordedAt: '2024-01-01T00:00:00.000Z' } : event,
  );
  const target = emptyLog();
  await copy(source, target);
  expect((await wholeLog(target)).map(({ recordedAt }) => recordedAt)).toEqual([
    (await wholeLog(log))[0]?.recordedAt,
    '2024-01-01T00:00:00.000Z',
  ]);
});

/** Returns a view of the log that ends after `count` events. */
async function beginningOf(store: EventStore, count: number): Promise<EventStore> {
  const beginning = (await wholeLog(store)).slice(0, count);
  return withMethods(store, {
    countAfter: async (position) => count - Number(position ?? 0),
    readAll: async ({ direction, after, maxCount }) =>
      direction === 'backwards'
        ? beginning.slice(-maxCount).reverse()
        : beginning.slice(Number(after ?? 0)).slice(0, maxCount),
  });
}

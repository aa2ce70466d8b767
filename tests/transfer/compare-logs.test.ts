import { describe, expect, test } from '@jest/globals';
import type { EventStore, RecordedEvent } from '../../src/event-store/event-store.ts';
import { eventId } from '../../src/testing/contracts/event-store/contract.ts';
import {
  type CommonEnd,
  compareLogs,
  describeDifference,
  type LogComparison,
  NO_COMMON_EVENT,
} from '../../src/transfer/compare-logs.ts';
import { withAlteredEvents, withOtherPositions } from './altered-logs.ts';
import { emptyLog, logOf, storedEvent, wholeLog } from './histories.ts';

const STREAMS = Array.from({ length: 1_200 }, (_, index) => `record-${index % 50}`);
const ALTERED = 1_100;

async function compare(
  source: EventStore,
  target: EventStore,
  from: CommonEnd = NO_COMMON_EVENT,
): Promise<LogComparison> {
  const [last] = await source.readAll({ direction: 'backwards', maxCount: 1 });
  return compareLogs({ source, target }, from, last?.position, () => {});
}

function altered(log: EventStore, changes: Partial<Record<keyof RecordedEvent, unknown>>): EventStore {
  return withAlteredEvents(log, (event) =>
    event.id === eventId(ALTERED) ? ({ ...event, ...changes } as RecordedEvent) : event,
  );
}

describe('two logs', () => {
  test('are equal if everything but the positions is equal', async () => {
    const log = await logOf(STREAMS);
    expect(await compare(log, withOtherPositions(log))).toEqual({
      events: 1_200,
      end: { source: '1200', target: 'at-1200' },
      difference: undefined,
    });
  });

  test('may be empty', async () => {
    const nothing = { events: 0, end: NO_COMMON_EVENT, difference: undefined };
    expect(await compare(emptyLog(), emptyLog())).toEqual(nothing);
  });

  test.each([
    ['stream', 'another'],
    ['revision', 22],
    ['type', 'MouSigned'],
    ['recordedAt', '2025-01-01T00:18:20.001Z'],
    ['metadata', '{"actor":"another"}'],
    ['content', '{}'],
    ['salt', ''],
  ] as const)('differ by the %s of one event', async (field, value) => {
    const log = await logOf(STREAMS);
    const { events, end, difference } = await compare(log, altered(log, { [field]: value }));
    expect({ events, end }).toEqual({ events: ALTERED - 1, end: { source: '1099', target: '1099' } });
    expect(difference).toMatchObject({ kind: 'field', field, event: { id: eventId(ALTERED) } });
    expect(difference && describeDifference(difference)).toBe(
      `the ${field} of event ${eventId(ALTERED)} (revision 21 of record-49) differs in the target`,
    );
  });

  test('differ by another event in the same place', async () => {
    const log = await logOf(STREAMS);
    const { difference } = await compare(log, altered(log, { id: eventId(7) }));
    expect(difference && describeDifference(difference)).toBe(
      `the target has event ${eventId(7)} (revision 21 of record-49) where the source has ` +
        `event ${eventId(ALTERED)} (revision 21 of record-49)`,
    );
  });

  test('differ if one of them ends before the other', async () => {
    const [log, longer] = [await logOf(STREAMS), emptyLog()];
    for (const { position: _position, stream, revision: _revision, ...event } of await wholeLog(log)) {
      await longer.append(stream, 'any', [event]);
    }
    await longer.append('x', 'any', [storedEvent(9_000)]);

    const missing = await compare(longer, log);
    const added = await compare(log, longer);

    expect(missing).toMatchObject({
      events: 1_200,
      end: { source: '1200' },
      difference: { kind: 'missing' },
    });
    expect(added).toMatchObject({ events: 1_200, end: { target: '1200' }, difference: { kind: 'added' } });
    expect(missing.difference && describeDifference(missing.difference)).toBe(
      `the target ends before event ${eventId(9_000)} (revision 0 of x)`,
    );
    expect(added.difference && describeDifference(added.difference)).toBe(
      `the target has event ${eventId(9_000)} (revision 0 of x) after the end of the source`,
    );
  });

  test('are compared from after their last known common event', async () => {
    const log = await logOf(STREAMS);
    const different = altered(log, { content: '{}' });
    const commonEnd = { source: '1100', target: '1100' } as CommonEnd;
    expect(await compare(log, different, commonEnd)).toMatchObject({ events: 100, difference: undefined });
  });
});

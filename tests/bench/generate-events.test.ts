import { describe, expect, test } from '@jest/globals';
import { decodeEvent } from '../../src/domain/events/event.ts';
import { parseEvent } from '../../src/domain/events/parse.ts';
import { evolveRecord } from '../../src/domain/record/record.ts';
import { emptyRecord, type RecordState } from '../../src/domain/record/record-version.ts';
import { checkAgainstRecord } from '../../src/domain/record/rules.ts';
import { generateEvents, type SentEvent } from './generate-events.ts';

const COUNT = 3_000;

/** Validates each event against its record, and returns those that an append would refuse. */
function refusals(events: Iterable<SentEvent>): unknown[] {
  const records = new Map<string, RecordState>();
  const refused: unknown[] = [];
  for (const sent of events) {
    const parsed = parseEvent(sent);
    const record = records.get(sent.stream) ?? emptyRecord(sent.stream);
    const result = parsed.outcome === 'parsed' ? checkAgainstRecord(parsed.event, record) : parsed;
    if (result.outcome !== 'accepted') {
      refused.push({ sent, result });
      continue;
    }
    const { id, type, stream, occurred, data, sources } = sent;
    const stored = {
      ...{ id, type, stream, revision: record.revision + 1, position: '1' },
      ...{ recordedAt: '2026-01-01T00:00:00.000Z', metadata: '{"actor":"a","schemaVersion":1}' },
      content: JSON.stringify({ occurred, data, sources }),
    };
    records.set(stream, evolveRecord(record, decodeEvent(stored)));
  }
  return refused;
}

describe('generateEvents', () => {
  const events = [...generateEvents(COUNT, 42)];

  test('generates events that are all accepted in their order', () => {
    expect(refusals(events)).toEqual([]);
  });

  test('generates the same events for the same seed, and others for another seed', () => {
    expect([...generateEvents(COUNT, 42)]).toEqual(events);
    expect([...generateEvents(1, 43)]).not.toEqual([...generateEvents(1, 42)]);
  });

  test('starts with the same events whatever the count', () => {
    expect([...generateEvents(100, 42)]).toEqual(events.slice(0, 100));
  });

  test('includes corrections, retractions and links', () => {
    const share = (type: string) => events.filter((event) => event.type === type).length / COUNT;
    expect(share('EventCorrected')).toBeGreaterThan(0.06);
    expect(share('EventCorrected')).toBeLessThan(0.1);
    expect(share('EventRetracted')).toBeGreaterThan(0);
    expect(share('RecordLinked')).toBeGreaterThan(0);
    expect(share('BriefingHeld')).toBeGreaterThan(0.3);
  });

  test('generates events of about one kilobyte', () => {
    const bytes = events.reduce((sum, event) => sum + JSON.stringify(event).length, 0);
    expect(bytes / COUNT).toBeGreaterThan(900);
    expect(bytes / COUNT).toBeLessThan(1_300);
  });
});

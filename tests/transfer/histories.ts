import { randomBytes } from 'node:crypto';
import type { EventReader, EventStore, NewEvent, RecordedEvent } from '../../src/event-store/event-store.ts';
import { eventId } from '../../src/testing/contracts/event-store/contract.ts';
import { InMemoryEventStore } from '../../src/testing/in-memory/in-memory-event-store.ts';

/** Makes an event with texts that no builder of the domain makes. The port must return them byte for byte. */
export function storedEvent(number: number, changes: Partial<NewEvent> = {}): NewEvent {
  return {
    id: eventId(number),
    type: number % 3 === 0 ? 'MouSigned' : 'BriefingHeld',
    metadata: `{"actor":"desk","schemaVersion":1,"of":"${number} ü"}`,
    content: `{"data":{"number":${number},"text":"„稀土“ \\u0007"}}`,
    salt: randomBytes(16).toString('base64url'),
    recordedAt: new Date(Date.UTC(2025, 0, 1) + number * 1_000).toISOString(),
    ...changes,
  };
}

/** Appends one event to each of the streams, in that order. */
export async function logOf(streams: readonly string[], store: EventStore = emptyLog()): Promise<EventStore> {
  for (const [index, stream] of streams.entries())
    await store.append(stream, 'any', [storedEvent(index + 1)]);
  return store;
}

/** Its clock differs from the times of the events, so a copy that does not pass `recordedAt` is not equal. */
export function emptyLog(): InMemoryEventStore {
  return new InMemoryEventStore(() => new Date('2026-01-01T00:00:00Z'));
}

export function wholeLog(log: EventReader): Promise<readonly RecordedEvent[]> {
  return log.readAll({ direction: 'forwards', maxCount: 100_000 });
}

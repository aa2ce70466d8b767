import {
  type EventStore,
  type ExpectedRevision,
  type RecordedEvent,
  StoreBusyError,
  StoreUnavailableError,
} from '../../../src/event-store/event-store.ts';
import { eventWithId } from './open-adapter.ts';
import { until } from './until.ts';

/** Makes one attempt to append an event, with a new salt. Returns undefined if it has to be retried. */
export async function trySend(
  store: EventStore,
  stream: string,
  expected: ExpectedRevision,
  id: string,
): Promise<RecordedEvent | undefined> {
  try {
    const outcome = await store.append(stream, expected, [eventWithId(id)]);
    if (outcome.outcome === 'appended' || outcome.outcome === 'already-recorded') return outcome.events[0];
    throw new Error(`${id} was refused: ${JSON.stringify(outcome)}`);
  } catch (error) {
    if (error instanceof StoreUnavailableError || error instanceof StoreBusyError) return undefined;
    throw error;
  }
}

/** Retries until the event is acknowledged, and returns it as it was acknowledged. */
export async function sendUntilAcknowledged(
  store: EventStore,
  stream: string,
  expected: ExpectedRevision,
  id: string,
  onFailure: () => void = () => {},
): Promise<RecordedEvent> {
  let recorded: RecordedEvent | undefined;
  await until(async () => {
    recorded = await trySend(store, stream, expected, id);
    if (recorded === undefined) onFailure();
    return recorded;
  });
  return recorded as RecordedEvent;
}

/** Collects all events in `seen` until the store is closed. */
export async function follow(store: Pick<EventStore, 'subscribe'>, seen: RecordedEvent[]): Promise<void> {
  for await (const message of store.subscribe({ pageSize: 50, signal: new AbortController().signal })) {
    if (message.kind === 'events') seen.push(...message.events);
  }
}

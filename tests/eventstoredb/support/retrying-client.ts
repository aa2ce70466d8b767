import {
  type EventStore,
  type RecordedEvent,
  StoreUnavailableError,
} from '../../src/event-store/event-store.ts';
import { event, until } from './log-on-wire.ts';

type Expected = Parameters<EventStore['append']>[1];

const PATIENCE_MS = 30_000;

/** Sends an event once, with a salt that no attempt before had; undefined when it was not acknowledged. */
export async function send(
  store: EventStore,
  stream: string,
  expected: Expected,
  id: string,
): Promise<RecordedEvent | undefined> {
  try {
    const outcome = await store.append(stream, expected, [event(id)]);
    if (outcome.outcome === 'appended' || outcome.outcome === 'already-recorded') return outcome.events[0];
    throw new Error(`${id} was refused: ${JSON.stringify(outcome)}`);
  } catch (error) {
    if (error instanceof StoreUnavailableError) return undefined;
    throw error;
  }
}

/** Sends an event until it is acknowledged; what it was acknowledged as, and how often it was not. */
export async function sendPatiently(
  store: EventStore,
  stream: string,
  expected: Expected,
  id: string,
): Promise<{ readonly recorded: RecordedEvent; readonly failures: number }> {
  let failures = 0;
  let recorded: RecordedEvent | undefined;
  await until(async () => {
    recorded = await send(store, stream, expected, id);
    if (recorded === undefined) failures += 1;
    return recorded;
  }, PATIENCE_MS);
  return { recorded: recorded as RecordedEvent, failures };
}

/** Takes in all that comes until the store is closed. */
export async function follow(store: EventStore, seen: RecordedEvent[]): Promise<void> {
  for await (const message of store.subscribe({ pageSize: 50, signal: new AbortController().signal })) {
    if (message.kind === 'events') seen.push(...message.events);
  }
}

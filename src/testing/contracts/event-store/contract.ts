import type {
  AppendOutcome,
  EventStore,
  NewEvent,
  RecordedEvent,
  Revision,
} from '../../../event-store/event-store.ts';

/** The part of a test framework that the suite uses. */
export interface TestFramework {
  readonly describe: (name: string, body: () => void) => unknown;
  readonly test: (name: string, body: () => Promise<void>) => unknown;
  readonly expect: (actual: unknown) => {
    toBe(expected: unknown): unknown;
    toEqual(expected: unknown): unknown;
  };
}

/** Opens an empty store that takes its time from the clock. The suite closes it. */
export type OpenStore = (clock: () => Date) => EventStore | Promise<EventStore>;

/** What a store cannot be asked for: each with the reason for it, where it is given. */
export interface ContractLimits {
  /** The longest content, and as much of metadata, of one event; absent: 1.5 MB, which some servers do not take. */
  readonly textBytesMax?: number;
}

export interface TestClock {
  now: Date;
}

export interface EventStoreContract {
  readonly textBytesMax: number;
  readonly describe: TestFramework['describe'];
  readonly expect: TestFramework['expect'];
  /** A test on a store of its own; the clock stands still until the test moves it. */
  readonly test: (name: string, body: (store: EventStore, clock: TestClock) => Promise<void>) => void;
}

export function eventStoreTests(openStore: OpenStore, framework: TestFramework): EventStoreContract['test'] {
  return (name, body) => {
    framework.test(name, async () => {
      const clock: TestClock = { now: new Date('2025-10-13T08:00:00.000Z') };
      const store = await openStore(() => clock.now);
      try {
        await body(store, clock);
      } finally {
        await store.close();
      }
    });
  };
}

/** A UUID that a test can tell from others by its number. */
export function eventId(number: number): string {
  return `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`;
}

export function newEvent(number: number, changes: Partial<NewEvent> = {}): NewEvent {
  return {
    id: eventId(number),
    type: 'BriefingHeld',
    metadata: '{"actor":"desk","schemaVersion":1}',
    content: `{"data":{"number":${number}}}`,
    salt: 'AAAAAAAAAAAAAAAAAAAAAA',
    ...changes,
  };
}

export function revision(number: number): Revision {
  return number as Revision;
}

/** Puts events 1 to `count` into the log, one append each, in streams s-0, s-1, s-2, s-0… */
export async function fill(store: EventStore, count: number): Promise<readonly RecordedEvent[]> {
  const numbers = Array.from({ length: count }, (_, index) => index + 1);
  const outcomes = await Promise.all(
    numbers.map((number) => store.append(`s-${(number - 1) % 3}`, 'any', [newEvent(number)])),
  );
  return outcomes.flatMap(eventsIn);
}

export function eventsIn(outcome: AppendOutcome): readonly RecordedEvent[] {
  if (outcome.outcome === 'appended' || outcome.outcome === 'already-recorded') return outcome.events;
  throw new Error(`The append was refused: ${outcome.outcome}`);
}

/** Ids of the whole log, in order. */
export async function loggedIds(store: EventStore): Promise<string[]> {
  const events = await store.readAll({ direction: 'forwards', maxCount: 10_000 });
  return events.map(({ id }) => id);
}

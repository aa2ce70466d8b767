import type {
  AppendOutcome,
  EventStore,
  NewEvent,
  RecordedEvent,
  Revision,
} from '../../../event-store/event-store.ts';

/**
 * The functions of a test framework that the suites use. They are arguments, so `chancery/testing` imports no test
 * framework, and a suite runs under any that has these functions.
 */
export interface TestFramework {
  readonly describe: (name: string, body: () => void) => unknown;
  readonly test: (name: string, body: () => Promise<void>) => unknown;
  readonly expect: (actual: unknown) => {
    toBe(expected: unknown): unknown;
    toEqual(expected: unknown): unknown;
  };
}

/** Opens a new, empty store that takes recording times from `clock`. The suite closes it, sometimes twice. */
export type OpenStore = (clock: () => Date) => EventStore | Promise<EventStore>;

/** Limits of a store that the suite respects. Say in a comment why a store needs one. */
export interface ContractLimits {
  /**
   * Maximum number of UTF-8 bytes of the content of one event, and of its metadata. Defaults to 1.5 MB, which some
   * servers do not accept.
   */
  readonly textBytesMax?: number;
}

export interface TestClock {
  now: Date;
}

/** What the parts of the suite need to define their tests. */
export interface EventStoreContract {
  readonly textBytesMax: number;
  readonly describe: TestFramework['describe'];
  readonly expect: TestFramework['expect'];
  /** Defines a test with a new store. The clock stands still at 2025-10-13T08:00Z until the test sets it. */
  readonly test: (name: string, body: (store: EventStore, clock: TestClock) => Promise<void>) => void;
}

export function eventStoreTests<Store extends EventStore>(
  openStore: (clock: () => Date) => Store | Promise<Store>,
  framework: TestFramework,
): (name: string, body: (store: Store, clock: TestClock) => Promise<void>) => void {
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

/** Returns a UUID that ends with the number. */
export function eventId(number: number): string {
  return `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`;
}

/** Returns an event with the id `eventId(number)`. */
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

/** Appends the events 1 to `count`, one append each, to the streams s-0, s-1, s-2, s-0… in turn. */
export async function appendNumbered(store: EventStore, count: number): Promise<readonly RecordedEvent[]> {
  const numbers = Array.from({ length: count }, (_, index) => index + 1);
  const outcomes = await Promise.all(
    numbers.map((number) => store.append(`s-${(number - 1) % 3}`, 'any', [newEvent(number)])),
  );
  return outcomes.flatMap(recordedEvents);
}

/** @throws Error if the append was refused. */
export function recordedEvents(outcome: AppendOutcome): readonly RecordedEvent[] {
  if (outcome.outcome === 'appended' || outcome.outcome === 'already-recorded') return outcome.events;
  throw new Error(`The append was refused: ${outcome.outcome}`);
}

/** Returns the ids of all events in the order of the log. */
export async function idsInLog(store: EventStore): Promise<string[]> {
  const events = await store.readAll({ direction: 'forwards', maxCount: 10_000 });
  return events.map(({ id }) => id);
}

import {
  type AppendOutcome,
  type EventStore,
  type Position,
  type RecordedEvent,
  StoreFailedError,
  StoreUnavailableError,
} from '../../src/event-store/event-store.ts';

/** The same store with some of its methods put otherwise. */
export function storeWith(store: EventStore, changes: Partial<EventStore>): EventStore {
  return {
    append: (...call) => store.append(...call),
    readEvent: (id) => store.readEvent(id),
    readEventAt: (position) => store.readEventAt(position),
    readStream: (stream, options) => store.readStream(stream, options),
    readAll: (options) => store.readAll(options),
    countAfter: (position) => store.countAfter(position),
    subscribe: (options) => store.subscribe(options),
    parsePosition: (text) => store.parsePosition(text),
    comparePositions: (a, b) => store.comparePositions(a, b),
    close: () => store.close(),
    ...changes,
  };
}

/** The same log with its events read otherwise than they were stored. */
export function readAs(store: EventStore, alter: (event: RecordedEvent) => RecordedEvent): EventStore {
  return storeWith(store, {
    readStream: async (stream, options) => (await store.readStream(stream, options)).map(alter),
    readAll: async (options) => (await store.readAll(options)).map(alter),
  });
}

/** The same log with positions of another form, as another store would give them. */
export function withOtherPositions(store: EventStore): EventStore {
  const own = (position: Position) => position.replace('at-', '') as Position;
  const altered = readAs(store, (event) => ({ ...event, position: `at-${event.position}` as Position }));
  return storeWith(altered, {
    readAll: ({ after, ...options }) => altered.readAll({ ...options, ...(after && { after: own(after) }) }),
    comparePositions: (a, b) => store.comparePositions(own(a), own(b)),
  });
}

export interface Failure {
  /** Number of the append that meets it, from 1. */
  readonly at: number;
  /**
   * `break-…`: the connection breaks, and this append has no answer, nor has any that is under way behind it.
   * `lose`: this one alone is lost. `die`: nothing more is answered.
   */
  readonly kind: 'break-after-storing' | 'break-before-storing' | 'lose' | 'die';
}

/** A store of which appends fail as those of a server do. */
export function failingStore(store: EventStore, failures: readonly Failure[]): EventStore {
  const byNumber = new Map(failures.map(({ at, kind }) => [at, kind]));
  let [appends, isBroken, isDead] = [0, false, false];

  const append: EventStore['append'] = async (...call): Promise<AppendOutcome> => {
    appends += 1;
    const kind = byNumber.get(appends);
    if (kind === 'die') isDead = true;
    if (isDead) throw new StoreFailedError('Dead.');
    if (isBroken || kind === 'lose') throw new StoreUnavailableError('Gone.');
    if (kind === undefined) return store.append(...call);
    isBroken = true;
    setImmediate(() => {
      isBroken = false;
    });
    if (kind === 'break-after-storing') await store.append(...call);
    throw new StoreUnavailableError('Gone.');
  };

  return storeWith(store, { append });
}

import {
  type AppendOutcome,
  type EventStore,
  type Position,
  type RecordedEvent,
  StoreFailedError,
  StoreUnavailableError,
} from '../../src/event-store/event-store.ts';

/** Returns the store with some of its methods replaced. */
export function withMethods(store: EventStore, changes: Partial<EventStore>): EventStore {
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

/** Returns the store with reads that alter its events. */
export function withAlteredEvents(
  store: EventStore,
  alter: (event: RecordedEvent) => RecordedEvent,
): EventStore {
  return withMethods(store, {
    readStream: async (stream, options) => (await store.readStream(stream, options)).map(alter),
    readAll: async (options) => (await store.readAll(options)).map(alter),
  });
}

/** Returns the store with positions of another form, as another kind of store has them. */
export function withOtherPositions(store: EventStore): EventStore {
  const originalPosition = (position: Position) => position.replace('at-', '') as Position;
  const altered = withAlteredEvents(store, (event) => ({
    ...event,
    position: `at-${event.position}` as Position,
  }));
  return withMethods(altered, {
    readAll: ({ after, ...options }) =>
      altered.readAll({ ...options, ...(after && { after: originalPosition(after) }) }),
    comparePositions: (a, b) => store.comparePositions(originalPosition(a), originalPosition(b)),
  });
}

export interface Failure {
  /** Number of the append that fails, from 1. */
  readonly appendNumber: number;
  /**
   * `break-…`: the connection breaks, so this append and all later ones in flight get no response. `lose`: only this
   * append is lost. `die`: this append and all later ones fail.
   */
  readonly kind: 'break-after-storing' | 'break-before-storing' | 'lose' | 'die';
}

/** Returns a store whose appends fail like those of a server. */
export function failingStore(store: EventStore, failures: readonly Failure[]): EventStore {
  const byNumber = new Map(failures.map(({ appendNumber, kind }) => [appendNumber, kind]));
  let [appends, isBroken, isDead] = [0, false, false];

  const append: EventStore['append'] = async (...call): Promise<AppendOutcome> => {
    appends += 1;
    const kind = byNumber.get(appends);
    if (kind === 'die') isDead = true;
    if (isDead) throw new StoreFailedError('Failed.');
    if (isBroken || kind === 'lose') throw new StoreUnavailableError('Unavailable.');
    if (kind === undefined) return store.append(...call);
    isBroken = true;
    setImmediate(() => {
      isBroken = false;
    });
    if (kind === 'break-after-storing') await store.append(...call);
    throw new StoreUnavailableError('Unavailable.');
  };

  return withMethods(store, { append });
}

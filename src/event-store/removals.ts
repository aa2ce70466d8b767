import { createHash } from 'node:crypto';
import type { EventReader, RecordedEvent, Revision, SubscriptionMessage } from './event-store.ts';

/*
 * Events can be removed from a log that is kept on a server, by its operator and with the means of the server. No
 * program can prevent that, but every reader of the log has to see the same: a removed event is treated as if it had
 * never been recorded, whether the server still has it somewhere or not.
 */

/** `deleted` records and `tombstoned` ones have no events left, `truncated` ones have lost their first events. */
export type RemovalKind = 'deleted' | 'tombstoned' | 'truncated';

/** A record that lost events, or will lose some. */
export interface RemovedRecord {
  readonly stream: string;
  readonly kind: RemovalKind;
  /** The first revision that is left: 0 if no event was removed yet. Undefined if all events were removed. */
  readonly firstLeft: Revision | undefined;
  /** The settings of the stream that remove its events as time goes by, such as `$maxAge=60`. */
  readonly retention?: string | undefined;
}

/** What the process knows of removed events. It learns of a removal as it learns of new events. */
export interface LogRemovals {
  readonly records: readonly RemovedRecord[];
  /** Number of events of the log that were read by this process, or earlier ones on its folder, and then removed. */
  readonly events: number;
  /** The records that had lost events before the process could read them. */
  readonly unread: readonly string[];
  /** Resolves when every removal is known that the log had when the process started. */
  readonly known: Promise<void>;
  /** Calls the listener with a record whenever other events of it are removed than before. */
  onChange(listener: (record: RemovedRecord) => void): void;
}

/** The removals of a log from which nothing can be removed. */
export const NO_REMOVALS: LogRemovals = {
  records: [],
  events: 0,
  unread: [],
  known: Promise.resolve(),
  onChange: () => {},
};

/** Returns a signed 32-bit number that differs if other events are removed: 0 if none is. */
export function removalsDigest(records: readonly RemovedRecord[]): number {
  const removed = records.filter(({ firstLeft }) => firstLeft !== 0);
  if (removed.length === 0) return 0;
  const lines = removed.map(({ stream, firstLeft }) => JSON.stringify([stream, firstLeft ?? null]));
  return createHash('sha256').update(lines.toSorted().join()).digest().readInt32BE();
}

/** The event, or every event of the record, was removed from the log. */
export class EventRemovedError extends Error {
  override readonly name = 'EventRemovedError';
  readonly record: RemovedRecord;

  constructor(record: RemovedRecord) {
    super(`${describeRemoval(record)}.`);
    this.record = record;
  }
}

/** Returns a sentence without its full stop. */
export function describeRemoval({ stream, kind, firstLeft, retention }: RemovedRecord): string {
  const cause = retention === undefined ? '' : ` by ${retention}`;
  switch (kind) {
    case 'deleted':
      return `The record ${stream} was deleted on the server of the log`;
    case 'tombstoned':
      return `The record ${stream} was deleted for good (tombstoned) on the server of the log`;
    case 'truncated':
      if (firstLeft === 0) return `Events of the record ${stream} are going to be removed${cause}`;
      if (firstLeft === undefined)
        return `All events of the record ${stream} were removed on the server${cause}`;
      return `The events of the record ${stream} before revision ${firstLeft} were removed on the server${cause}`;
  }
}

type Place = Pick<RecordedEvent, 'stream' | 'revision'>;

/** Answers whether an event was removed. */
export class RemovedEvents {
  #records: ReadonlyMap<string, RemovedRecord>;

  constructor(records: readonly RemovedRecord[] = []) {
    this.#records = byStream(records);
  }

  replace(records: readonly RemovedRecord[]): void {
    this.#records = byStream(records);
  }

  has({ stream, revision }: Place): boolean {
    const record = this.#records.get(stream);
    return record !== undefined && (record.firstLeft === undefined || revision < record.firstLeft);
  }

  /** Throws EventRemovedError if the record has no events left. */
  requireLeft(stream: string): void {
    const record = this.#records.get(stream);
    if (record !== undefined && record.firstLeft === undefined) throw new EventRemovedError(record);
  }
}

function byStream(records: readonly RemovedRecord[]): ReadonlyMap<string, RemovedRecord> {
  return new Map(records.map((record) => [record.stream, record]));
}

/** Makes a reader that leaves out removed events, which the log still returns to those who read all of it. */
export function withoutRemoved(reader: EventReader, removed: RemovedEvents): EventReader {
  const isLeft = (event: RecordedEvent): boolean => !removed.has(event);
  return {
    async readEventAt(position) {
      const event = await reader.readEventAt(position);
      return event !== undefined && isLeft(event) ? event : undefined;
    },
    async readStream(stream, options) {
      removed.requireLeft(stream);
      return reader.readStream(stream, options);
    },
    async readAll(options) {
      const events: RecordedEvent[] = [];
      for (let after = options.after; ; ) {
        const maxCount = options.maxCount - events.length;
        const page = await reader.readAll({ ...options, maxCount, ...(after !== undefined && { after }) });
        events.push(...page.filter(isLeft));
        after = page.at(-1)?.position;
        if (page.length < maxCount || events.length === options.maxCount) return events;
      }
    },
    countAfter: (position) => reader.countAfter(position),
    subscribe: (options) => leftEvents(reader.subscribe(options), isLeft),
    parsePosition: (text) => reader.parsePosition(text),
    comparePositions: (a, b) => reader.comparePositions(a, b),
  };
}

async function* leftEvents(
  messages: AsyncIterable<SubscriptionMessage>,
  isLeft: (event: RecordedEvent) => boolean,
): AsyncGenerator<SubscriptionMessage, void, undefined> {
  for await (const message of messages) {
    if (message.kind !== 'events' || message.events.every(isLeft)) {
      yield message;
      continue;
    }
    const events = message.events.filter(isLeft);
    if (events.length > 0) yield { kind: 'events', events };
  }
}

/** Makes reads in which the first event that is left of a record has revision 0. */
export function renumbered(
  reader: Pick<EventReader, 'readAll' | 'readStream'>,
  records: readonly RemovedRecord[],
): Pick<EventReader, 'readAll' | 'readStream'> {
  const first = new Map(records.map(({ stream, firstLeft = 0 }) => [stream, firstLeft]));
  const shift = (event: RecordedEvent): RecordedEvent => {
    return { ...event, revision: (event.revision - (first.get(event.stream) ?? 0)) as Revision };
  };
  return {
    readAll: async (options) => (await reader.readAll(options)).map(shift),
    async readStream(stream, { from, ...options }) {
      const shifted = from === undefined ? {} : { from: (from + (first.get(stream) ?? 0)) as Revision };
      return (await reader.readStream(stream, { ...options, ...shifted })).map(shift);
    },
  };
}

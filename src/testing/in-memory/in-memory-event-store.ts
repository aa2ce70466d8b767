import { findDuplicate, matchesExpectedRevision, recordingTimes } from '../../event-store/append-rules.ts';
import type {
  AppendOutcome,
  EventStore,
  ExpectedRevision,
  NewEvent,
  Position,
  ReadAllOptions,
  ReadStreamOptions,
  RecordedEvent,
  Revision,
  SubscribeOptions,
  SubscriptionMessage,
} from '../../event-store/event-store.ts';
import { StoreFailedError } from '../../event-store/event-store.ts';
import { NewEventNotifier, subscribeByPages } from '../../event-store/paging.ts';
import { numberedPosition, parseNumberedPosition, positionNumber } from '../../event-store/position.ts';
import type { LogRedaction, RedactableLog } from '../../event-store/redaction.ts';

/**
 * The reference implementation of the event-store port, without persistence. Tests use it, replays record into it, and
 * the contract suite compares it with the other stores.
 */
export class InMemoryEventStore implements EventStore, RedactableLog {
  readonly #clock: () => Date;
  readonly #log: RecordedEvent[] = [];
  readonly #streams = new Map<string, RecordedEvent[]>();
  readonly #byId = new Map<string, RecordedEvent>();
  readonly #newEvents = new NewEventNotifier();

  constructor(clock: () => Date) {
    this.#clock = clock;
  }

  async append(
    stream: string,
    expected: ExpectedRevision,
    events: readonly [NewEvent, ...NewEvent[]],
  ): Promise<AppendOutcome> {
    if (this.#newEvents.closed) throw new StoreFailedError('The event store is closed.');
    const duplicate = findDuplicate(stream, events, (id) => this.#byId.get(id));
    if (duplicate !== undefined) return duplicate;

    const actual = this.#streams.get(stream)?.at(-1)?.revision ?? 'no-stream';
    if (!matchesExpectedRevision(actual, expected)) return { outcome: 'wrong-revision', actual };

    const lastRecordedAt = this.#log.at(-1)?.recordedAt ?? '';
    const recordedAt = recordingTimes(events, lastRecordedAt, this.#clock().toISOString());
    if (recordedAt.outcome !== 'in-order') return recordedAt;

    return { outcome: 'appended', events: this.#record(stream, events, recordedAt.times) };
  }

  #record(stream: string, events: readonly NewEvent[], times: readonly string[]): RecordedEvent[] {
    const streamEvents = this.#streams.get(stream) ?? [];
    this.#streams.set(stream, streamEvents);
    const recorded = events.map(({ isCopy: _, ...event }, index) => ({
      ...event,
      stream,
      position: numberedPosition(this.#log.length + 1 + index),
      revision: (streamEvents.length + index) as Revision,
      recordedAt: times[index] ?? '',
    }));
    streamEvents.push(...recorded);
    this.#log.push(...recorded);
    for (const event of recorded) this.#byId.set(event.id, event);
    this.#newEvents.notify();
    return recorded;
  }

  async redact({ stream, expected, event, contents }: LogRedaction): Promise<AppendOutcome> {
    const outcome = await this.append(stream, expected, [event]);
    if (outcome.outcome !== 'appended') return outcome;
    for (const { id, ...left } of contents) {
      const recorded = this.#byId.get(id);
      if (recorded === undefined) throw new Error(`There is no event ${id}.`);
      const rewritten = { ...recorded, ...left };
      this.#byId.set(id, rewritten);
      this.#log[positionNumber(recorded.position) - 1] = rewritten;
      this.#streams.get(stream)?.splice(recorded.revision, 1, rewritten);
    }
    return outcome;
  }

  async erase(): Promise<boolean> {
    return true;
  }

  async readEvent(id: string): Promise<RecordedEvent | undefined> {
    return this.#byId.get(id);
  }

  async readEventAt(position: Position): Promise<RecordedEvent | undefined> {
    return this.#log[positionNumber(position) - 1];
  }

  async readStream(stream: string, options: ReadStreamOptions): Promise<readonly RecordedEvent[]> {
    const { direction, from, maxCount } = options;
    const events = this.#streams.get(stream) ?? [];
    if (direction === 'forwards') return events.slice(from ?? 0).slice(0, maxCount);
    return events
      .slice(0, (from ?? events.length) + 1)
      .reverse()
      .slice(0, maxCount);
  }

  async readAll({ direction, after, maxCount }: ReadAllOptions): Promise<readonly RecordedEvent[]> {
    if (direction === 'forwards') {
      const start = after === undefined ? 0 : positionNumber(after);
      return this.#log.slice(start, start + maxCount);
    }
    const { length } = this.#log;
    const end = after === undefined ? length : Math.min(positionNumber(after) - 1, length);
    return this.#log.slice(Math.max(end - maxCount, 0), end).reverse();
  }

  async countAfter(position?: Position): Promise<number> {
    return this.#log.length - (position === undefined ? 0 : positionNumber(position));
  }

  subscribe(options: SubscribeOptions): AsyncIterable<SubscriptionMessage> {
    return subscribeByPages(
      (after, maxCount) =>
        this.readAll({ direction: 'forwards', maxCount, ...(after !== undefined && { after }) }),
      this.#newEvents,
      options,
    );
  }

  parsePosition(text: string): Position | undefined {
    return parseNumberedPosition(text);
  }

  comparePositions(a: Position, b: Position): number {
    return positionNumber(a) - positionNumber(b);
  }

  async close(): Promise<void> {
    this.#newEvents.close();
  }
}

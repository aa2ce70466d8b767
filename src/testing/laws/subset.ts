import { findCurationType } from '../../domain/event-types/registry.ts';
import { type DomainEvent, decodeEvent } from '../../domain/events/event.ts';
import type { EventStore, NewEvent, RecordedEvent } from '../../event-store/event-store.ts';

interface Node {
  readonly event: RecordedEvent;
  /** Indexes of the events that must come before it: the opening of its record, and the event that it changes. */
  readonly needs: readonly number[];
}

/** Makes subsets of a log that are valid histories: no event lacks one that it needs. */
export class HistorySubsets {
  readonly #nodes: readonly Node[];

  constructor(log: readonly RecordedEvent[]) {
    const indexes = new Map(log.map((event, index) => [event.id, index]));
    const openings = new Map<string, number>();
    this.#nodes = log.map((event, index) => {
      const opening = openings.get(event.stream);
      if (opening === undefined) openings.set(event.stream, index);
      const target = indexes.get(targetOf(decodeEvent(event)) ?? '');
      return { event, needs: [opening, target].filter((need) => need !== undefined) };
    });
  }

  get length(): number {
    return this.#nodes.length;
  }

  /** Returns these indexes and those of all events that they need, ascending. */
  withNeeds(indexes: readonly number[]): readonly number[] {
    const included = new Set<number>();
    const pending = [...indexes];
    for (let index = pending.pop(); index !== undefined; index = pending.pop()) {
      if (included.has(index)) continue;
      included.add(index);
      pending.push(...(this.#nodes[index]?.needs ?? []));
    }
    return [...included].sort((a, b) => a - b);
  }

  /** Returns the events at these ascending indexes, without those that need an event that is not included. */
  eventsAt(indexes: readonly number[]): readonly RecordedEvent[] {
    const included = new Set<number>();
    const events: RecordedEvent[] = [];
    for (const index of indexes) {
      const node = this.#nodes[index];
      if (node === undefined || !node.needs.every((need) => included.has(need))) continue;
      included.add(index);
      events.push(node.event);
    }
    return events;
  }
}

/** Returns the id of the event or link that a curation event changes. */
function targetOf({ type, data }: DomainEvent): string | undefined {
  return findCurationType(type)?.target(data);
}

/** Appends events of another log. Their positions and revisions are those of this log. */
export async function reappend(log: EventStore, events: readonly RecordedEvent[]): Promise<void> {
  for (const event of events) {
    const { id, type, metadata, content, salt, recordedAt } = event;
    const newEvent: NewEvent = { id, type, metadata, content, salt, recordedAt };
    const { outcome } = await log.append(event.stream, 'any', [newEvent]);
    if (outcome !== 'appended' && outcome !== 'already-recorded') {
      throw new Error(`The event ${id} cannot be appended to another log: ${outcome}`);
    }
  }
}

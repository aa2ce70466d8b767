import { findCurationType } from '../../domain/event-types/registry.ts';
import { type DomainEvent, decodeEvent } from '../../domain/events/event.ts';
import type { EventStore, NewEvent, RecordedEvent } from '../../event-store/event-store.ts';

/** An event of a log, and the events that it makes no sense without, by their places. */
interface Node {
  readonly event: RecordedEvent;
  readonly needs: readonly number[];
}

/** A log that parts can be taken of which hold together as records. */
export class HistoryInBlocks {
  readonly #nodes: readonly Node[];

  constructor(log: readonly RecordedEvent[]) {
    const places = new Map(log.map((event, place) => [event.id, place]));
    const openings = new Map<string, number>();
    this.#nodes = log.map((event, place) => {
      const opening = openings.get(event.stream);
      if (opening === undefined) openings.set(event.stream, place);
      const named = namedIn(decodeEvent(event)).flatMap((id) => places.get(id) ?? []);
      return { event, needs: opening === undefined ? named : [opening, ...named] };
    });
  }

  get length(): number {
    return this.#nodes.length;
  }

  /** The places of these events and of all that they need, in the order of the log. */
  withNeeds(places: readonly number[]): readonly number[] {
    const taken = new Set<number>();
    const open = [...places];
    for (let place = open.pop(); place !== undefined; place = open.pop()) {
      if (taken.has(place)) continue;
      taken.add(place);
      open.push(...(this.#nodes[place]?.needs ?? []));
    }
    return [...taken].sort((a, b) => a - b);
  }

  /** The events in these places, in the order of the log, but for those that need one that is not among them. */
  part(places: readonly number[]): readonly RecordedEvent[] {
    const taken = new Set<number>();
    const events: RecordedEvent[] = [];
    for (const place of places) {
      const node = this.#nodes[place];
      if (node === undefined || !node.needs.every((need) => taken.has(need))) continue;
      taken.add(place);
      events.push(node.event);
    }
    return events;
  }
}

/** Returns the id of the event or link of the same record that a curation event changes. */
function namedIn({ type, data }: DomainEvent): readonly string[] {
  const target = findCurationType(type)?.target(data);
  return target === undefined ? [] : [target];
}

/** Appends events of another log; positions and revisions are those of this one. */
export async function appendAgain(log: EventStore, events: readonly RecordedEvent[]): Promise<void> {
  for (const event of events) {
    const { id, type, metadata, content, salt, recordedAt } = event;
    const again: NewEvent = { id, type, metadata, content, salt, recordedAt };
    const { outcome } = await log.append(event.stream, 'any', [again]);
    if (outcome !== 'appended' && outcome !== 'already-recorded') {
      throw new Error(`The event ${id} cannot be put into a log again: ${outcome}`);
    }
  }
}

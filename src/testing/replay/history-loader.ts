import type { DomainEvent } from '../../domain/events/event.ts';
import type { EventReader, EventStore, Position, RecordedEvent } from '../../event-store/event-store.ts';
import { numberedPosition, positionNumber } from '../../event-store/position.ts';
import { EntryBuilder, type FoldedEvent } from '../../projector/entry-builder.ts';
import type { Projection } from '../../projector/projector.ts';
import { RecordStates } from '../../projector/record-state.ts';
import type { EntryVersion, Ordinal } from '../../projector/timeline-store.ts';
import { type ExportedEvent, placed, storedFormOf } from './envelopes.ts';
import { RefusedEventError } from './refused-event-error.ts';

const PAGE_SIZE = 200;
/** Of a log that there is only one of. */
const LINEAGE = '00000000';

/**
 * Restores a history into projections straight from its envelopes: what a projector does after reading a page of the
 * log, without a log in between. The events go into a log when somebody asks for one, and a projector goes on there.
 */
export class HistoryLoad {
  readonly #projections: readonly Projection[];
  readonly #tracker: RecordStates;
  readonly #events: DomainEvent[] = [];
  readonly #streams = new Map<string, DomainEvent[]>();
  readonly #byId = new Map<string, DomainEvent>();

  constructor(projections: readonly Projection[]) {
    this.#projections = projections;
    const readStream: EventReader['readStream'] = async (stream, { from = 0, maxCount }) =>
      (this.#streams.get(stream) ?? []).slice(from, from + maxCount).map(recordedForm);
    this.#tracker = new RecordStates({ readStream }, (position) => positionNumber(position) as Ordinal);
  }

  /**
   * Envelopes that are there already are passed over. Throws what a definition throws, and `RefusedEventError`.
   * @param indexBefore how many events stand before them in what was given
   */
  async take(envelopes: readonly ExportedEvent[], indexBefore: number): Promise<void> {
    for (let start = 0; start < envelopes.length; start += PAGE_SIZE) {
      await this.#takePage(envelopes.slice(start, start + PAGE_SIZE), indexBefore + start);
    }
  }

  /** The event with an ordinal. */
  eventAt(ordinal: number): DomainEvent | undefined {
    return this.#events[ordinal - 1];
  }

  /** Puts the events into an empty log. */
  async storeIn(store: EventStore): Promise<void> {
    for (const event of this.#events) await store.append(event.stream, 'any', [storedFormOf(event)]);
  }

  async #takePage(envelopes: readonly ExportedEvent[], indexBefore: number): Promise<void> {
    const before = this.#events.length;
    for (const [index, envelope] of envelopes.entries()) this.#add(envelope, indexBefore + index);
    const steps: FoldedEvent[] = [];
    for (const event of this.#events.slice(before)) {
      const ordinal = (before + steps.length + 1) as Ordinal;
      const moment = { ordinal, position: event.position as Position, instant: event.recordedAt };
      steps.push({ eventId: event.id, moment, versions: await this.#tracker.advance(event, ordinal) });
    }
    const entries = new EntryBuilder();
    for (const projection of this.#projections) commit(projection, steps, entries);
  }

  #add(envelope: ExportedEvent, index: number): void {
    const known = this.#byId.get(envelope.id);
    if (known !== undefined) {
      requireSame(envelope, known, index);
      return;
    }
    const last = this.#events.at(-1)?.recordedAt;
    if (last !== undefined && envelope.recordedAt < last) {
      throw new RefusedEventError(envelope, index, { outcome: 'recorded-at-out-of-order', last });
    }
    const story = this.#streams.get(envelope.stream) ?? [];
    this.#streams.set(envelope.stream, story);
    const position = numberedPosition(this.#events.length + 1);
    const event = placed(envelope, { position, revision: story.length });
    story.push(event);
    this.#events.push(event);
    this.#byId.set(event.id, event);
  }
}

function commit(
  { definition, writer }: Projection,
  steps: readonly FoldedEvent[],
  entries: EntryBuilder,
): void {
  const last = steps.at(-1);
  if (last === undefined) return;
  const versions: EntryVersion[] = [];
  for (const step of steps) versions.push(...entries.entryVersions(definition, step));
  writer.commit({
    moments: steps.map(({ moment }) => moment),
    versions,
    checkpoint: { ...last.moment, eventId: last.eventId, lineage: LINEAGE },
  });
}

function recordedForm(event: DomainEvent): RecordedEvent {
  const { stream, position, revision } = event;
  return { ...storedFormOf(event), stream, position, revision } as RecordedEvent;
}

function requireSame(envelope: ExportedEvent, known: DomainEvent, index: number): void {
  const isSame =
    envelope.stream === known.stream &&
    envelope.type === known.type &&
    storedFormOf(envelope).content === storedFormOf(known).content;
  if (!isSame) throw new RefusedEventError(envelope, index, { outcome: 'id-taken', id: envelope.id });
}

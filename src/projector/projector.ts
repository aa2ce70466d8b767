import { createHash } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import { decodeEvent } from '../domain/events/event.ts';
import type { EventReader, RecordedEvent } from '../event-store/event-store.ts';
import type { TimelineDefinition } from './define-timeline.ts';
import { EntryBuilder, type FoldedEvent } from './entry-builder.ts';
import { RecordStates } from './record-state.ts';
import type { Checkpoint, EntryVersion, Ordinal, TimelineWriter } from './timeline-store.ts';

/** A definition and the store that its rows go to. */
export interface Projection {
  readonly definition: TimelineDefinition;
  readonly writer: TimelineWriter;
}

/** What a projector tells while it runs; `projection` is the name in the definition. */
export type ProjectorSignal =
  | { readonly kind: 'projected'; readonly projection: string; readonly checkpoint: Checkpoint }
  /** The projection holds every event that the log held a moment ago. */
  | { readonly kind: 'caught-up'; readonly projection: string }
  /** The projection cannot go on and stays where it is; the others do. `eventId`: the event that it cannot take. */
  | {
      readonly kind: 'stopped';
      readonly projection: string;
      readonly eventId: string | undefined;
      readonly reason: string;
    };

/** An event that a stage cannot take. */
interface Poison {
  readonly eventId: string;
  readonly reason: string;
}

interface FoldedPage {
  readonly steps: readonly FoldedEvent[];
  readonly poison: Poison | undefined;
}

const PAGE_SIZE_DEFAULT = 2_000;
const LINEAGE_DIGITS = 8;

/**
 * Keeps projections up to date with a log: catches up from the lowest checkpoint among them, then stays live.
 *
 * Each event is decoded and folded once for all of them. Rows and checkpoint of a projection change in one
 * transaction a page, so a crash at any point leaves it at a page's end, and the next run goes on from there.
 */
export class Projector {
  readonly #reader: Pick<EventReader, 'subscribe' | 'readStream'>;
  readonly #signal: (signal: ProjectorSignal) => void;
  readonly #pageSize: number;
  readonly #tracker: RecordStates;
  #running: readonly Projection[];
  #lineage = '';
  /** The latest so far: processes that record side by side may turn the clock back a little between two events. */
  #instant = '';

  constructor(
    reader: Pick<EventReader, 'subscribe' | 'readStream'>,
    projections: readonly Projection[],
    signal: (signal: ProjectorSignal) => void,
    pageSize = PAGE_SIZE_DEFAULT,
  ) {
    this.#reader = reader;
    this.#running = projections;
    this.#signal = signal;
    this.#pageSize = pageSize;
    this.#tracker = new RecordStates(reader, (position) => this.#running[0]?.writer.ordinalAt(position));
  }

  /** Runs until the signal is aborted or every projection has stopped. Faults of the log are thrown. */
  async run(signal: AbortSignal): Promise<void> {
    const start = lowestCheckpoint(this.#running);
    this.#lineage = start?.lineage ?? '';
    this.#instant = start?.instant ?? '';
    let ordinal = start?.ordinal ?? 0;
    const options = { pageSize: this.#pageSize, signal, ...(start && { after: start.position }) };
    for await (const message of this.#reader.subscribe(options)) {
      if (message.kind === 'caught-up') {
        for (const { definition } of this.#running)
          this.#signal({ kind: 'caught-up', projection: definition.name });
      } else {
        await this.#project(message.events, ordinal);
        ordinal += message.events.length;
        // Reading and writing may never wait for anything: without this, a thread would not hear that it is to stop.
        await setImmediate();
      }
      if (this.#running.length === 0) return;
    }
  }

  async #project(events: readonly RecordedEvent[], ordinalBefore: number): Promise<void> {
    if (ordinalBefore === 0 && events[0] !== undefined) this.#lineage = lineageOf(events[0]);
    const { steps, poison } = await this.#fold(events, ordinalBefore);
    const entries = new EntryBuilder();
    for (const projection of this.#running) {
      const stoppedBy = this.#commit(projection, steps, entries) ?? poison;
      if (stoppedBy !== undefined) this.#stop(projection, stoppedBy);
    }
  }

  /** Stage one for a page, up to the first event that it cannot take. */
  async #fold(events: readonly RecordedEvent[], ordinalBefore: number): Promise<FoldedPage> {
    const steps: FoldedEvent[] = [];
    for (const event of events) {
      const ordinal = (ordinalBefore + steps.length + 1) as Ordinal;
      if (event.recordedAt > this.#instant) this.#instant = event.recordedAt;
      const moment = { ordinal, position: event.position, instant: this.#instant };
      try {
        const versions = await this.#tracker.advance(decodeEvent(event), ordinal);
        steps.push({ eventId: event.id, moment, versions });
      } catch (error) {
        return { steps, poison: { eventId: event.id, reason: String(error) } };
      }
    }
    return { steps, poison: undefined };
  }

  /** Stores what the projection makes of the steps, up to the first that it cannot take, and returns that one. */
  #commit(projection: Projection, steps: readonly FoldedEvent[], entries: EntryBuilder): Poison | undefined {
    const { definition, writer } = projection;
    const done = writer.checkpoint()?.ordinal ?? 0;
    const { taken, versions, poison } = written(
      definition,
      steps.filter(({ moment }) => moment.ordinal > done),
      entries,
    );
    const last = taken.at(-1);
    if (last === undefined) return poison;
    const checkpoint = { ...last.moment, eventId: last.eventId, lineage: this.#lineage };
    try {
      writer.commit({ moments: taken.map(({ moment }) => moment), versions, checkpoint });
    } catch (error) {
      return this.#commitOneByOne(projection, taken, entries, error);
    }
    this.#signal({ kind: 'projected', projection: definition.name, checkpoint });
    return poison;
  }

  /** Finds the step that the store does not take, and stores those before it. */
  #commitOneByOne(
    projection: Projection,
    steps: readonly FoldedEvent[],
    entries: EntryBuilder,
    error: unknown,
  ): Poison | undefined {
    const [only, ...others] = steps;
    if (only !== undefined && others.length === 0) return { eventId: only.eventId, reason: String(error) };
    for (const step of steps) {
      const poison = this.#commit(projection, [step], entries);
      if (poison !== undefined) return poison;
    }
    return undefined;
  }

  #stop(projection: Projection, { eventId, reason }: Poison): void {
    this.#running = this.#running.filter((other) => other !== projection);
    this.#signal({ kind: 'stopped', projection: projection.definition.name, eventId, reason });
  }
}

/** What a definition makes of steps, up to the first that it cannot take. */
function written(
  definition: TimelineDefinition,
  steps: readonly FoldedEvent[],
  entries: EntryBuilder,
): {
  readonly taken: readonly FoldedEvent[];
  readonly versions: readonly EntryVersion[];
  readonly poison?: Poison;
} {
  const taken: FoldedEvent[] = [];
  const versions: EntryVersion[] = [];
  for (const step of steps) {
    try {
      versions.push(...entries.entryVersions(definition, step));
      taken.push(step);
    } catch (error) {
      return { taken, versions, poison: { eventId: step.eventId, reason: String(error) } };
    }
  }
  return { taken, versions };
}

/** What tells a log from others, by its first event. */
export function lineageOf({ id, recordedAt }: RecordedEvent): string {
  return createHash('sha256').update(`${id} ${recordedAt}`).digest('hex').slice(0, LINEAGE_DIGITS);
}

function lowestCheckpoint(projections: readonly Projection[]): Checkpoint | undefined {
  let lowest: Checkpoint | undefined;
  for (const { writer } of projections) {
    const checkpoint = writer.checkpoint();
    if (checkpoint === undefined) return undefined;
    if (lowest === undefined || checkpoint.ordinal < lowest.ordinal) lowest = checkpoint;
  }
  return lowest;
}

import { createRecorder, type Recorder } from '../../append/recorder.ts';
import type { EventStore } from '../../event-store/event-store.ts';
import { numberedPosition } from '../../event-store/position.ts';
import type { TimelineDefinition } from '../../projector/define-timeline.ts';
import type { Ordinal } from '../../projector/timeline-store.ts';
import type { Cause } from '../matchers/timeline-explanation.ts';
import { type ExportedEvent, isExportedEvent, storedFormOf } from './envelopes.ts';
import { HistoryLoad } from './history-load.ts';
import { projectToEnd } from './project-to-end.ts';
import { type Refusal, RefusedEventError } from './refused-event-error.ts';
import type { ReplayClock } from './replay-clock.ts';
import { openReplayStores, type ReplayStores, type StoreKind } from './replay-stores.ts';
import { ReplayedTimelines } from './replayed-timelines.ts';

const ACTOR = 'local';
const RESTORED_TOGETHER_MAX = 500;

/** A log and the projections of it: events go in, and the rows follow. */
export class OpenReplay {
  readonly timelines: ReadonlyMap<string, ReplayedTimelines>;
  readonly log: EventStore;
  readonly #stores: ReplayStores;
  readonly #clock: ReplayClock;
  readonly #recorder: Recorder;
  /** Takes events as long as they are all restored, and nobody asks for the log; in memory only. */
  #load: HistoryLoad | undefined;
  #ids = 0;

  constructor(
    stores: ReplayStores,
    kind: StoreKind,
    definitions: readonly TimelineDefinition[],
    clock: ReplayClock,
  ) {
    this.#stores = stores;
    this.#clock = clock;
    this.log = stores.openLog(clock.now);
    this.#recorder = createRecorder(this.log);
    const opened = definitions.map((definition) => {
      const rows = stores.openRows(`${definition.name}@${definition.version}.1`);
      return [definition.name, new ReplayedTimelines(definition, rows)] as const;
    });
    this.timelines = new Map(opened);
    this.#load = kind === 'memory' ? new HistoryLoad([...this.timelines.values()]) : undefined;
  }

  static async open(
    kind: StoreKind,
    definitions: readonly TimelineDefinition[],
    clock: ReplayClock,
  ): Promise<OpenReplay> {
    return new OpenReplay(await openReplayStores(kind), kind, definitions, clock);
  }

  /** Of the last event that is projected; 0: of none. */
  get ordinal(): Ordinal {
    return this.timelines.values().next().value?.ordinal ?? (0 as Ordinal);
  }

  /**
   * Records events as they are sent, one after another, and restores those that were exported, unchecked. Throws
   * `RefusedEventError` at the first that is refused, and an `Error` where a projection cannot take one.
   */
  async take(events: readonly object[]): Promise<void> {
    try {
      for (const [start, end] of stretches(events)) {
        const stretch = events.slice(start, end);
        if (stretch.every(isExportedEvent)) await this.#restore(stretch, start);
        else await this.#record(stretch, start);
      }
    } finally {
      if (this.#load === undefined) await projectToEnd(this.log, [...this.timelines.values()]);
    }
  }

  async causeAt(ordinal: number): Promise<Cause | undefined> {
    if (this.#load !== undefined) return this.#load.eventAt(ordinal);
    const after = ordinal > 1 && { after: numberedPosition(ordinal - 1) };
    const [event] = await this.log.readAll({ direction: 'forwards', maxCount: 1, ...after });
    return event;
  }

  /** From now on events go through the log. */
  async settle(): Promise<void> {
    const load = this.#load;
    this.#load = undefined;
    await load?.storeIn(this.log);
  }

  async close(): Promise<void> {
    for (const timelines of this.timelines.values()) timelines.close();
    await this.log.close();
    this.#stores.close();
  }

  async #record(events: readonly object[], indexBefore: number): Promise<void> {
    await this.settle();
    for (const [index, event] of events.entries()) {
      this.#clock.tick();
      const identified = 'id' in event ? event : { ...event, id: this.#newId() };
      const outcome = await this.#recorder.record(identified, { actor: ACTOR });
      if (isRefusal(outcome)) throw new RefusedEventError(event, indexBefore + index, outcome);
    }
  }

  async #restore(envelopes: readonly ExportedEvent[], indexBefore: number): Promise<void> {
    if (this.#load === undefined) await this.#append(envelopes, indexBefore);
    else await this.#restoreAtOnce(this.#load, envelopes, indexBefore);
    const last = envelopes.at(-1);
    if (last !== undefined) this.#clock.passed(last.recordedAt);
  }

  async #restoreAtOnce(
    load: HistoryLoad,
    envelopes: readonly ExportedEvent[],
    indexBefore: number,
  ): Promise<void> {
    try {
      await load.take(envelopes, indexBefore);
    } catch (error) {
      await this.settle();
      throw error;
    }
  }

  async #append(envelopes: readonly ExportedEvent[], indexBefore: number): Promise<void> {
    for (let start = 0; start < envelopes.length; start += RESTORED_TOGETHER_MAX) {
      const together = envelopes.slice(start, start + RESTORED_TOGETHER_MAX);
      const outcomes = await Promise.all(
        together.map((envelope) => this.log.append(envelope.stream, 'any', [storedFormOf(envelope)])),
      );
      for (const [index, outcome] of outcomes.entries()) {
        if (outcome.outcome === 'appended' || outcome.outcome === 'already-recorded') continue;
        const refusal = outcome.outcome === 'wrong-revision' ? { ...outcome, stream: '' } : outcome;
        throw new RefusedEventError(together[index] ?? {}, indexBefore + start + index, refusal);
      }
    }
  }

  #newId(): string {
    this.#ids += 1;
    return `00000000-0000-7000-8000-${String(this.#ids).padStart(12, '0')}`;
  }
}

function isRefusal(outcome: Refusal | { readonly outcome: 'recorded' | 'repeated' }): outcome is Refusal {
  return outcome.outcome !== 'recorded' && outcome.outcome !== 'repeated';
}

/** Where stretches of events of one form, sent or exported, begin and end. */
function stretches(events: readonly object[]): readonly (readonly [start: number, end: number])[] {
  const starts = events.flatMap((event, index) => {
    const before = events[index - 1];
    return before !== undefined && isExportedEvent(before) === isExportedEvent(event) ? [] : [index];
  });
  return starts.map((start, index) => [start, starts[index + 1] ?? events.length] as const);
}

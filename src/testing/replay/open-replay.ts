import { createRecorder, type Recorder } from '../../append/recorder.ts';
import type { EventStore } from '../../event-store/event-store.ts';
import { numberedPosition } from '../../event-store/position.ts';
import type { TimelineDefinition } from '../../projector/define-timeline.ts';
import type { Ordinal } from '../../projector/timeline-store.ts';
import type { Cause } from '../differences/timeline-explanation.ts';
import { type ExportedEvent, isExportedEvent, toNewEvent } from './exported-event.ts';
import { HistoryLoader } from './history-loader.ts';
import { projectToEnd } from './project-to-end.ts';
import { type Refusal, RefusedEventError } from './refused-event-error.ts';
import type { ReplayClock } from './replay-clock.ts';
import { openReplayStores, type ReplayStores, type StoreKind } from './replay-stores.ts';
import { ReplayedTimelines } from './replayed-timelines.ts';

const ACTOR = 'local';
/** Maximum number of exported events that are appended concurrently. */
const CONCURRENT_APPENDS_MAX = 500;

/** The open stores of a replay: a log, and the rows of each projection, which are up to date after every call. */
export class OpenReplay {
  readonly timelines: ReadonlyMap<string, ReplayedTimelines>;
  readonly log: EventStore;
  readonly #stores: ReplayStores;
  readonly #clock: ReplayClock;
  readonly #recorder: Recorder;
  /** In memory only, and only until an event has to be validated or the log is needed. */
  #loader: HistoryLoader | undefined;
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
    this.#loader = kind === 'memory' ? new HistoryLoader([...this.timelines.values()]) : undefined;
  }

  static async open(
    kind: StoreKind,
    definitions: readonly TimelineDefinition[],
    clock: ReplayClock,
  ): Promise<OpenReplay> {
    return new OpenReplay(await openReplayStores(kind), kind, definitions, clock);
  }

  /** Ordinal of the last projected event, or 0. */
  get ordinal(): Ordinal {
    return this.timelines.values().next().value?.ordinal ?? (0 as Ordinal);
  }

  /**
   * Appends events one after another. Events as a client sends them are validated; exported events are restored
   * without validation. Rejects with a `RefusedEventError` at the first that is refused, and with an `Error` if a
   * projection stops at an event. The events before it stay.
   */
  async append(events: readonly object[]): Promise<void> {
    try {
      for (const { start, group } of groupByForm(events)) {
        if (group.every(isExportedEvent)) await this.#restore(group, start);
        else await this.#record(group, start);
      }
    } finally {
      if (this.#loader === undefined) await projectToEnd(this.log, [...this.timelines.values()]);
    }
  }

  async eventAt(ordinal: number): Promise<Cause | undefined> {
    if (this.#loader !== undefined) return this.#loader.eventAt(ordinal);
    const after = ordinal > 1 && { after: numberedPosition(ordinal - 1) };
    const [event] = await this.log.readAll({ direction: 'forwards', maxCount: 1, ...after });
    return event;
  }

  /** Stores the loaded events in the log. From now on all events go through it. */
  async switchToLog(): Promise<void> {
    const loader = this.#loader;
    this.#loader = undefined;
    await loader?.storeIn(this.log);
  }

  async close(): Promise<void> {
    for (const timelines of this.timelines.values()) timelines.close();
    await this.log.close();
    this.#stores.close();
  }

  async #record(events: readonly object[], indexBefore: number): Promise<void> {
    await this.switchToLog();
    for (const [index, event] of events.entries()) {
      this.#clock.tick();
      const identified = 'id' in event ? event : { ...event, id: this.#newId() };
      const outcome = await this.#recorder.record(identified, { actor: ACTOR });
      if (isRefusal(outcome)) throw new RefusedEventError(event, indexBefore + index, outcome);
    }
  }

  async #restore(events: readonly ExportedEvent[], indexBefore: number): Promise<void> {
    if (this.#loader === undefined) await this.#appendExported(events, indexBefore);
    else await this.#load(this.#loader, events, indexBefore);
    const last = events.at(-1);
    if (last !== undefined) this.#clock.advancePast(last.recordedAt);
  }

  async #load(loader: HistoryLoader, events: readonly ExportedEvent[], indexBefore: number): Promise<void> {
    try {
      await loader.load(events, indexBefore);
    } catch (error) {
      // The events before the refused one are loaded, but not all projected. The projector continues from the log.
      await this.switchToLog();
      throw error;
    }
  }

  async #appendExported(events: readonly ExportedEvent[], indexBefore: number): Promise<void> {
    for (let start = 0; start < events.length; start += CONCURRENT_APPENDS_MAX) {
      const group = events.slice(start, start + CONCURRENT_APPENDS_MAX);
      const outcomes = await Promise.all(
        group.map((event) => this.log.append(event.stream, 'any', [toNewEvent(event)])),
      );
      for (const [index, outcome] of outcomes.entries()) {
        if (outcome.outcome === 'appended' || outcome.outcome === 'already-recorded') continue;
        const refusal = outcome.outcome === 'wrong-revision' ? { ...outcome, stream: '' } : outcome;
        throw new RefusedEventError(group[index] ?? {}, indexBefore + start + index, refusal);
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

interface EventGroup {
  /** Index of its first event. */
  readonly start: number;
  readonly group: readonly object[];
}

/** Splits events into groups of consecutive events that are either all exported or all as a client sends them. */
function groupByForm(events: readonly object[]): readonly EventGroup[] {
  const starts = events.flatMap((event, index) => {
    const before = events[index - 1];
    return before !== undefined && isExportedEvent(before) === isExportedEvent(event) ? [] : [index];
  });
  return starts.map((start, index) => ({ start, group: events.slice(start, starts[index + 1]) }));
}

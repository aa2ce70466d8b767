import { parseNumberedPosition } from '../../event-store/position.ts';
import type { FoldedProjection } from '../../projector/define-projection.ts';
import type { TimelineDefinition, TimelineEntry } from '../../projector/define-timeline.ts';
import type { AsOf, Ordinal, TimelineSummary } from '../../projector/timeline-store.ts';
import { type Cause, explainTimeline } from '../matchers/timeline-explanation.ts';
import { eventsOf, type History } from './history.ts';
import { OpenReplay } from './open-replay.ts';
import { instantMs, ReplayClock, START } from './replay-clock.ts';
import type { ReplayQuery } from './replay-query.ts';
import { mountedProjections, type StoreKind, storeKindOf } from './replay-stores.ts';
import type { ReplayedTimelines } from './replayed-timelines.ts';
import { changesBetween, type TimelineChanges } from './timeline-changes.ts';

export interface ReplayOptions<Definition extends TimelineDefinition = TimelineDefinition> {
  /** `memory` unless told otherwise; `sqlite`: in a folder that `close` removes. */
  readonly store?: StoreKind;
  /** Absent: those that the program mounts. */
  readonly projections?: readonly Definition[];
  /** When the first event is recorded, RFC 3339; each one after it a second later. Absent: 2026-01-01T00:00:00Z. */
  readonly clock?: string | Date;
}

/** What can be read of a replay at one moment of it. */
export interface ReplayReading<Name extends string = string> {
  /** The entries of a timeline, in order. */
  timeline(projection: Name, key: string, query?: ReplayQuery): Promise<readonly TimelineEntry[]>;
  /** The timelines that are not empty, in the order of their keys. */
  index(projection: Name): Promise<readonly TimelineSummary[]>;
  /** The state of a key, of a projection that `defineProjection` made and the replay has. */
  state<State>(projection: FoldedProjection<Name, State>, key: string): Promise<State>;
}

type Mounted = (typeof mountedProjections)[number];

/**
 * An empty history, to be filled and looked at. Nothing is opened before it is needed.
 * @throws RangeError when there is no such store, or the clock is no instant.
 */
export function replay<const Definition extends TimelineDefinition = Mounted>(
  options: ReplayOptions<Definition> = {},
): Replay<Definition['name']> {
  const { store, projections = mountedProjections, clock = START } = options;
  return new Replay(storeKindOf(store), projections, new ReplayClock(clock));
}

/** A history that is being told, and the timelines that come of it. Every call is awaited before the next. */
export class Replay<Name extends string = string> implements ReplayReading<Name> {
  readonly #openNew: () => Promise<OpenReplay>;
  readonly #clock: ReplayClock;
  #opening: Promise<OpenReplay> | undefined;
  #isClosed = false;
  #ordinalBefore = 0 as Ordinal;

  constructor(store: StoreKind, projections: readonly TimelineDefinition[], clock: ReplayClock) {
    this.#clock = clock;
    this.#openNew = () => OpenReplay.open(store, projections, clock);
  }

  /**
   * What happened before: events as they are sent go through all checks of a recording, those that were exported are
   * trusted and keep their ids and instants. Rejects with a `RefusedEventError` that shows what is wrong with an event.
   */
  async given(history: History): Promise<this> {
    const open = await this.#open('given');
    await open.take(eventsOf(history));
    return this;
  }

  /** What happens now: as `given`; `changesIn` tells what came of it. */
  async when(events: History): Promise<this> {
    const open = await this.#open('when');
    const taken = eventsOf(events);
    this.#ordinalBefore = open.ordinal;
    await open.take(taken);
    return this;
  }

  /** The next event is recorded at this instant, RFC 3339; those after it, a second later each. */
  setClock(instant: string | Date): void {
    this.#requireOpen('setClock');
    this.#clock.set(instant);
  }

  async timeline(projection: Name, key: string, query?: ReplayQuery): Promise<readonly TimelineEntry[]> {
    const timelines = await this.#timelinesOf(projection, 'timeline');
    return timelines.timeline(key, timelines.ordinal, query);
  }

  async index(projection: Name): Promise<readonly TimelineSummary[]> {
    const timelines = await this.#timelinesOf(projection, 'index');
    return timelines.index(timelines.ordinal);
  }

  async state<State>(projection: FoldedProjection<Name, State>, key: string): Promise<State> {
    const timelines = await this.#timelinesOf(projection.name, 'state');
    return projection.fold(key, timelines.entries(key, timelines.ordinal));
  }

  /**
   * The same as it could be read when the log had come to a position, or at an instant; from the last event on, that
   * is the present. What is read rejects with a RangeError where the log does not reach.
   * @throws RangeError when it is neither a position nor an instant.
   */
  asOf(place: string | number | Date): ReplayReading<Name> {
    this.#requireOpen('asOf');
    const asOf = asOfPlace(place);
    return {
      timeline: async (projection, key, query) => {
        const timelines = await this.#timelinesOf(projection, 'timeline');
        return timelines.timeline(key, timelines.ordinalAt(asOf), query);
      },
      index: async (projection) => {
        const timelines = await this.#timelinesOf(projection, 'index');
        return timelines.index(timelines.ordinalAt(asOf));
      },
      state: async (projection, key) => {
        const timelines = await this.#timelinesOf(projection.name, 'state');
        return projection.fold(key, timelines.entries(key, timelines.ordinalAt(asOf)));
      },
    };
  }

  /** Key → what the last `when` did to the timeline; of those that it did not touch there is none. */
  async changesIn(projection: Name): Promise<Readonly<Record<string, TimelineChanges>>> {
    const timelines = await this.#timelinesOf(projection, 'changesIn');
    return changesBetween(timelines, this.#ordinalBefore, timelines.ordinal);
  }

  /** As text, event by event, what came into a timeline, moved, changed and left it. */
  async explain(projection: Name, key: string): Promise<string> {
    const open = await this.#open('explain');
    const versions = (await this.#timelinesOf(projection, 'explain')).versions.versionsIn(key);
    const causes = new Map<number, Cause | undefined>();
    for (const ordinal of versions.flatMap(({ from, to }) => [from, to])) {
      if (Number.isFinite(ordinal)) causes.set(ordinal, await open.causeAt(ordinal));
    }
    return explainTimeline(projection, key, versions, (ordinal) => causes.get(ordinal));
  }

  /** Leaves nothing behind; every other call is refused from now on. */
  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    const open = await this.#opening;
    await open?.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #open(call: string): Promise<OpenReplay> {
    this.#requireOpen(call);
    this.#opening ??= this.#openNew();
    return this.#opening;
  }

  #requireOpen(call: string): void {
    if (this.#isClosed) throw new Error(`The replay is closed; ${call} comes too late.`);
  }

  async #timelinesOf(projection: Name, call: string): Promise<ReplayedTimelines> {
    const { timelines } = await this.#open(call);
    const found = timelines.get(projection);
    if (found !== undefined) return found;
    const known = [...timelines.keys()].join(', ');
    throw new RangeError(`There is no projection ${projection} here; there is ${known}.`);
  }
}

/** @throws RangeError when it is neither a position nor an instant. */
function asOfPlace(place: string | number | Date): AsOf {
  const position = parseNumberedPosition(String(place));
  if (position !== undefined) return { position };
  if (typeof place === 'number') throw new RangeError(`Positions are whole numbers from 1, not ${place}`);
  return { instant: new Date(instantMs(place)).toISOString() };
}

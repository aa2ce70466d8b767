import type { FoldedProjection } from '../../projector/define-projection.ts';
import type { TimelineDefinition, TimelineEntry } from '../../projector/define-timeline.ts';
import type { Ordinal, TimelineSummary } from '../../projector/timeline-store.ts';
import { changesBetween, type TimelineChanges } from '../differences/timeline-changes.ts';
import { type Cause, explainTimeline } from '../differences/timeline-explanation.ts';
import { parseReplayAsOf } from './as-of.ts';
import { eventsOf, type History } from './history.ts';
import { OpenReplay } from './open-replay.ts';
import { CLOCK_START, ReplayClock } from './replay-clock.ts';
import type { ReplayQuery } from './replay-query.ts';
import { builtInProjections, type StoreKind, storeKindOf } from './replay-stores.ts';
import type { ReplayedTimelines } from './replayed-timelines.ts';

export interface ReplayOptions<Definition extends TimelineDefinition = TimelineDefinition> {
  /** Defaults to `memory`. `sqlite` uses files in a temporary folder, which `close` deletes. */
  readonly store?: StoreKind;
  /** Defaults to the built-in projections. */
  readonly projections?: readonly Definition[];
  /**
   * When the first event is recorded, in RFC 3339. Each further event is recorded one second later. Defaults to
   * 2026-01-01T00:00:00Z.
   */
  readonly clock?: string | Date;
}

/** Reads a replay as of one point of its log. */
export interface ReplayReading<Name extends string = string> {
  /** Returns the entries of a timeline, in order; none if the timeline does not exist. */
  timeline(projection: Name, key: string, query?: ReplayQuery): Promise<readonly TimelineEntry[]>;
  /** Returns the timelines that have entries, in the order of their keys. */
  index(projection: Name): Promise<readonly TimelineSummary[]>;
  /** Returns the state of a key, for a projection made with `defineProjection`. */
  state<State>(projection: FoldedProjection<Name, State>, key: string): Promise<State>;
}

type BuiltIn = (typeof builtInProjections)[number];

/**
 * Returns an empty replay. It opens its stores on the first call. Close it at the end of the test.
 *
 *     const history = await replay().given([mou, briefing]);
 *     await history.when(eventCorrected(mou, { topics: ['mica'] }));
 *     expect(await history.timeline('country', 'PK')).toContainEntry({ status: 'corrected' });
 *     await history.close();
 *
 * @throws RangeError if the store is unknown or the clock is not an instant.
 */
export function replay<const Definition extends TimelineDefinition = BuiltIn>(
  options: ReplayOptions<Definition> = {},
): Replay<Definition['name']> {
  const { store, projections = builtInProjections, clock = CLOCK_START } = options;
  return new Replay(storeKindOf(store), projections, new ReplayClock(clock));
}

/**
 * A history and the timelines that result from it. Await each call before the next one. After `close` every other call
 * fails.
 */
export class Replay<Name extends string = string> implements ReplayReading<Name> {
  readonly #openStores: () => Promise<OpenReplay>;
  readonly #clock: ReplayClock;
  readonly #present = this.#readingAt((timelines) => timelines.ordinal);
  #opening: Promise<OpenReplay> | undefined;
  #isClosed = false;
  #ordinalBefore = 0 as Ordinal;

  constructor(store: StoreKind, projections: readonly TimelineDefinition[], clock: ReplayClock) {
    this.#clock = clock;
    this.#openStores = () => OpenReplay.open(store, projections, clock);
  }

  /**
   * Records what happened before. Events as a client sends them are validated like an append. Exported events are
   * trusted, and keep their ids and instants; those that the replay has already are skipped. Rejects with a
   * `RefusedEventError` at the first event that is refused.
   */
  async given(history: History): Promise<this> {
    const open = await this.#open('given');
    await open.append(eventsOf(history));
    return this;
  }

  /** Records what happens now, as `given` does. `changesIn` returns what these events changed. */
  async when(events: History): Promise<this> {
    const open = await this.#open('when');
    const appended = eventsOf(events);
    this.#ordinalBefore = open.ordinal;
    await open.append(appended);
    return this;
  }

  /**
   * Sets when the next event is recorded, in RFC 3339. Each further event is recorded one second later.
   *
   * @throws RangeError if it is not an instant.
   */
  setClock(instant: string | Date): void {
    this.#requireOpen('setClock');
    this.#clock.set(instant);
  }

  async timeline(projection: Name, key: string, query?: ReplayQuery): Promise<readonly TimelineEntry[]> {
    return this.#present.timeline(projection, key, query);
  }

  async index(projection: Name): Promise<readonly TimelineSummary[]> {
    return this.#present.index(projection);
  }

  async state<State>(projection: FoldedProjection<Name, State>, key: string): Promise<State> {
    return this.#present.state(projection, key);
  }

  /**
   * Reads the replay as it was at a position or an instant. An instant after the last event is the present. The methods
   * of the result reject with a `RangeError` before the first event and after the last position.
   *
   * @throws RangeError if `place` is neither a position nor an instant.
   */
  asOf(place: string | number | Date): ReplayReading<Name> {
    this.#requireOpen('asOf');
    const asOf = parseReplayAsOf(place);
    return this.#readingAt((timelines) => timelines.ordinalAt(asOf));
  }

  /** Returns timeline key → what the last `when` changed there, for the timelines that it changed. */
  async changesIn(projection: Name): Promise<Readonly<Record<string, TimelineChanges>>> {
    const { versions, ordinal } = await this.#timelinesOf(projection, 'changesIn');
    return changesBetween(versions, this.#ordinalBefore, ordinal);
  }

  /**
   * Describes in text, event by event, which entries were added to a timeline, moved or changed in it, or left it.
   *
   *     country PK
   *       1  MouSigned  added  2025-09-08  Memorandum of understanding signed: …
   *       2  EventCorrected  changed  2025-09-08  Memorandum of understanding signed: …
   *           status: current → corrected
   */
  async explain(projection: Name, key: string): Promise<string> {
    const open = await this.#open('explain');
    const versions = (await this.#timelinesOf(projection, 'explain')).versions.versionsIn(key);
    const causes = new Map<number, Cause | undefined>();
    for (const ordinal of versions.flatMap(({ from, to }) => [from, to])) {
      if (Number.isFinite(ordinal)) causes.set(ordinal, await open.eventAt(ordinal));
    }
    return explainTimeline(projection, key, versions, (ordinal) => causes.get(ordinal));
  }

  /** Closes the stores and deletes their files. May be called twice. */
  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    const open = await this.#opening;
    await open?.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #readingAt(ordinalIn: (timelines: ReplayedTimelines) => Ordinal): ReplayReading<Name> {
    return {
      timeline: async (projection, key, query) => {
        const timelines = await this.#timelinesOf(projection, 'timeline');
        return timelines.timeline(key, ordinalIn(timelines), query);
      },
      index: async (projection) => {
        const timelines = await this.#timelinesOf(projection, 'index');
        return timelines.index(ordinalIn(timelines));
      },
      state: async (projection, key) => {
        const timelines = await this.#timelinesOf(projection.name, 'state');
        return projection.fold(key, timelines.entries(key, ordinalIn(timelines)));
      },
    };
  }

  #open(call: string): Promise<OpenReplay> {
    this.#requireOpen(call);
    this.#opening ??= this.#openStores();
    return this.#opening;
  }

  #requireOpen(call: string): void {
    if (this.#isClosed) throw new Error(`Cannot call ${call}: the replay is closed.`);
  }

  async #timelinesOf(projection: Name, call: string): Promise<ReplayedTimelines> {
    const { timelines } = await this.#open(call);
    const found = timelines.get(projection);
    if (found !== undefined) return found;
    const names = [...timelines.keys()].join(', ');
    throw new RangeError(`This replay has no projection ${projection}. Its projections are ${names}.`);
  }
}

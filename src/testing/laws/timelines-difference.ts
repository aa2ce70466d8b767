import type { FoldedProjection } from '../../projector/define-projection.ts';
import type { TimelineDefinition } from '../../projector/define-timeline.ts';
import type { Ordinal, TimelineReader } from '../../projector/timeline-store.ts';
import { UNFILTERED } from '../../projector/timeline-store.ts';
import { differenceLines, entryDifference } from '../matchers/entry-difference.ts';
import { entryTitle } from '../matchers/timeline-text.ts';
import { ALL } from '../replay/replay-stores.ts';

/** What the handlers of a projection make of a key before anything has happened, and of its entries; as JSON. */
interface States {
  readonly initial: string;
  readonly folded: string;
}

interface Timeline {
  readonly entries: readonly string[];
  /** What the index tells of it. */
  readonly summary: string;
  /** Undefined where the projection has no states. */
  readonly states: States | undefined;
}

/** By key. */
export type Timelines = ReadonlyMap<string, Timeline>;

type Definition = TimelineDefinition & Partial<Pick<FoldedProjection, 'fold'>>;

/** All timelines of a projection, as of an event. Throws where handlers throw. */
export function timelinesOf(definition: Definition, reader: TimelineReader, asOf: number): Timelines {
  const state = asOf as Ordinal;
  const query = { ...UNFILTERED, order: 'asc', limit: ALL, asOf: state } as const;
  const summaries = reader.index({ limit: ALL, asOf: state });
  return new Map(
    summaries.map(({ key, entries: count, earliest = '..', latest = '..' }) => {
      const { entries } = reader.page(key, query);
      const summary = `${count} from ${earliest} to ${latest}`;
      return [key, { entries, summary, states: statesOf(definition, key, entries) }];
    }),
  );
}

/** The initial state comes first: it shows what handlers did to it when they were asked before. */
function statesOf(definition: Definition, key: string, entries: readonly string[]): States | undefined {
  if (definition.fold === undefined) return undefined;
  const initial = JSON.stringify(definition.fold(key, []));
  return { initial, folded: JSON.stringify(definition.fold(key, entries)) };
}

/** The first timeline in which they differ, as a few lines; undefined when there is none. */
export function timelinesDifference(expected: Timelines, actual: Timelines): string | undefined {
  for (const key of [...new Set([...expected.keys(), ...actual.keys()])].sort()) {
    const [wanted, found] = [expected.get(key), actual.get(key)];
    const place = firstDifference(wanted?.entries ?? [], found?.entries ?? []);
    if (place !== undefined) {
      const lines = entryLines(wanted?.entries[place], found?.entries[place]);
      return [`In the timeline ${key}:`, ...lines].join('\n');
    }
    if (wanted?.summary !== found?.summary) {
      return `In the index, the timeline ${key}:\n- ${wanted?.summary}\n+ ${found?.summary}`;
    }
    const states = statesDifference(key, wanted?.states, found?.states);
    if (states !== undefined) return states;
  }
  return undefined;
}

function statesDifference(key: string, wanted?: States, found?: States): string | undefined {
  if (wanted?.folded !== found?.folded) {
    return `In the state ${key}:\n- ${wanted?.folded}\n+ ${found?.folded}`;
  }
  if (wanted?.initial === found?.initial) return undefined;
  return `In the state ${key}, before anything has happened:\n- ${wanted?.initial}\n+ ${found?.initial}`;
}

function firstDifference(expected: readonly string[], actual: readonly string[]): number | undefined {
  const length = Math.max(expected.length, actual.length);
  for (let place = 0; place < length; place += 1) if (expected[place] !== actual[place]) return place;
  return undefined;
}

function entryLines(expected: string | undefined, actual: string | undefined): readonly string[] {
  const [wanted, found] = [expected, actual].map((entry) =>
    entry === undefined ? undefined : JSON.parse(entry),
  );
  if (wanted !== undefined && found !== undefined && entryTitle(wanted) === entryTitle(found)) {
    const lines = differenceLines(entryDifference(wanted, found)).map((line) => `    ${line}`);
    return [`  ${entryTitle(wanted)}`, ...lines];
  }
  return [
    ...(wanted === undefined ? [] : [`- ${entryTitle(wanted)}`]),
    ...(found === undefined ? [] : [`+ ${entryTitle(found)}`]),
  ];
}

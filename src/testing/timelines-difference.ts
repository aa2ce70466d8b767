import type { Ordinal, TimelineReader } from '../projector/timeline-store.ts';
import { UNFILTERED } from '../projector/timeline-store.ts';
import { differenceLines, entryDifference } from './entry-difference.ts';
import { ALL } from './replay-stores.ts';
import { entryTitle } from './timeline-text.ts';

/** Key → what its timeline holds, and what the index tells of it. */
export type Timelines = ReadonlyMap<
  string,
  { readonly entries: readonly string[]; readonly summary: string }
>;

/** All timelines of a projection, as of an event. */
export function timelinesOf(reader: TimelineReader, asOf: number): Timelines {
  const state = asOf as Ordinal;
  const query = { ...UNFILTERED, order: 'asc', limit: ALL, asOf: state } as const;
  const summaries = reader.index({ limit: ALL, asOf: state });
  return new Map(
    summaries.map(({ key, entries, earliest = '..', latest = '..' }) => [
      key,
      { entries: reader.page(key, query).entries, summary: `${entries} from ${earliest} to ${latest}` },
    ]),
  );
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
  }
  return undefined;
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

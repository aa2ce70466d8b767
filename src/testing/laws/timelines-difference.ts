import type { FoldedProjection } from '../../projector/define-projection.ts';
import type { TimelineDefinition } from '../../projector/define-timeline.ts';
import { type Ordinal, type TimelineReader, UNFILTERED } from '../../projector/timeline-store.ts';
import { entryDifference, formatLineDifference, formatMismatches } from '../differences/entry-difference.ts';
import { entryTitle } from '../differences/timeline-text.ts';
import { NO_LIMIT } from '../replay/replay-stores.ts';

/** The states of one key, as JSON. */
interface States {
  /** The state without any entry. */
  readonly initial: string;
  readonly folded: string;
}

interface Timeline {
  /** Entries as JSON, in order. */
  readonly entries: readonly string[];
  /** What the index shows: the number of entries and the days that they cover. */
  readonly summary: string;
  /** Undefined if the projection was not made with `defineProjection`. */
  readonly states: States | undefined;
}

/** Timeline key → timeline. */
export type Timelines = ReadonlyMap<string, Timeline>;

type Definition = TimelineDefinition & Partial<Pick<FoldedProjection, 'fold'>>;

/** Reads all timelines of a projection as of an ordinal. Throws what the handlers throw. */
export function timelinesOf(definition: Definition, reader: TimelineReader, ordinal: number): Timelines {
  const asOf = ordinal as Ordinal;
  const query = { ...UNFILTERED, order: 'asc', limit: NO_LIMIT, asOf } as const;
  const summaries = reader.index({ limit: NO_LIMIT, asOf });
  return new Map(
    summaries.map(({ key, entries: count, earliest = '..', latest = '..' }) => {
      const { entries } = reader.page(key, query);
      const summary = `${count} entries from ${earliest} to ${latest}`;
      return [key, { entries, summary, states: statesOf(definition, key, entries) }];
    }),
  );
}

/** Reads the initial state first: it shows whether the handlers modified it in an earlier fold. */
function statesOf(definition: Definition, key: string, entries: readonly string[]): States | undefined {
  if (definition.fold === undefined) return undefined;
  const initial = JSON.stringify(definition.fold(key, []));
  return { initial, folded: JSON.stringify(definition.fold(key, entries)) };
}

/** Describes the first timeline that differs, in a few lines. Returns undefined if all are equal. */
export function timelinesDifference(expected: Timelines, received: Timelines): string | undefined {
  for (const key of [...new Set([...expected.keys(), ...received.keys()])].sort()) {
    const difference = timelineDifference(key, expected.get(key), received.get(key));
    if (difference !== undefined) return difference;
  }
  return undefined;
}

function timelineDifference(key: string, expected?: Timeline, received?: Timeline): string | undefined {
  const entry = entriesDifference(expected?.entries ?? [], received?.entries ?? []);
  if (entry !== undefined) return `In the timeline ${key}:\n${entry}`;
  return (
    textDifference(`In the index, the timeline ${key}:`, expected?.summary, received?.summary) ??
    textDifference(`In the state ${key}:`, expected?.states?.folded, received?.states?.folded) ??
    textDifference(`In the initial state ${key}:`, expected?.states?.initial, received?.states?.initial)
  );
}

function textDifference(title: string, expected?: string, received?: string): string | undefined {
  return expected === received ? undefined : `${title}\n${formatLineDifference(expected, received)}`;
}

function entriesDifference(expected: readonly string[], received: readonly string[]): string | undefined {
  const length = Math.max(expected.length, received.length);
  for (let index = 0; index < length; index += 1) {
    if (expected[index] !== received[index]) return entryLines(expected[index], received[index]);
  }
  return undefined;
}

function entryLines(expectedJson: string | undefined, receivedJson: string | undefined): string {
  const [expected, received] = [expectedJson, receivedJson].map((json) =>
    json === undefined ? undefined : JSON.parse(json),
  );
  const [expectedTitle, receivedTitle] = [expected, received].map((entry) => entry && entryTitle(entry));
  if (expectedTitle !== receivedTitle) return formatLineDifference(expectedTitle, receivedTitle);
  const lines = formatMismatches(entryDifference(expected, received)).map((line) => `    ${line}`);
  return [`  ${expectedTitle}`, ...lines].join('\n');
}

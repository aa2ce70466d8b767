import { firstContentIdOf } from './timeline-schema.ts';

/** The size and the day range of a timeline. */
export interface TimelineExtent {
  /** Number of entries. */
  readonly entries: number;
  /** The least first day of an entry. */
  readonly earliest: number;
  /** The greatest first day of an entry. */
  readonly lastStart: number;
  /** The greatest last day of an entry. */
  readonly latest: number;
}

/** What one event changed in a timeline. */
export interface TimelineChange extends TimelineExtent {
  readonly ordinal: number;
  /** The ids of the contents that the event added to the timeline. */
  readonly added: readonly number[];
}

/*
 * The changes of a timeline are stored as a JSON array of arrays: ordinal, entries, earliest, last start, latest, then
 * the added contents. The five numbers are differences to those of the array before. The ids of contents are
 * differences to the first id that contents of the event can have, so most are 0.
 */

const START: TimelineChange = { ordinal: 0, entries: 0, earliest: 0, lastStart: 0, latest: 0, added: [] };

type Row = readonly [
  ordinal: number,
  entries: number,
  earliest: number,
  lastStart: number,
  latest: number,
  ...added: number[],
];

/** Returns the change as an element of the array. The first one has no change before it. */
export function encodeChange(change: TimelineChange, before = START): string {
  const firstContent = firstContentIdOf(change.ordinal);
  const row: Row = [
    change.ordinal - before.ordinal,
    change.entries - before.entries,
    change.earliest - before.earliest,
    change.lastStart - before.lastStart,
    change.latest - before.latest,
    ...change.added.map((content) => content - firstContent),
  ];
  return JSON.stringify(row);
}

export function decodeChanges(json: string): readonly TimelineChange[] {
  const rows: readonly Row[] = JSON.parse(json);
  let last = START;
  return rows.map(([ordinal, entries, earliest, lastStart, latest, ...added]) => {
    const firstContent = firstContentIdOf(last.ordinal + ordinal);
    last = {
      ordinal: last.ordinal + ordinal,
      entries: last.entries + entries,
      earliest: last.earliest + earliest,
      lastStart: last.lastStart + lastStart,
      latest: last.latest + latest,
      added: added.map((content) => firstContent + content),
    };
    return last;
  });
}

import { type Day, daySerial } from '../src/index.ts';

/** First and last day that a date may mean; null: an open end. */
export interface Days {
  readonly earliest: Day | null;
  readonly latest: Day | null;
}

/** Whole days from the one to the other, whichever comes first; `most` is null where an open end sets no limit. */
export interface Distance {
  readonly least: number;
  readonly most: number | null;
}

/** How far apart two imprecise dates may lie. */
export function daysBetween(a: Days, b: Days): Distance {
  const least = Math.max(0, from(a.latest, b.earliest) ?? 0, from(b.latest, a.earliest) ?? 0);
  const there = from(a.earliest, b.latest);
  const back = from(b.earliest, a.latest);
  return { least, most: there === null || back === null ? null : Math.max(there, back) };
}

/** Negative when the end lies before the start. */
function from(start: Day | null, end: Day | null): number | null {
  return start === null || end === null ? null : daySerial(end) - daySerial(start);
}

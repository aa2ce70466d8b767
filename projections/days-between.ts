import { type Day, daySerial } from '../src/index.ts';

/** The first and the last day that an imprecise date may mean; null for an open start or end. */
export interface Days {
  readonly earliest: Day | null;
  readonly latest: Day | null;
}

/** The possible numbers of whole days between two dates. `most` is null if an open start or end sets no limit. */
export interface Distance {
  readonly least: number;
  readonly most: number | null;
}

/** Returns how far apart two imprecise dates may be, whichever comes first. */
export function daysBetween(a: Days, b: Days): Distance {
  const least = Math.max(0, days(a.latest, b.earliest) ?? 0, days(b.latest, a.earliest) ?? 0);
  const aToB = days(a.earliest, b.latest);
  const bToA = days(b.earliest, a.latest);
  return { least, most: aToB === null || bToA === null ? null : Math.max(aToB, bToA) };
}

/** Returns the days from start to end: negative if the end is before the start, null if one of them is open. */
function days(start: Day | null, end: Day | null): number | null {
  return start === null || end === null ? null : daySerial(end) - daySerial(start);
}

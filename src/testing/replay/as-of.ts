import { parseNumberedPosition } from '../../event-store/position.ts';
import type { AsOf } from '../../projector/timeline-store.ts';

const EXAMPLE = '2026-01-01T00:00:00Z';

/**
 * Parses a point of the log as a test gives it: a position as a number or a decimal string, or an instant as a `Date`
 * or in RFC 3339.
 *
 * @throws RangeError if it is neither.
 */
export function parseReplayAsOf(place: string | number | Date): AsOf {
  const position = parseNumberedPosition(String(place));
  if (position !== undefined) return { position };
  if (typeof place === 'number') throw new RangeError(`Positions are whole numbers from 1, not ${place}.`);
  return { instant: new Date(instantMs(place)).toISOString() };
}

/**
 * Returns the milliseconds since 1970 of an instant in RFC 3339.
 *
 * @throws RangeError if it is not an instant with a time zone.
 */
export function instantMs(instant: string | Date): number {
  const text = instant instanceof Date ? instant.toISOString() : instant;
  const ms = /^\d{4}-\d\d-\d\dT.*(?:Z|[+-]\d\d:\d\d)$/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(ms)) throw new RangeError(`Expected an instant such as ${EXAMPLE}, not ${text}.`);
  return ms;
}

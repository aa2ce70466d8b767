import { parseDay } from '../values/edtf.ts';

const INSTANT =
  /^(\d{4}-\d\d-\d\d)T([01]\d|2[0-3]):[0-5]\d:([0-5]\d|60)(\.\d{1,9})?(Z|[+-]([01]\d|2[0-3]):[0-5]\d)$/i;

/** Leap seconds follow 23:59:59 UTC on the last day of June or December. */
const BEFORE_LEAP_SECOND = /-(06-30|12-31)T23:59:59/;

/**
 * Converts an RFC 3339 instant to the form of `recordedAt` (UTC, milliseconds). Returns undefined for other texts.
 * `recordedAt` has no leap seconds, so one becomes the millisecond before it, which is in the same minute.
 */
export function parseInstant(text: string): string | undefined {
  const [, day = '', , second] = INSTANT.exec(text) ?? [];
  if (parseDay(day) === undefined) return undefined;
  if (second !== '60') return new Date(text).toISOString();
  const before = new Date(text.replace(/:60(\.\d+)?/, ':59.999')).toISOString();
  return BEFORE_LEAP_SECOND.test(before) ? before : undefined;
}

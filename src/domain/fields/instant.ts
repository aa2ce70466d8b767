import { parseDay } from '../values/edtf.ts';

const INSTANT =
  /^(\d{4}-\d\d-\d\d)T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,9})?(Z|[+-]([01]\d|2[0-3]):[0-5]\d)$/i;

/** Converts an RFC 3339 instant to the form of `recordedAt` (UTC, milliseconds). Returns undefined for other texts. */
export function parseInstant(text: string): string | undefined {
  const [, day = ''] = INSTANT.exec(text) ?? [];
  return parseDay(day) === undefined ? undefined : new Date(text).toISOString();
}

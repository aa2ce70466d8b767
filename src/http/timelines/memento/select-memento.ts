import type { LogPoint, Ordinal, TimelineReader } from '../../../projector/timeline-store.ts';

const HTTP_DATE = /^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), (\d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT)$/;

/**
 * Parses `Accept-Datetime` (RFC 7089 §2.1.1). Returns undefined if it is absent or empty, and NaN if it is no date. The
 * name of the weekday is not compared with the date, as clients get it wrong.
 */
export function acceptedDatetime(header: string | readonly string[] | undefined): number | undefined {
  if (header === undefined || header === '') return undefined;
  const [, text = ''] = HTTP_DATE.exec(String(header)) ?? [];
  const time = Date.parse(text);
  return new Date(time).toUTCString().endsWith(text) ? time : Number.NaN;
}

const FIRST = { after: 0 as Ordinal, order: 'asc', limit: 1 } as const;

/** The mementos of a timeline are its states after each event that changed it. */
export interface Mementos {
  readonly first: LogPoint;
  readonly last: LogPoint;
}

/** Returns undefined for a timeline that no event has changed. */
export function mementosOf(reader: TimelineReader, key: string): Mementos | undefined {
  const last = reader.lastChange(key);
  const [first] = last === undefined ? [] : reader.changePoints(key, { ...FIRST, upTo: last.ordinal });
  return first && last && { first, last };
}

/**
 * Returns the last memento at or before a time; before the first one, that one. Times of mementos are
 * in whole seconds, so all events of a second count.
 * @param time milliseconds since 1970; undefined for the last memento
 */
export function selectMemento(
  reader: TimelineReader,
  key: string,
  { first, last }: Mementos,
  time: number | undefined,
): LogPoint {
  if (time === undefined) return last;
  const endOfSecond = new Date(time + 999).toISOString();
  const logPoint = reader.logPointAt({ instant: endOfSecond });
  if (logPoint === undefined) return first;
  const query = { after: 0 as Ordinal, upTo: logPoint.ordinal, order: 'desc', limit: 1 } as const;
  return reader.changePoints(key, query)[0] ?? first;
}

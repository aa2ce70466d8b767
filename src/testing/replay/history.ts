import { createReadStream } from 'node:fs';
import { isTrailer } from '../../append/export-trailer.ts';
import { type NdjsonLine, splitLines } from '../../append/json/ndjson.ts';
import { parseJsonStrictly } from '../../append/json/strict-json.ts';
import { positionNumber } from '../../event-store/position.ts';
import { parseReplayAsOf } from './as-of.ts';

/** One event or several, each as a client sends it or as `chancery export` writes it. */
export type History = object | readonly object[];

/** An event read from a file, as a client sends it or as `chancery export` writes it. */
export type HistoryEvent = object & {
  readonly type?: string;
  readonly stream?: string;
  /** EDTF. */
  readonly occurred?: string;
  /** Only exported events have a position. */
  readonly position?: string;
  /** RFC 3339. Only exported events have it. */
  readonly recordedAt?: string;
};

/** Which events of a file to load. */
export interface HistorySelection {
  /**
   * Where to stop, inclusive: at a position, at the last event recorded by an instant, or at the first event for which
   * a function returns true. Events as a client sends them are counted from 1 instead of by position, and an instant
   * rejects with a `RangeError`.
   */
  readonly until?: string | number | Date | ((event: HistoryEvent) => boolean);
  /** Returns true for the events to load. */
  readonly where?: (event: HistoryEvent) => boolean;
}

/** Thrown when a line of a history is not an event. The message starts with file, line and column. */
export class BrokenHistoryError extends Error {
  override readonly name = 'BrokenHistoryError';
}

/** Characters up to this one are blank. */
const SPACE = 0x20;
/** The same limit as for an import. */
const LINE_BYTES_MAX = 1 << 20;

/** Returns the events of a history as an array. @throws TypeError if one of them is not an object. */
export function eventsOf(history: History): readonly object[] {
  const events: readonly unknown[] = Array.isArray(history) ? history : [history];
  for (const event of events) {
    if (typeof event === 'object' && event !== null && !Array.isArray(event)) continue;
    throw new TypeError(`Expected an event object, but received ${JSON.stringify(event)}.`);
  }
  return events as readonly object[];
}

/**
 * Reads a history from a file of NDJSON, one event per line, such as `chancery export` writes. Blank lines are skipped.
 * Rejects with a `BrokenHistoryError` at the first line that is not an event.
 *
 *     const history = await loadHistory('history.ndjson', { until: 40, where: ({ stream }) => stream === 'mou-1' });
 */
export async function loadHistory(
  file: string,
  selection: HistorySelection = {},
): Promise<readonly HistoryEvent[]> {
  return selectEvents(createReadStream(file), file, selection);
}

/**
 * Reads a history from a string of NDJSON, one event per line.
 *
 * @param name stands for the file in error messages
 * @throws BrokenHistoryError at the first line that is not an event.
 */
export function parseHistory(text: string, name = 'history'): readonly HistoryEvent[] {
  const lines = text.split('\n').map((line): NdjsonLine => ({ kind: 'line', bytes: Buffer.from(line) }));
  return lines.flatMap((line, index) => parseLine(line, `${name}:${index + 1}`) ?? []);
}

async function selectEvents(
  chunks: AsyncIterable<Buffer>,
  file: string,
  { until, where = () => true }: HistorySelection,
): Promise<readonly HistoryEvent[]> {
  const isBeyond = beyond(until);
  const events: HistoryEvent[] = [];
  let [lineNumber, count] = [0, 0];
  for await (const line of splitLines(chunks, LINE_BYTES_MAX)) {
    lineNumber += 1;
    const event = parseLine(line, `${file}:${lineNumber}`);
    if (event === undefined) continue;
    count += 1;
    if (isBeyond(event, count)) break;
    if (where(event)) events.push(event);
  }
  return events;
}

/** Tells whether an event comes after the last one to load; `count` is its number in the file, from 1. */
type IsBeyond = (event: HistoryEvent, count: number) => boolean;

function beyond(until: HistorySelection['until']): IsBeyond {
  if (until === undefined) return () => false;
  if (typeof until === 'function') return beyondFirst(until);
  const asOf = parseReplayAsOf(until);
  if ('position' in asOf) {
    const last = positionNumber(asOf.position);
    return (event, count) => Number(event.position ?? count) > last;
  }
  const lastMs = Date.parse(asOf.instant);
  return ({ recordedAt }) => {
    if (recordedAt !== undefined) return Date.parse(recordedAt) > lastMs;
    throw new RangeError('Events without recordedAt cannot be selected by an instant; give a position.');
  };
}

function beyondFirst(isLast: (event: HistoryEvent) => boolean): IsBeyond {
  let hasSeenLast = false;
  return (event) => {
    const isBeyond = hasSeenLast;
    hasSeenLast ||= isLast(event);
    return isBeyond;
  };
}

/** Returns undefined for a blank line, and for the last line of an export. */
function parseLine(line: NdjsonLine, place: string): HistoryEvent | undefined {
  if (line.kind === 'too-long') {
    throw new BrokenHistoryError(`${place}: the line is longer than ${LINE_BYTES_MAX} bytes`);
  }
  if (line.bytes.every((byte) => byte <= SPACE) || isTrailer(line.bytes)) return undefined;
  const event = parseObject(line.bytes);
  // Exported events were parsed strictly when they were recorded, so the slow parser is not needed for them.
  if (event !== undefined && 'recordedAt' in event) return event;
  const strict = parseJsonStrictly(line.bytes);
  if (strict.outcome === 'refused') {
    const { column, detail } = strict.error;
    throw new BrokenHistoryError(`${place}:${column}: ${detail}`);
  }
  if (event !== undefined) return event;
  throw new BrokenHistoryError(`${place}:1: expected an event, a JSON object`);
}

/** Returns undefined if the text is not a JSON object. */
function parseObject(bytes: Buffer): HistoryEvent | undefined {
  try {
    const value: unknown = JSON.parse(bytes.toString('utf8'));
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

import { createReadStream } from 'node:fs';
import { linesOf, type NdjsonLine } from '../../append/json/ndjson.ts';
import { parseJsonStrictly } from '../../append/json/strict-json.ts';
import { parseNumberedPosition } from '../../event-store/position.ts';
import { instantMs } from './replay-clock.ts';

/** An event of a file, as it is sent or as it is exported. */
export type HistoryEvent = object & {
  readonly type?: string;
  readonly stream?: string;
  readonly occurred?: string;
  readonly position?: string;
  readonly recordedAt?: string;
};

export interface HistorySelection {
  /**
   * The last event: its position, an instant by which it was recorded, or what holds for it. Events as they are sent
   * have no position and no instant: they are counted from 1, and an instant is refused.
   */
  readonly until?: string | number | Date | ((event: HistoryEvent) => boolean);
  /** What holds for an event that is taken. */
  readonly where?: (event: HistoryEvent) => boolean;
}

/** A line of a history is not an event. */
export class BrokenHistoryError extends Error {
  override readonly name = 'BrokenHistoryError';
}

/** It and the control characters below it are blank. */
const SPACE = 0x20;
/** As an import takes it. */
const LINE_BYTES_MAX = 1 << 20;

/** Reads a history from a file of NDJSON, such as `chancery export` writes. Rejects with a `BrokenHistoryError`. */
export async function loadHistory(
  file: string,
  selection: HistorySelection = {},
): Promise<readonly HistoryEvent[]> {
  return selectedFrom(createReadStream(file), file, selection);
}

/** Reads a history from NDJSON; errors call it by the name. Throws a `BrokenHistoryError`. */
export function parseHistory(text: string, name = 'history'): readonly HistoryEvent[] {
  const lines = text.split('\n').map((line): NdjsonLine => ({ kind: 'line', bytes: Buffer.from(line) }));
  return lines.flatMap((line, index) => eventOf(line, `${name}:${index + 1}`) ?? []);
}

async function selectedFrom(
  chunks: AsyncIterable<Buffer>,
  file: string,
  { until, where = () => true }: HistorySelection,
): Promise<readonly HistoryEvent[]> {
  const isPast = pastOf(until);
  const events: HistoryEvent[] = [];
  let [line, count] = [0, 0];
  for await (const next of linesOf(chunks, LINE_BYTES_MAX)) {
    line += 1;
    const event = eventOf(next, `${file}:${line}`);
    if (event === undefined) continue;
    count += 1;
    if (isPast(event, count)) break;
    if (where(event)) events.push(event);
  }
  return events;
}

type IsPast = (event: HistoryEvent, count: number) => boolean;

/** Whether an event lies behind the last that is wanted; `count` is its number in the file. */
function pastOf(until: HistorySelection['until']): IsPast {
  if (until === undefined) return () => false;
  if (typeof until === 'function') return pastThe(until);
  const position = parseNumberedPosition(String(until));
  if (position !== undefined) return (event, count) => Number(event.position ?? count) > Number(position);
  if (typeof until === 'number') throw new RangeError(`Positions are whole numbers from 1, not ${until}`);
  const lastMs = instantMs(until);
  return ({ recordedAt }) => {
    if (recordedAt !== undefined) return Date.parse(recordedAt) > lastMs;
    throw new RangeError('Events that are not recorded yet cannot be cut at an instant; give a position.');
  };
}

function pastThe(isLast: (event: HistoryEvent) => boolean): IsPast {
  let isOver = false;
  return (event) => {
    const isPast = isOver;
    isOver ||= isLast(event);
    return isPast;
  };
}

/** Undefined: a blank line. */
function eventOf(line: NdjsonLine, place: string): HistoryEvent | undefined {
  if (line.kind === 'too-long') throw new BrokenHistoryError(`${place}: the line is too long for an event`);
  if (line.bytes.every((byte) => byte <= SPACE)) return undefined;
  const exported = parsedPlainly(line.bytes);
  if (exported !== undefined && 'recordedAt' in exported) return exported;
  const parsed = parseJsonStrictly(line.bytes);
  if (parsed.outcome === 'refused') {
    const { column, detail } = parsed.error;
    throw new BrokenHistoryError(`${place}:${column}: ${detail}`);
  }
  if (exported !== undefined) return exported;
  throw new BrokenHistoryError(`${place}:1: a line is one event, a JSON object`);
}

/** What was exported was read strictly before it was recorded. Undefined when it is no JSON object. */
function parsedPlainly(bytes: Buffer): HistoryEvent | undefined {
  try {
    const value: unknown = JSON.parse(bytes.toString('utf8'));
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

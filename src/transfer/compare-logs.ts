import type { Position, RecordedEvent } from '../event-store/event-store.ts';
import { logPages } from '../event-store/paging.ts';
import type { LogSource } from '../event-store/retry.ts';

/** A log and what should be a copy of it. */
export interface LogPair {
  readonly source: LogSource;
  readonly target: LogSource;
}

/** The last event that both logs have in common, by its position in each; undefined: they have none. */
export interface CommonEnd {
  readonly source: Position | undefined;
  readonly target: Position | undefined;
}

export const NOTHING_IN_COMMON: CommonEnd = { source: undefined, target: undefined };

/** But for the position, which is each store's own, and the id, by which an event is known. */
type Field = Exclude<keyof RecordedEvent, 'position' | 'id'>;

export type LogDifference =
  /** The target ends before this event of the source. */
  | { readonly kind: 'missing'; readonly event: RecordedEvent }
  /** The target goes on with this event where the source ends. */
  | { readonly kind: 'added'; readonly event: RecordedEvent }
  /** Where the source has the event, the target has another one. */
  | { readonly kind: 'other'; readonly event: RecordedEvent; readonly other: RecordedEvent }
  | { readonly kind: 'field'; readonly event: RecordedEvent; readonly field: Field };

export interface LogComparison {
  /** Events that are the same. */
  readonly events: number;
  readonly end: CommonEnd;
  /** The first one; undefined: the logs are the same. */
  readonly difference: LogDifference | undefined;
}

const FIELDS = Object.keys({
  stream: true,
  revision: true,
  type: true,
  recordedAt: true,
  metadata: true,
  content: true,
  salt: true,
} satisfies Record<Field, true>) as readonly Field[];

/**
 * Reads both logs side by side, from behind what they are known to have in common up to the end of the target and the
 * event `last` of the source. What `onEvents` throws ends it.
 */
export async function compareLogs(
  { source, target }: LogPair,
  from: CommonEnd,
  last: Position | undefined,
  onEvents: (count: number) => void,
): Promise<LogComparison> {
  let [end, events] = [from, 0];
  const pages = last === undefined ? [] : logPages(source, last, from.source);
  for await (const page of pages) {
    const copies = await readAfter(target, end.target, page.length);
    const { same, difference } = samePart(page, copies);
    if (same > 0) end = { source: page[same - 1]?.position, target: copies[same - 1]?.position };
    events += same;
    onEvents(same);
    if (difference !== undefined) return { events, end, difference };
  }
  const [added] = await readAfter(target, end.target, 1);
  return { events, end, difference: added && { kind: 'added', event: added } };
}

/** How many events are the same before the first difference. */
function samePart(
  page: readonly RecordedEvent[],
  copies: readonly RecordedEvent[],
): { readonly same: number; readonly difference?: LogDifference } {
  for (const [same, event] of page.entries()) {
    const copy = copies[same];
    const difference = copy ? differenceBetween(event, copy) : ({ kind: 'missing', event } as const);
    if (difference !== undefined) return { same, difference };
  }
  return { same: page.length };
}

export function readAfter(
  log: Pick<LogSource, 'readAll'>,
  after: Position | undefined,
  maxCount: number,
): Promise<readonly RecordedEvent[]> {
  return log.readAll({ direction: 'forwards', maxCount, ...(after !== undefined && { after }) });
}

export function differenceBetween(event: RecordedEvent, copy: RecordedEvent): LogDifference | undefined {
  if (event.id !== copy.id) return { kind: 'other', event, other: copy };
  const field = FIELDS.find((name) => event[name] !== copy[name]);
  return field && { kind: 'field', event, field };
}

export function differenceText(difference: LogDifference): string {
  const event = eventText(difference.event);
  switch (difference.kind) {
    case 'missing':
      return `the target ends before ${event}`;
    case 'added':
      return `the target has ${event} where the source ends`;
    case 'other':
      return `the target has ${eventText(difference.other)} where the source has ${event}`;
    case 'field':
      return `${event} has another ${difference.field} in the target`;
  }
}

export function eventText({ id, stream, revision }: RecordedEvent): string {
  return `event ${id} (revision ${revision} of ${stream})`;
}

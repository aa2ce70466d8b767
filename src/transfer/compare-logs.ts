import type { Position, RecordedEvent } from '../event-store/event-store.ts';
import { logPages } from '../event-store/paging.ts';
import type { LogSource } from '../event-store/retry.ts';

/** A log and its supposed copy. */
export interface LogPair {
  readonly source: LogSource;
  readonly target: LogSource;
}

/** The position of the last common event in each log; undefined if there is none. */
export interface CommonEnd {
  readonly source: Position | undefined;
  readonly target: Position | undefined;
}

export const NO_COMMON_EVENT: CommonEnd = { source: undefined, target: undefined };

/** The compared fields. Positions differ between stores, and events are matched by id. */
type Field = Exclude<keyof RecordedEvent, 'position' | 'id'>;

export type LogDifference =
  /** The target ends before this event of the source. */
  | { readonly kind: 'missing'; readonly event: RecordedEvent }
  /** The target has this event after the end of the source. */
  | { readonly kind: 'added'; readonly event: RecordedEvent }
  /** The target has another event in the place of this one. */
  | { readonly kind: 'other'; readonly event: RecordedEvent; readonly other: RecordedEvent }
  | { readonly kind: 'field'; readonly event: RecordedEvent; readonly field: Field };

export interface LogComparison {
  /** Number of equal events. */
  readonly events: number;
  readonly end: CommonEnd;
  /** The first difference; undefined if the logs are equal. */
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
  commitment: true,
} satisfies Record<Field, true>) as readonly Field[];

/**
 * Compares two logs from after their last known common event to `last` of the source and the end of the target. If
 * `onEvents` throws, the comparison rejects with its error.
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
    const { same, difference } = commonPart(page, copies);
    if (same > 0) end = { source: page[same - 1]?.position, target: copies[same - 1]?.position };
    events += same;
    onEvents(same);
    if (difference !== undefined) return { events, end, difference };
  }
  const [added] = await readAfter(target, end.target, 1);
  return { events, end, difference: added && { kind: 'added', event: added } };
}

/** Counts the equal events before the first difference. */
function commonPart(
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

export function describeDifference(difference: LogDifference): string {
  const event = describeEvent(difference.event);
  switch (difference.kind) {
    case 'missing':
      return `the target ends before ${event}`;
    case 'added':
      return `the target has ${event} after the end of the source`;
    case 'other':
      return `the target has ${describeEvent(difference.other)} where the source has ${event}`;
    case 'field':
      return `the ${difference.field} of ${event} differs in the target`;
  }
}

export function describeEvent({ id, stream, revision }: RecordedEvent): string {
  return `event ${id} (revision ${revision} of ${stream})`;
}

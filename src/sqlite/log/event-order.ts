import {
  type Direction,
  type ReadStreamOptions,
  type RecordedEvent,
  UnreadableEventError,
} from '../../event-store/event-store.ts';
import { positionNumber } from '../../event-store/position.ts';

/*
 * Positions and revisions have no gaps. If they do, or go back, pages of log.db were lost, exchanged or written twice.
 * Such a read fails, as what it found is not the log, and continuing from there could repeat it for ever.
 */

/** @param after exclusive start of the read */
export function requirePositions(
  events: readonly RecordedEvent[],
  direction: Direction,
  after: number,
): void {
  const [first] = events;
  if (first === undefined) return;
  const step = direction === 'forwards' ? 1 : -1;
  // A read backwards may start anywhere beyond the end.
  let expected = direction === 'forwards' ? after + 1 : positionNumber(first.position);
  for (const event of events) {
    if (positionNumber(event.position) !== expected) throw misplacedEvent(event, String(expected));
    expected += step;
  }
}

export function requireRevisions(
  events: readonly RecordedEvent[],
  stream: string,
  { direction, from }: ReadStreamOptions,
): void {
  const [first] = events;
  if (first === undefined) return;
  const step = direction === 'forwards' ? 1 : -1;
  let expected: number = direction === 'forwards' ? (from ?? 0) : first.revision;
  for (const event of events) {
    if (event.stream !== stream || event.revision !== expected) {
      throw damagedEvent(event, `it is in the place of revision ${expected} of ${JSON.stringify(stream)}`);
    }
    expected += step;
  }
}

/** @param position where the event was found */
export function misplacedEvent(event: RecordedEvent, position: string): UnreadableEventError {
  return damagedEvent(event, `it has position ${event.position} and is in the place of ${position}`);
}

export function damagedEvent(event: RecordedEvent, reason: string): UnreadableEventError {
  const { stream, revision, id, position } = event;
  const place = { stream, revision, eventId: id, position };
  return new UnreadableEventError(place, `${reason}; log.db is damaged, and chancery verify says where`);
}

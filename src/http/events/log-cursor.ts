import { z } from 'zod';
import type { EventReader, Position, RecordedEvent } from '../../event-store/event-store.ts';
import { decodeCursor, encodeCursor } from '../protocol/paging.ts';
import { anotherHistory, beyondLog, type Problem } from '../protocol/problems.ts';
import { eventFingerprint } from '../protocol/state-token.ts';

/** The event after which a reader of the log continues. */
export interface LogCursor {
  readonly position: Position;
  readonly fingerprint: string | undefined;
}

const logCursor = z.tuple([z.literal('events'), z.string()]).rest(z.string());

export function cursorAfter(event: RecordedEvent): string {
  return encodeCursor(['events', event.position, eventFingerprint(event)]);
}

export function parseLogCursor(text: string, store: EventReader): LogCursor | undefined {
  const [, place = '', fingerprint] = decodeCursor(text, logCursor) ?? [];
  const position = store.parsePosition(place);
  return position && { position, fingerprint };
}

/** Refuses a cursor whose event this log does not have, such as that of another log. */
export async function cursorProblem(
  cursor: LogCursor,
  store: EventReader,
  parameter: string,
): Promise<Problem | undefined> {
  const event = await store.readEventAt(cursor.position);
  if (event !== undefined && eventFingerprint(event) === cursor.fingerprint) return undefined;
  const [last] = await store.readAll({ direction: 'backwards', maxCount: 1 });
  const isBeyond = last === undefined || store.comparePositions(cursor.position, last.position) > 0;
  return isBeyond ? beyondLog(parameter, last) : anotherHistory(parameter);
}

import { z } from 'zod';
import type { EventReader, Position } from '../../event-store/event-store.ts';
import type { EntryKey, TimelineQuery } from '../../projector/timeline-store.ts';
import { decodeCursor, encodeCursor } from '../protocol/paging.ts';

/** Where a page of a timeline ended, and in which state the timeline stood. */
export interface TimelineCursor {
  /** Of the log. */
  readonly lineage: string;
  /** Name of the projection, and key of its timeline. */
  readonly projection: string;
  readonly timeline: string;
  readonly order: TimelineQuery['order'];
  readonly key: EntryKey;
  /** Of the last event of that state. */
  readonly position: Position;
}

const timelineCursor = z.tuple([
  z.literal('timeline'),
  z.string(),
  z.string(),
  z.string(),
  z.enum(['asc', 'desc']),
  z.int(),
  z.int(),
  z.int().positive(),
  z.string(),
]);

export function encodeTimelineCursor(cursor: TimelineCursor): string {
  const { lineage, projection, timeline, order, key, position } = cursor;
  const { earliest, latest, entry } = key;
  return encodeCursor(['timeline', lineage, projection, timeline, order, earliest, latest, entry, position]);
}

/** Undefined when the text is no such cursor. */
export function decodeTimelineCursor(
  text: string,
  store: Pick<EventReader, 'parsePosition'>,
): TimelineCursor | undefined {
  const parts = decodeCursor(text, timelineCursor);
  const position = parts && store.parsePosition(parts[8]);
  if (parts === undefined || position === undefined) return undefined;
  const [, lineage, projection, timeline, order, earliest, latest, entry] = parts;
  return { lineage, projection, timeline, order, key: { earliest, latest, entry }, position };
}

import { z } from 'zod';
import type { EventReader, Position } from '../../event-store/event-store.ts';
import type { EntryKey, TimelineQuery } from '../../projector/timeline-store.ts';
import { decodeCursor, encodeCursor } from '../protocol/paging.ts';

/** The place where a page of a timeline ended, and the state of the timeline that it showed. */
export interface TimelineCursor {
  /** Identifies the log. */
  readonly lineage: string;
  /** Name of the projection. */
  readonly projection: string;
  /** Key of the timeline in the projection. */
  readonly timeline: string;
  readonly order: TimelineQuery['order'];
  /** The last entry of the page. */
  readonly key: EntryKey;
  /** The last event of the state that was shown. */
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
  z.int(),
  z.int().positive(),
  z.string(),
]);

export function encodeTimelineCursor(cursor: TimelineCursor): string {
  const { lineage, projection, timeline, order, key, position } = cursor;
  const { earliest, latest, rank, entry } = key;
  const place = [earliest, latest, rank, entry];
  return encodeCursor(['timeline', lineage, projection, timeline, order, ...place, position]);
}

/** Returns undefined if the text is not the cursor of a timeline. */
export function decodeTimelineCursor(
  text: string,
  store: Pick<EventReader, 'parsePosition'>,
): TimelineCursor | undefined {
  const parts = decodeCursor(text, timelineCursor);
  const position = parts && store.parsePosition(parts[9]);
  if (parts === undefined || position === undefined) return undefined;
  const [, lineage, projection, timeline, order, earliest, latest, rank, entry] = parts;
  return { lineage, projection, timeline, order, key: { earliest, latest, rank, entry }, position };
}

import { z } from 'zod';
import type { Position } from '../event-store/event-store.ts';
import type { EntryKey, Moment, Ordinal } from '../projector/timeline-store.ts';
import { decodeCursor, encodeCursor } from './paging.ts';

/** Where a page of a timeline ended, and in which state the timeline stood. */
export interface TimelineCursor {
  /** Of the log. */
  readonly lineage: string;
  readonly key: EntryKey;
  readonly asOf: Moment;
}

const timelineCursor = z.tuple([
  z.literal('timeline'),
  z.string(),
  z.int(),
  z.int(),
  z.int().positive(),
  z.int().positive(),
  z.string(),
  z.string(),
]);

export function encodeTimelineCursor({ lineage, key, asOf }: TimelineCursor): string {
  const { earliest, latest, entry } = key;
  const { ordinal, position, instant } = asOf;
  return encodeCursor(['timeline', lineage, earliest, latest, entry, ordinal, position, instant]);
}

/** Undefined when the text is no such cursor. */
export function decodeTimelineCursor(text: string): TimelineCursor | undefined {
  const parts = decodeCursor(text, timelineCursor);
  if (parts === undefined) return undefined;
  const [, lineage, earliest, latest, entry, ordinal, position, instant] = parts;
  return {
    lineage,
    key: { earliest, latest, entry },
    asOf: { ordinal: ordinal as Ordinal, position: position as Position, instant },
  };
}

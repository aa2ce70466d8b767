import { z } from 'zod';
import type { EventReader } from '../../event-store/event-store.ts';
import type { EntryKey, TimelineQuery } from '../../projector/timeline-store.ts';
import { decodeCursor, encodeCursor } from '../protocol/paging.ts';
import { parseRequestedState, type RequestedState } from '../protocol/state-token.ts';

/** The order of a page: by dates, or by recording, as in feeds. */
export type CursorOrder = TimelineQuery['order'] | 'recorded';

/** The place where a page of a timeline ended, and the state of the timeline that it showed. */
export interface TimelineCursor {
  /** Name of the projection. */
  readonly projection: string;
  /** Key of the timeline in the projection. */
  readonly timeline: string;
  readonly order: CursorOrder;
  /** The last entry of the page. In a feed, `rank` is the ordinal of its last change, and there are no days. */
  readonly key: EntryKey;
  /** The state that was shown. */
  readonly state: Required<RequestedState>;
}

const timelineCursor = z.tuple([
  z.literal('timeline'),
  z.string(),
  z.string(),
  z.enum(['asc', 'desc', 'recorded']),
  z.int(),
  z.int(),
  z.int(),
  z.int().positive(),
  z.string(),
]);

/** @param token of the state that was shown */
export function encodeTimelineCursor(cursor: Omit<TimelineCursor, 'state'>, token: string): string {
  const { projection, timeline, order, key } = cursor;
  const { earliest, latest, rank, entry } = key;
  const place = [earliest, latest, rank, entry];
  return encodeCursor(['timeline', projection, timeline, order, ...place, token]);
}

/** Returns undefined if the text is not the cursor of a timeline. */
export function decodeTimelineCursor(
  text: string,
  store: Pick<EventReader, 'parsePosition'>,
): TimelineCursor | undefined {
  const parts = decodeCursor(text, timelineCursor);
  const state = parts && parseRequestedState(parts[8], store);
  if (parts === undefined || state?.history === undefined) return undefined;
  const [, projection, timeline, order, earliest, latest, rank, entry] = parts;
  const { position, history } = state;
  return {
    projection,
    timeline,
    order,
    key: { earliest, latest, rank, entry },
    state: { position, history },
  };
}

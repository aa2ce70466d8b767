import { createHash } from 'node:crypto';
import type { EventStamp } from '../../append/read-record.ts';
import type { EventReader, Position } from '../../event-store/event-store.ts';
import type { LogPoint, TimelineReader } from '../../projector/timeline-store.ts';

/**
 * A position names a place in a log, not a history: another log has other events there, and so has the same log after
 * an older backup of it was restored. State tokens, cursors and entity tags therefore also carry the lineage of the log
 * and a fingerprint of the event that they stand for. They are opaque to clients.
 */
const DIGITS = 12;
const STATE_TOKEN = /^(.+)\.([0-9a-f]{8})\.([0-9a-f]{12})$/;

/** A state as a request names it. A bare position, which people type, names no history. */
export interface RequestedState {
  readonly position: Position;
  readonly history?: { readonly lineage: string; readonly fingerprint: string };
}

/** A state as responses name it. */
export interface ShownState extends Pick<LogPoint, 'position' | 'instant'> {
  readonly token: string;
  /** Rows of the same state differ if this does (`TimelineReader`). */
  readonly removals: number;
}

/** Returns `<position>.<lineage>.<fingerprint>`. */
export function stateToken(lineage: string, logPoint: LogPoint): string {
  return `${logPoint.position}.${lineage}.${logPointFingerprint(logPoint)}`;
}

/** Adds the names that responses give to a state of the rows. */
export function shownLogPoint(
  reader: Pick<TimelineReader, 'checkpoint' | 'removals'>,
  logPoint: LogPoint | undefined,
): (LogPoint & ShownState) | undefined {
  if (logPoint === undefined) return undefined;
  const token = stateToken(reader.checkpoint()?.lineage ?? '', logPoint);
  return { ...logPoint, token, removals: reader.removals };
}

export function shownStateJson(shown: Omit<ShownState, 'removals'> | undefined): string {
  if (shown === undefined) return 'null';
  const { position, instant, token } = shown;
  return JSON.stringify({ position, instant, token });
}

/** Parses a position or a state token. Returns undefined for other texts. */
export function parseRequestedState(
  text: string,
  store: Pick<EventReader, 'parsePosition'>,
): RequestedState | undefined {
  const bare = store.parsePosition(text);
  if (bare !== undefined) return { position: bare };
  const [, place = '', lineage = '', fingerprint = ''] = STATE_TOKEN.exec(text) ?? [];
  const position = store.parsePosition(place);
  return position && { position, history: { lineage, fingerprint } };
}

export function logPointFingerprint({ position, instant, eventId }: LogPoint): string {
  return shortHash(`${position} ${instant} ${eventId}`);
}

export function eventFingerprint({ id, position, recordedAt }: EventStamp): string {
  return shortHash(`${position} ${recordedAt} ${id}`);
}

export function shortHash(content: string | Buffer): string {
  return createHash('sha256').update(content).digest('hex').slice(0, DIGITS);
}

import type { Removal } from '../event-store/event-index.ts';
import type { Position, Revision } from '../event-store/event-store.ts';
import { positionToken } from './log-position.ts';
import type { ServerEvent } from './stored-event.ts';

/*
 * What the server itself writes about our streams. A hard delete adds a tombstone to the stream. Everything else is in
 * the metadata stream `$$<name>`, whose last event counts: a soft delete truncates the stream before the greatest
 * number, and `$tb`, `$maxCount` and `$maxAge` hide its first events. Hidden events stay in the log of the server until
 * a scavenge removes them.
 */

const TOMBSTONE = '$streamDeleted';
const METADATA = '$metadata';
const METADATA_STREAM_PREFIX = '$$';

export interface StreamNotice {
  /** Without our prefix. */
  readonly stream: string;
  readonly position: Position;
  /** Undefined for a tombstone. */
  readonly limits: StreamLimits | undefined;
}

export interface StreamLimits {
  /** Events before this revision are hidden. Undefined: all that were recorded before. */
  readonly truncateBefore: Revision | undefined;
  /** `$maxCount` and `$maxAge`, as people read them; undefined if the stream has neither. */
  readonly retention: string | undefined;
}

export function metadataStreamOf(stream: string): string {
  return METADATA_STREAM_PREFIX + stream;
}

/** Returns undefined for an ordinary event. */
export function parseNotice(event: ServerEvent, prefix: string): StreamNotice | undefined {
  const position = positionToken(event.position);
  if (event.type === TOMBSTONE)
    return { stream: event.stream.slice(prefix.length), position, limits: undefined };
  const isMetadata = event.type === METADATA && event.stream.startsWith(METADATA_STREAM_PREFIX);
  if (!isMetadata) return undefined;
  const stream = event.stream.slice(METADATA_STREAM_PREFIX.length + prefix.length);
  return { stream, position, limits: parseLimits(event) };
}

/** The server ignores metadata that is not a JSON object. */
function parseLimits({ data }: ServerEvent): StreamLimits {
  const { $tb = 0, ...settings } = parseObject(Buffer.from(data).toString());
  const retention = ['$maxCount', '$maxAge'].flatMap((name) =>
    settings[name] === undefined ? [] : [`${name}=${settings[name]}`],
  );
  return {
    truncateBefore: Number.isSafeInteger($tb) ? ($tb as Revision) : undefined,
    retention: retention.length === 0 ? undefined : retention.join(' and '),
  };
}

function parseObject(json: string): Readonly<Record<string, unknown>> {
  try {
    return Object(JSON.parse(json));
  } catch {
    return {};
  }
}

/** Without a look at the stream: retention counts for nothing yet. */
export function removalOf(stream: string, position: Position, limits: StreamLimits | undefined): Removal {
  if (limits === undefined) return { stream, kind: 'tombstoned', firstLeft: undefined, position };
  const { truncateBefore: firstLeft, retention } = limits;
  return { stream, kind: firstLeft === undefined ? 'deleted' : 'truncated', firstLeft, retention, position };
}

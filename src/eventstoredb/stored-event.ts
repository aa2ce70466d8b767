import { isUtf8 } from 'node:buffer';
import { createHash } from 'node:crypto';
import type { ReadResp } from '@eventstore/db-client/generated/streams_pb.js';
import {
  type NewEvent,
  type RecordedEvent,
  type Revision,
  UnreadableEventError,
} from '../event-store/event-store.ts';
import { type LogPosition, positionToken } from './log-position.ts';

/** An event as it is sent to the server. */
export interface ProposedEvent {
  readonly id: string;
  readonly type: string;
  readonly data: Uint8Array;
  readonly metadata: Uint8Array;
}

/** An event as the server returns it. */
export interface ServerEvent extends ProposedEvent {
  /** The name on the server, with the prefix. */
  readonly stream: string;
  readonly revision: number;
  readonly position: LogPosition;
}

/** The custom metadata of an event on the server. Our own `metadata` is kept as text, which preserves every byte. */
interface StoredMetadata {
  readonly id: string;
  readonly recordedAt: string;
  readonly salt: string;
  readonly metadata: string;
  readonly commitment?: string;
}

/** The content becomes the data, byte for byte. Everything else goes into the custom metadata. */
export function toProposedEvent(event: NewEvent, recordedAt: string): ProposedEvent {
  const { id, type, salt, metadata, commitment } = event;
  const stored: StoredMetadata = { id, recordedAt, salt, metadata, ...(commitment && { commitment }) };
  return {
    id: serverId(id, salt),
    type,
    data: Buffer.from(event.content),
    metadata: Buffer.from(JSON.stringify(stored)),
  };
}

/**
 * Returns the id of an event on the server, a UUIDv8. The server takes an append for a retry if the ids are the same,
 * whatever else differs, and gives the first answer. As the id depends on the salt too, only the very same attempt can
 * repeat it, and no answer can refer to an event that another process recorded under the same id of ours.
 */
function serverId(id: string, salt: string): string {
  const bytes = createHash('sha256').update(id).update('\0').update(salt).digest();
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x80, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  const hex = bytes.toString('hex', 0, 16);
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

/** Returns undefined for a response that is not an event: "stream not found", or the ends of a stream. */
export function parseReadResponse(response: ReadResp): ServerEvent | undefined {
  const recorded = response.getEvent()?.getEvent();
  if (recorded === undefined) return undefined;
  const stream = recorded.getStreamIdentifier()?.getStreamName_asU8() ?? new Uint8Array();
  return {
    id: recorded.getId()?.getString() ?? '',
    type: recorded.getMetadataMap().get('type') ?? '',
    stream: Buffer.from(stream.buffer, stream.byteOffset, stream.byteLength).toString(),
    revision: Number(recorded.getStreamRevision()),
    position: { commit: recorded.getCommitPosition(), prepare: recorded.getPreparePosition() },
    data: recorded.getData_asU8(),
    metadata: recorded.getCustomMetadata_asU8(),
  };
}

/** The digits of the largest position. A server that knows no position returns the largest unsigned number, with 20. */
const POSITION_DIGITS_MAX = 19;

/** Throws UnreadableEventError for an event that this program did not write. */
export function toRecordedEvent(event: ServerEvent, prefix: string): RecordedEvent {
  if (event.position.commit.length > POSITION_DIGITS_MAX) {
    throw unreadable(event, 'the server, older than 22.6, does not return its position');
  }
  const stored = parseMetadata(event);
  const content = Buffer.from(event.data.buffer, event.data.byteOffset, event.data.byteLength);
  if (!isUtf8(content)) throw unreadable(event, 'its data is not valid UTF-8');
  return {
    position: positionToken(event.position),
    id: stored.id,
    type: event.type,
    stream: event.stream.slice(prefix.length),
    revision: event.revision as Revision,
    recordedAt: stored.recordedAt,
    metadata: stored.metadata,
    content: content.toString(),
    salt: stored.salt,
    ...(stored.commitment !== undefined && { commitment: stored.commitment }),
  };
}

function unreadable(event: ServerEvent, reason: string): UnreadableEventError {
  const { stream, revision, id: eventId, position } = event;
  return new UnreadableEventError({ stream, revision, eventId, position: positionToken(position) }, reason);
}

function parseMetadata(event: ServerEvent): StoredMetadata {
  const { buffer, byteOffset, byteLength } = event.metadata;
  let parsed: Partial<StoredMetadata> | null;
  try {
    parsed = JSON.parse(Buffer.from(buffer, byteOffset, byteLength).toString());
  } catch {
    throw unreadable(event, 'its metadata is not JSON');
  }
  const { id, recordedAt, salt, metadata, commitment = '' } = parsed ?? {};
  const isComplete = [id, recordedAt, salt, metadata, commitment].every((field) => typeof field === 'string');
  if (!isComplete) throw unreadable(event, 'its metadata was not written by Chancery');
  return parsed as StoredMetadata;
}

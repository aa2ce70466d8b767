import { isUtf8 } from 'node:buffer';
import { createHash } from 'node:crypto';
import {
  type NewEvent,
  type RecordedEvent,
  type Revision,
  UnreadableEventError,
} from '../event-store/event-store.ts';
import { type LogPosition, positionToken } from './log-position.ts';

/** An event as the server is asked to store it. */
export interface ProposedEvent {
  readonly id: string;
  readonly type: string;
  readonly data: Uint8Array;
  readonly metadata: Uint8Array;
}

/** An event as the server gives it. */
export interface ServerEvent extends ProposedEvent {
  /** With the prefix. */
  readonly stream: string;
  readonly revision: number;
  readonly position: LogPosition;
}

/** What the server's metadata of an event hold. `metadata` are ours as text, so that they come back to the byte. */
interface Envelope {
  readonly id: string;
  readonly recordedAt: string;
  readonly salt: string;
  readonly metadata: string;
}

/** The content are the data, byte for byte; all else goes into the metadata. */
export function proposedEvent(event: NewEvent, recordedAt: string): ProposedEvent {
  const { id, type, salt, metadata } = event;
  const envelope: Envelope = { id, recordedAt, salt, metadata };
  return {
    id: serverId(id, salt),
    type,
    data: Buffer.from(event.content),
    metadata: Buffer.from(JSON.stringify(envelope)),
  };
}

/**
 * The id that the server knows the event by. The server takes an append as repeated when the ids are those that it
 * has, whatever else differs, and answers as for the first: made of the salt too, an id is repeated only by the very
 * same attempt, and no answer can speak of an event that another process recorded under the same id.
 */
function serverId(id: string, salt: string): string {
  const bytes = createHash('sha256').update(id).update('\0').update(salt).digest();
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x80, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  const hex = bytes.toString('hex', 0, 16);
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

/** The longest position in decimal; a server that knows none gives the largest unsigned number, which is longer. */
const POSITION_DIGITS_MAX = 19;

/** Throws UnreadableEventError when it is not an event that this program stored. */
export function eventOfServer(stored: ServerEvent, prefix: string): RecordedEvent {
  if (stored.position.commit.length > POSITION_DIGITS_MAX) {
    throw unreadable(stored, 'the server, older than 22.6, does not tell its position');
  }
  const envelope = readEnvelope(stored);
  const content = Buffer.from(stored.data.buffer, stored.data.byteOffset, stored.data.byteLength);
  if (!isUtf8(content)) throw unreadable(stored, 'its data are not UTF-8');
  return {
    position: positionToken(stored.position),
    id: envelope.id,
    type: stored.type,
    stream: stored.stream.slice(prefix.length),
    revision: stored.revision as Revision,
    recordedAt: envelope.recordedAt,
    metadata: envelope.metadata,
    content: content.toString(),
    salt: envelope.salt,
  };
}

function unreadable(stored: ServerEvent, reason: string): UnreadableEventError {
  const { stream, revision, id: eventId, position } = stored;
  return new UnreadableEventError({ stream, revision, eventId, position: positionToken(position) }, reason);
}

function readEnvelope(stored: ServerEvent): Envelope {
  const { buffer, byteOffset, byteLength } = stored.metadata;
  let parsed: Partial<Envelope> | null;
  try {
    parsed = JSON.parse(Buffer.from(buffer, byteOffset, byteLength).toString());
  } catch {
    throw unreadable(stored, 'its metadata are not JSON');
  }
  const { id, recordedAt, salt, metadata } = parsed ?? {};
  const isEnvelope = [id, recordedAt, salt, metadata].every((field) => typeof field === 'string');
  if (!isEnvelope) throw unreadable(stored, 'its metadata are not those of this program');
  return parsed as Envelope;
}

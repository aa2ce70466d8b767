import type { Position } from '../event-store/event-store.ts';
import { type LogPosition, positionToken } from './log-position.ts';

interface EventOnServer {
  readonly id: string;
  readonly stream: string;
  readonly revision: number;
  readonly position: LogPosition;
}

/** An event in one of our streams that somebody else wrote, or that is damaged. It is neither shown nor passed over. */
export class UnreadableEventError extends Error {
  override readonly name = 'UnreadableEventError';
  /** As the server calls it, with the prefix. */
  readonly stream: string;
  readonly revision: number;
  /** As the server calls it. */
  readonly eventId: string;
  readonly position: Position;

  constructor({ stream, revision, id, position }: EventOnServer, reason: string) {
    super(
      `Event ${id}, at revision ${revision} of stream ${JSON.stringify(stream)}, cannot be read: ${reason}.`,
    );
    this.stream = stream;
    this.revision = revision;
    this.eventId = id;
    this.position = positionToken(position);
  }
}

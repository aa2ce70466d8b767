import { hash } from 'node:crypto';
import type { RecordedEvent } from '../event-store/event-store.ts';

/** The fields of an event that its leaf covers: all but the position, which differs between stores. */
export type HashedEvent = Omit<RecordedEvent, 'position'>;

/**
 * Returns the leaf of an event in the Merkle tree: canonical JSON (RFC 8785) with the whole envelope, and a commitment
 * in place of the content. `src/docs/integrity.md` specifies it.
 */
export function leafOf(event: HashedEvent): string {
  const { id, metadata, recordedAt, revision, stream, type } = event;
  const members = JSON.stringify({ recordedAt, revision, stream, type });
  return `{"commitment":"${commitmentOf(event)}","id":${JSON.stringify(id)},"metadata":${metadata},${members.slice(1)}`;
}

/** Returns the commitment to the content as it was recorded, also after it was removed. */
export function commitmentOf(event: Pick<HashedEvent, 'salt' | 'content' | 'commitment'>): string {
  return event.commitment ?? commitmentTo(event);
}

/** Commits to the content without revealing it: SHA-256 of the salt and the content, in base64. */
export function commitmentTo({ salt, content }: Pick<HashedEvent, 'salt' | 'content'>): string {
  return hash('sha256', salt + content, 'base64');
}

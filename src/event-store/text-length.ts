import type { NewEvent } from './event-store.ts';

/** Returns the number of characters of an event, by which buffers are bounded. */
export function textLength({ metadata, content }: Pick<NewEvent, 'metadata' | 'content'>): number {
  return metadata.length + content.length;
}

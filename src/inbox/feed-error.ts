/** Thrown for a document that cannot be read as a feed. The message says why, as a sentence. */
export class FeedError extends Error {
  override readonly name = 'FeedError';
}

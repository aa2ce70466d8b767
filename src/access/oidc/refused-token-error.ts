/** A token that is not accepted. The message says why, and repeats nothing of the token. */
export class RefusedTokenError extends Error {
  override readonly name = 'RefusedTokenError';
}

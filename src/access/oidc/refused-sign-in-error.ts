/** A sign-in that did not succeed. The message says why, for the person who tried. */
export class RefusedSignInError extends Error {
  override readonly name = 'RefusedSignInError';
}

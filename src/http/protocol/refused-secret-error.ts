/** A request came with a secret that is not in force. */
export class RefusedSecretError extends Error {
  override readonly name = 'RefusedSecretError';
  /** Seconds after which the address may try again; undefined if it has not tried too often. */
  readonly blockedForS: number | undefined;

  constructor(blockedForS?: number) {
    super('The secret is not in force.');
    this.blockedForS = blockedForS;
  }
}

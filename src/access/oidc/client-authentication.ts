import {
  type ClientAuth,
  ClientSecretBasic,
  ClientSecretPost,
  None,
  ResponseBodyError,
  WWWAuthenticateChallengeError,
} from 'openid-client';

/**
 * How the server authenticates to the provider. Many providers take a secret only in the place that was registered, and
 * none says which that is: the header, which is the default of the standard, or the body.
 */
export class ClientAuthentication {
  #methods: readonly ClientAuth[];

  /** @param secret undefined for a public client */
  constructor(secret: string | undefined) {
    this.#methods = secret === undefined ? [None()] : [ClientSecretBasic(secret), ClientSecretPost(secret)];
  }

  readonly authenticate: ClientAuth = (...request) => this.#methods[0]?.(...request);

  /** Sends a request again in the other way if the provider has refused the client. */
  async retrying<Result>(send: () => Promise<Result>): Promise<Result> {
    try {
      return await send();
    } catch (error) {
      const [refused, ...others] = this.#methods;
      if (refused === undefined || others.length === 0 || !isOfClient(error)) throw error;
      this.#methods = [...others, refused];
      return send();
    }
  }
}

function isOfClient(error: unknown): boolean {
  if (error instanceof WWWAuthenticateChallengeError) return true;
  return error instanceof ResponseBodyError && error.error === 'invalid_client';
}

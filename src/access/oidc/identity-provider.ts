import { createHash } from 'node:crypto';
import type { JWTPayload } from 'jose';
import { LRUCache } from 'lru-cache';
import {
  AuthorizationResponseError,
  authorizationCodeGrant,
  buildAuthorizationUrl,
  calculatePKCECodeChallenge,
  fetchUserInfo,
  ResponseBodyError,
  randomNonce,
  randomPKCECodeVerifier,
  randomState,
  WWWAuthenticateChallengeError,
} from 'openid-client';
import type { OidcSettings } from './oidc-settings.ts';
import { type OidcUser, roleOf, userOf } from './oidc-user.ts';
import {
  CLOCK_TOLERANCE_S,
  ProviderConnection,
  type ProviderConnectionOptions,
  unavailabilityIn,
} from './provider-connection.ts';
import { RefusedSignInError } from './refused-sign-in-error.ts';
import { RefusedTokenError } from './refused-token-error.ts';
import { TokenVerifier } from './token-verifier.ts';

export interface IdentityProviderOptions extends ProviderConnectionOptions {
  readonly clock: () => Date;
}

export interface AuthenticatedUser {
  readonly user: OidcUser;
  readonly expiresMs: number;
}

/** What a browser keeps while its user is at the provider. Nobody else may know it. */
export interface SignInChecks {
  readonly state: string;
  readonly nonce: string;
  /** RFC 7636. */
  readonly codeVerifier: string;
}

const VERIFIED_MAX = 1_000;
/** The keys of the provider are cached for ten minutes, so this hardly delays the withdrawal of one. */
const VERIFIED_MS = 60_000;

/** Authenticates users by OpenID Connect. The methods throw ProviderUnavailableError. */
export class IdentityProvider {
  readonly settings: OidcSettings;
  readonly #clock: () => Date;
  readonly #connection: ProviderConnection;
  readonly #verifier: TokenVerifier;
  /** By the hash of the token. To verify a signature takes as long as to send a page. */
  readonly #verified = new LRUCache<string, AuthenticatedUser>({ max: VERIFIED_MAX, ttl: VERIFIED_MS });

  constructor(options: IdentityProviderOptions) {
    this.settings = options.settings;
    this.#clock = options.clock;
    this.#connection = new ProviderConnection(options);
    this.#verifier = new TokenVerifier(options, this.#connection);
  }

  /**
   * Finds the user of a bearer token, who need not have a role.
   *
   * @throws RefusedTokenError
   */
  async authenticate(token: string): Promise<AuthenticatedUser> {
    const hash = createHash('sha256').update(token).digest('base64');
    const known = this.#verified.get(hash);
    if (known !== undefined && this.#clock().getTime() < known.expiresMs) return known;
    const authenticated = await this.#authenticateAnew(token);
    this.#verified.set(hash, authenticated);
    return authenticated;
  }

  async #authenticateAnew(token: string): Promise<AuthenticatedUser> {
    const { audience } = this.settings;
    if (audience === undefined) throw new RefusedTokenError('This server accepts no tokens.');
    const claims = await this.#verifier.verify(token, audience);
    const user = userOf(claims, this.settings);
    if (user === undefined) throw new RefusedTokenError(this.#withoutActor);
    // RFC 9449 and RFC 8705: whoever has only read such a token must not be able to use it.
    if (claims['cnf'] !== undefined) throw new RefusedTokenError('It needs a proof that is not supported.');
    return { user, expiresMs: ((claims.exp ?? 0) + CLOCK_TOLERANCE_S) * 1_000 };
  }

  /** Returns the URL at the provider to which the browser has to go (RFC 6749 §4.1), and what it has to keep. */
  async beginSignIn(redirectUri: string): Promise<{ readonly url: URL; readonly checks: SignInChecks }> {
    const { configuration } = await this.#connection.discover();
    const checks = { state: randomState(), nonce: randomNonce(), codeVerifier: randomPKCECodeVerifier() };
    const url = buildAuthorizationUrl(configuration, {
      redirect_uri: redirectUri,
      scope: this.settings.client?.scope ?? '',
      state: checks.state,
      nonce: checks.nonce,
      code_challenge: await calculatePKCECodeChallenge(checks.codeVerifier),
      code_challenge_method: 'S256',
    });
    return { url, checks };
  }

  /**
   * Finds the user, who has a role, when the browser comes back.
   *
   * @param url the redirect URI with what the provider has added to it
   * @throws RefusedSignInError
   */
  async finishSignIn(url: URL, checks: SignInChecks): Promise<OidcUser> {
    const user = userOf(await this.#claimsAfter(url, checks), this.settings);
    if (user === undefined) throw new RefusedSignInError(this.#withoutActor);
    if (roleOf(user, this.settings.roles) === undefined) {
      throw new RefusedSignInError('None of your groups has a role here.');
    }
    return user;
  }

  /** Some providers put no groups into the ID token, but tell them to who asks about the user. */
  async #claimsAfter(url: URL, { state, nonce, codeVerifier }: SignInChecks): Promise<JWTPayload> {
    const { client, actorClaim, groupsClaim } = this.settings;
    const { configuration, authentication } = await this.#connection.discover();
    const expected = { expectedState: state, expectedNonce: nonce, idTokenExpected: true };
    try {
      const tokens = await authentication.retrying(() =>
        authorizationCodeGrant(configuration, url, { ...expected, pkceCodeVerifier: codeVerifier }),
      );
      const claims = await this.#verifier.verify(tokens.id_token ?? '', client?.id ?? '');
      const isComplete = actorClaim in claims && groupsClaim in claims;
      if (isComplete || configuration.serverMetadata().userinfo_endpoint === undefined) return claims;
      return { ...(await fetchUserInfo(configuration, tokens.access_token, claims.sub ?? '')), ...claims };
    } catch (error) {
      throw unavailabilityIn(error) ?? refusedSignIn(error);
    }
  }

  get #withoutActor(): string {
    return `The claim ${this.settings.actorClaim} has no name that could be an actor.`;
  }
}

/** RFC 6749 §4.1.2.1 and §5.2. */
const ERROR_CODE = /^[a-z_]{1,40}$/;

function refusedSignIn(error: unknown): RefusedSignInError {
  if (error instanceof RefusedTokenError) {
    return new RefusedSignInError(`The ID token of the identity provider is refused. ${error.message}`);
  }
  const code = codeOf(error);
  if (ERROR_CODE.test(code)) return new RefusedSignInError(`The identity provider refuses it: ${code}.`);
  return new RefusedSignInError('The answer of the identity provider does not belong to this sign-in.');
}

function codeOf(error: unknown): string {
  if (error instanceof WWWAuthenticateChallengeError) return 'invalid_client';
  const isAnswer = error instanceof AuthorizationResponseError || error instanceof ResponseBodyError;
  return isAnswer ? error.error : '';
}

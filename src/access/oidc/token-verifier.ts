import { errors, type JWTPayload, jwtVerify } from 'jose';
import type { OidcSettings } from './oidc-settings.ts';
import { CLOCK_TOLERANCE_S, type ProviderConnection, unavailabilityIn } from './provider-connection.ts';
import { ProviderUnavailableError } from './provider-unavailable-error.ts';
import { RefusedTokenError } from './refused-token-error.ts';

/** The header `typ` of an access token (RFC 9068) or an ID token. Tokens for other purposes have other types. */
const TOKEN_TYPES = ['jwt', 'at+jwt', 'application/at+jwt'];

export interface TokenVerifierOptions {
  readonly settings: Pick<OidcSettings, 'issuer' | 'algorithms'>;
  readonly clock: () => Date;
}

/** Verifies the tokens of the provider (RFC 7519). */
export class TokenVerifier {
  readonly #options: TokenVerifierOptions;
  readonly #connection: Pick<ProviderConnection, 'discover'>;

  constructor(options: TokenVerifierOptions, connection: Pick<ProviderConnection, 'discover'>) {
    this.#options = options;
    this.#connection = connection;
  }

  /**
   * Returns the claims.
   *
   * @throws RefusedTokenError
   * @throws ProviderUnavailableError
   */
  async verify(token: string, audience: string): Promise<JWTPayload> {
    const { settings, clock } = this.#options;
    const { issuer, algorithms } = settings;
    const { findKey } = await this.#connection.discover();
    try {
      const { payload, protectedHeader } = await jwtVerify(token, findKey, {
        issuer,
        audience,
        algorithms: [...algorithms],
        clockTolerance: CLOCK_TOLERANCE_S,
        currentDate: clock(),
        requiredClaims: ['exp', 'sub'],
      });
      const { typ = 'jwt' } = protectedHeader;
      if (TOKEN_TYPES.includes(String(typ).toLowerCase())) return payload;
    } catch (error) {
      if (error instanceof errors.JOSEError) throw new RefusedTokenError(defectOf(error, algorithms));
      throw unavailabilityIn(error) ?? new ProviderUnavailableError('A key of the provider cannot be used.');
    }
    throw new RefusedTokenError('It has another purpose.');
  }
}

const DEFECTS_OF_CLAIMS: Readonly<Record<string, string>> = {
  iss: 'It is from another issuer.',
  aud: 'It is for another audience.',
  nbf: 'It is not valid yet.',
  exp: 'It does not say when it expires.',
  sub: 'It does not say whom it is about.',
};

/** The message of jose may repeat what is in the token. */
function defectOf(error: errors.JOSEError, algorithms: readonly string[]): string {
  if (error instanceof errors.JWTExpired) return 'It has expired.';
  if (error instanceof errors.JWTClaimValidationFailed) {
    return DEFECTS_OF_CLAIMS[error.claim] ?? 'One of its claims is malformed.';
  }
  if (error instanceof errors.JOSEAlgNotAllowed) return `It must be signed with ${algorithms.join(' or ')}.`;
  if (error instanceof errors.JWSSignatureVerificationFailed) return 'Its signature is wrong.';
  if (error instanceof errors.JWKSNoMatchingKey) return 'The identity provider has no such key.';
  return 'It is malformed.';
}

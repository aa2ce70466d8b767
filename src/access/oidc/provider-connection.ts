import { isNativeError } from 'node:util/types';
import { createRemoteJWKSet, errors, type JWTVerifyGetKey, customFetch as keyFetch } from 'jose';
import {
  allowInsecureRequests,
  type Configuration,
  clockTolerance,
  customFetch,
  discovery,
} from 'openid-client';
import { ClientAuthentication } from './client-authentication.ts';
import type { OidcSettings } from './oidc-settings.ts';
import { PAUSE_S, ProviderUnavailableError } from './provider-unavailable-error.ts';

/** Clocks of two machines may differ by this much. */
export const CLOCK_TOLERANCE_S = 30;

const TIMEOUT_S = 5;
/** A key that is not known makes the keys be read again, at most this often. */
const KEYS_COOLDOWN_MS = 30_000;
/** The same failure is reported once in this time. */
const REPORT_INTERVAL_MS = 60_000;

/** What the provider says about itself (OpenID Connect Discovery 1.0), and its keys. */
export interface DiscoveredProvider {
  readonly configuration: Configuration;
  readonly authentication: ClientAuthentication;
  /** Finds the key of a token. Throws ProviderUnavailableError. */
  readonly findKey: JWTVerifyGetKey;
}

export interface ProviderConnectionOptions {
  readonly settings: OidcSettings;
  readonly onFailure: (reason: string) => void;
  /** Defaults to half a minute. */
  readonly keysCooldownMs?: number;
  /** A clock that nobody can set. */
  readonly monotonicMs?: () => number;
}

/** Reads from the provider when it is first needed, so that a server starts without it. */
export class ProviderConnection {
  readonly #options: ProviderConnectionOptions;
  readonly #monotonicMs: () => number;
  #discovered: Promise<DiscoveredProvider> | undefined;
  #pausedUntilMs = Number.NEGATIVE_INFINITY;
  #reported = { reason: '', atMs: Number.NEGATIVE_INFINITY };

  constructor(options: ProviderConnectionOptions) {
    this.#options = options;
    this.#monotonicMs = options.monotonicMs ?? (() => performance.now());
  }

  /** @throws ProviderUnavailableError */
  discover(): Promise<DiscoveredProvider> {
    this.#discovered ??= this.#readMetadata().catch((error: unknown) => {
      this.#discovered = undefined;
      throw this.#failure(error);
    });
    return this.#discovered;
  }

  async #readMetadata(): Promise<DiscoveredProvider> {
    const { issuer, audience = '', client } = this.#options.settings;
    const url = new URL(issuer);
    const authentication = new ClientAuthentication(client?.secret);
    const configuration = await discovery(
      url,
      client?.id ?? audience,
      { [clockTolerance]: CLOCK_TOLERANCE_S },
      authentication.authenticate,
      {
        timeout: TIMEOUT_S,
        [customFetch]: (url, options) => this.#fetch(url, options as RequestInit),
        execute: url.protocol === 'http:' ? [allowInsecureRequests] : [],
      },
    );
    const { issuer: named, jwks_uri: keysUrl } = configuration.serverMetadata();
    if (named !== issuer) throw new Error(`The provider calls itself ${named}, not ${issuer}.`);
    if (keysUrl === undefined) throw new Error('The provider does not say where its keys are.');
    if (!keysUrl.startsWith(url.protocol)) throw new Error(`The keys at ${keysUrl} cannot be read safely.`);
    return { configuration, authentication, findKey: this.#keysAt(new URL(keysUrl)) };
  }

  #keysAt(url: URL): JWTVerifyGetKey {
    const keys = createRemoteJWKSet(url, {
      timeoutDuration: TIMEOUT_S * 1_000,
      cooldownDuration: this.#options.keysCooldownMs ?? KEYS_COOLDOWN_MS,
      [keyFetch]: (url, options) => this.#fetch(url, options),
    });
    return async (header, token) => {
      try {
        return await keys(header, token);
      } catch (error) {
        throw isOfToken(error) ? error : this.#failure(error);
      }
    };
  }

  /** @throws ProviderUnavailableError */
  async #fetch(url: string, options: RequestInit): Promise<Response> {
    if (this.#monotonicMs() < this.#pausedUntilMs) throw new ProviderUnavailableError(this.#reported.reason);
    try {
      const response = await fetch(url, options);
      if (response.status < 500) return response;
      throw new Error(`${new URL(url).pathname} answers with the status ${response.status}.`);
    } catch (error) {
      throw this.#failure(error);
    }
  }

  #failure(error: unknown): ProviderUnavailableError {
    const known = unavailabilityIn(error);
    if (known !== undefined) return known;
    const [reason, nowMs] = [reasonOf(error), this.#monotonicMs()];
    this.#pausedUntilMs = nowMs + PAUSE_S * 1_000;
    if (reason !== this.#reported.reason || nowMs >= this.#reported.atMs + REPORT_INTERVAL_MS) {
      this.#reported = { reason, atMs: nowMs };
      this.#options.onFailure(reason);
    }
    return new ProviderUnavailableError(reason);
  }
}

/** Returns the error in the chain of causes, into which libraries put it. */
export function unavailabilityIn(error: unknown): ProviderUnavailableError | undefined {
  if (error instanceof ProviderUnavailableError) return error;
  return isNativeError(error) ? unavailabilityIn(error.cause) : undefined;
}

/** The innermost message: libraries wrap what has happened into what they were doing. */
function reasonOf(error: unknown): string {
  if (!isNativeError(error)) return '';
  const { cause, message, code } = error as NodeJS.ErrnoException;
  return reasonOf(cause) || message || (code ?? '');
}

/** True if the keys could be read, but none fits the token. */
function isOfToken(error: unknown): boolean {
  return (
    error instanceof errors.JWKSNoMatchingKey ||
    error instanceof errors.JWKSMultipleMatchingKeys ||
    error instanceof errors.JOSENotSupported
  );
}

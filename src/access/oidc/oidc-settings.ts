import type { AccessRole } from '../permissions.ts';

/** An identity provider (OpenID Connect Core 1.0), and what it is trusted with. */
export interface OidcSettings {
  /** Compared with the claim `iss` character by character. */
  readonly issuer: string;
  /** The audience of bearer tokens; undefined if none are accepted. */
  readonly audience: string | undefined;
  /** Undefined if people cannot sign in with the provider on the pages. */
  readonly client: OidcClient | undefined;
  /** The algorithms of signatures. Those with a shared secret must not be among them. */
  readonly algorithms: readonly string[];
  /** The claim that becomes the actor of events. */
  readonly actorClaim: string;
  readonly groupsClaim: string;
  /** Of several groups of a user, the one that is listed first counts. */
  readonly roles: readonly GroupRole[];
}

/** This server, as it is registered with the provider. */
export interface OidcClient {
  readonly id: string;
  /** Undefined for a public client, which PKCE alone protects. It must never be printed. */
  readonly secret: string | undefined;
  /** Separated by spaces, with `openid`. */
  readonly scope: string;
}

export interface GroupRole {
  readonly group: string;
  readonly role: Exclude<AccessRole, 'visitor'>;
}

import { type MutableToken, OAuth2Server } from 'oauth2-mock-server';
import type { IdentityProviderOptions } from '../../../src/access/oidc/identity-provider.ts';
import { IdentityProvider } from '../../../src/access/oidc/identity-provider.ts';
import type { OidcSettings } from '../../../src/access/oidc/oidc-settings.ts';

export const AUDIENCE = 'https://record.example.org';
export const CLIENT_ID = 'chancery';
export const CLIENT_SECRET = 'secretOfTheClient';

/** A claim that is undefined is left out. */
type Claims = Readonly<Record<string, unknown>>;

/** A provider on this machine, with one user, who signs in without being asked. */
export interface MockProvider {
  readonly issuer: string;
  readonly port: number;
  readonly server: OAuth2Server;
  /** Claims of the user in the ID tokens that the provider issues. */
  user: Claims;
  /** Makes a bearer token. */
  token(claims?: Claims, options?: { readonly kid?: string; readonly header?: Claims }): Promise<string>;
  stop(): Promise<void>;
}

/** @param port of a provider that has stopped; a free one by default */
export async function startMockProvider(kid = 'first', port?: number): Promise<MockProvider> {
  const server = new OAuth2Server();
  await server.issuer.keys.generate('RS256', { kid });
  await server.start(port, 'localhost');
  const issuer = server.issuer.url ?? '';
  const provider: MockProvider = {
    issuer,
    port: server.address().port,
    server,
    user: { sub: 'anna', groups: ['desk'] },
    token: (claims = {}, { kid: signer = kid, header = {} } = {}) =>
      server.issuer.buildToken({
        kid: signer,
        scopesOrTransform: (itsHeader, payload) => {
          Object.assign(itsHeader, header);
          Object.assign(payload, { aud: AUDIENCE, sub: 'anna', groups: ['desk'] }, claims);
        },
      }),
    stop: () => server.stop(),
  };
  server.service.on('beforeTokenSigning', (token: MutableToken) => {
    Object.assign(token.payload, provider.user);
  });
  return provider;
}

export function settingsFor({ issuer }: Pick<MockProvider, 'issuer'>): OidcSettings {
  return {
    issuer,
    audience: AUDIENCE,
    client: { id: CLIENT_ID, secret: CLIENT_SECRET, scope: 'openid' },
    algorithms: ['RS256'],
    actorClaim: 'sub',
    groupsClaim: 'groups',
    roles: [
      { group: 'chiefs', role: 'admin' },
      { group: 'desk', role: 'recorder' },
      { group: 'guests', role: 'reader' },
    ],
  };
}

export function connectTo(
  provider: Pick<MockProvider, 'issuer'>,
  options: Partial<IdentityProviderOptions> = {},
): IdentityProvider {
  const settings = settingsFor(provider);
  return new IdentityProvider({ settings, clock: () => new Date(), onFailure: () => {}, ...options });
}

export function bearer(token: string): { readonly headers: { readonly authorization: string } } {
  return { headers: { authorization: `Bearer ${token}` } };
}

import { z } from 'zod';
import type { GroupRole, OidcSettings } from '../access/oidc/oidc-settings.ts';
import { ACCESS_ROLES } from '../access/permissions.ts';

/** Signatures that are verified with a public key: whoever can verify a token cannot make one. */
const ALGORITHMS = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA'];

const ROLES = Object.keys(ACCESS_ROLES).filter((role) => role !== 'visitor');

const isGroupRole = ({ group, role }: { group: string; role: string }) =>
  group !== '' && ROLES.includes(role);

/** The settings of OpenID Connect, by which people and programs of an organisation get access. */
export const oidcSchema = {
  oidcIssuer: z
    .string()
    .refine(isIssuer, {
      error: 'expected an https URL without query, such as https://sso.example.org/realms/desk',
    })
    .optional(),
  oidcAudience: z.string().optional(),
  oidcClientId: z.string().optional(),
  oidcClientSecret: z.string().optional(),
  oidcScope: z
    .string()
    .refine((scope) => scope.split(' ').includes('openid'), {
      error: 'expected openid, and others with spaces between them',
    })
    .default('openid'),
  oidcAlgorithms: z
    .string()
    .transform(itemsOf)
    .refine((items) => items.length > 0 && items.every((item) => ALGORITHMS.includes(item)), {
      error: `expected some of ${ALGORITHMS.join(', ')}`,
    })
    .default(['RS256']),
  oidcActorClaim: z.string().default('sub'),
  oidcGroupsClaim: z.string().default('groups'),
  oidcRoles: z
    .string()
    .transform((text) => itemsOf(text).map(groupRoleOf))
    .refine((roles) => roles.every(isGroupRole), {
      error: `expected group=role, separated by commas; the roles are ${ROLES.join(', ')}`,
    })
    .transform((roles) => roles as GroupRole[])
    .default([]),
};

type ParsedSettings = z.infer<z.ZodObject<typeof oidcSchema>>;

/** A setting that others require, and why it is wrong. */
interface MissingSetting {
  readonly setting: keyof typeof oidcSchema | 'publicUrl';
  readonly reason: string;
}

/** Separates the settings of the provider, which are undefined if none is set, from all others. */
export function separateOidc<All extends ParsedSettings>({
  oidcIssuer: issuer,
  oidcAudience: audience,
  oidcClientId: id,
  oidcClientSecret: secret,
  oidcScope: scope,
  oidcAlgorithms: algorithms,
  oidcActorClaim: actorClaim,
  oidcGroupsClaim: groupsClaim,
  oidcRoles: roles,
  ...others
}: All): { readonly oidc: OidcSettings | undefined; readonly others: Omit<All, keyof ParsedSettings> } {
  if (issuer === undefined) return { oidc: undefined, others };
  const client = id === undefined ? undefined : { id, secret, scope };
  return { oidc: { issuer, audience, client, algorithms, actorClaim, groupsClaim, roles }, others };
}

/** Returns the missing settings that those that are set require. */
export function missingSettings({
  oidcIssuer: issuer,
  oidcAudience: audience,
  oidcClientId: clientId,
  oidcClientSecret: secret,
  oidcRoles: roles,
  publicUrl,
}: ParsedSettings & { readonly publicUrl?: string | undefined }): readonly MissingSetting[] {
  const missing: MissingSetting[] = [];
  const require = (setting: MissingSetting['setting'], isMissing: boolean, reason: string): void => {
    if (isMissing) missing.push({ setting, reason });
  };
  if (issuer === undefined) {
    const isUsed = [audience, clientId, secret].some((each) => each !== undefined) || roles.length > 0;
    require('oidcIssuer', isUsed, 'expected with the other settings of OpenID Connect');
    return missing;
  }
  require('oidcRoles', roles.length === 0, 'expected with OIDC_ISSUER: without it, nobody has a role');
  require('oidcAudience', audience === undefined && clientId === undefined, USELESS);
  require('oidcClientId', secret !== undefined && clientId === undefined, 'expected with OIDC_CLIENT_SECRET');
  require('publicUrl', clientId !== undefined && publicUrl === undefined, 'expected with OIDC_CLIENT_ID');
  return missing;
}

const USELESS = 'expected OIDC_AUDIENCE for bearer tokens, OIDC_CLIENT_ID for signing in, or both';

/** Only a provider on this machine can be asked without TLS: who answers in its name decides who may do what. */
function isIssuer(text: string): boolean {
  if (!URL.canParse(text) || /[?#\s]/.test(text)) return false;
  const { protocol, hostname, username, password } = new URL(text);
  if (username !== '' || password !== '') return false;
  return protocol === 'https:' || (protocol === 'http:' && LOOPBACK.includes(hostname));
}

const LOOPBACK = ['localhost', '127.0.0.1', '[::1]'];

function itemsOf(text: string): string[] {
  return text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');
}

/** The name of a group may contain equals signs. */
function groupRoleOf(text: string): { group: string; role: string } {
  const sign = text.lastIndexOf('=');
  return { group: text.slice(0, Math.max(sign, 0)).trim(), role: text.slice(sign + 1).trim() };
}

import { RESERVED_NAMES } from '../principal.ts';
import type { GroupRole, OidcSettings } from './oidc-settings.ts';

/** What is kept of somebody whom the provider has authenticated. */
export interface OidcUser {
  /** The actor of the events that the user adds. */
  readonly name: string;
  /** Those that have a role. A session outlives a restart, after which they may have another one. */
  readonly groups: readonly string[];
}

/** A name stands in the log and on pages: one line, without characters that hide or reorder others. */
const ACTOR = /^(?! )[\p{L}\p{M}\p{N}\p{P}\p{S} ]{1,255}(?<! )$/u;

/** Returns undefined if the claims name nobody who could be an actor. */
export function userOf(
  claims: Readonly<Record<string, unknown>>,
  { actorClaim, groupsClaim, roles }: Pick<OidcSettings, 'actorClaim' | 'groupsClaim' | 'roles'>,
): OidcUser | undefined {
  const name = claims[actorClaim];
  if (typeof name !== 'string' || !ACTOR.test(name) || RESERVED_NAMES.includes(name)) return undefined;
  const claimed = [claims[groupsClaim]].flat();
  return { name, groups: roles.map(({ group }) => group).filter((group) => claimed.includes(group)) };
}

/** Returns undefined if no group of the user has a role. */
export function roleOf({ groups }: OidcUser, roles: readonly GroupRole[]): GroupRole['role'] | undefined {
  return roles.find(({ group }) => groups.includes(group))?.role;
}

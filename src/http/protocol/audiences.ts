import { hasPermission } from '../../access/permissions.ts';
import type { Principal } from '../../access/principal.ts';
import type { Audience } from '../../web/shell/html.ts';
import { isInScope } from './authorization.ts';

/**
 * Returns which markup is for a principal. Pages for a request that was refused before its principal was known, such as
 * one for another host, look as those of an open server.
 */
export function audiencesOf(principal: Principal | undefined) {
  return (audience: Audience, stream: string | undefined): boolean => {
    const isInReach = stream === undefined || principal === undefined || isInScope(principal, stream);
    return isInReach && isAmong(audience, principal);
  };
}

function isAmong(audience: Audience, principal: Principal | undefined): boolean {
  switch (audience) {
    case 'signed-in':
      return principal?.authenticatedBy === 'session';
    case 'signed-in-with-key':
      return principal?.authenticatedBy === 'session' && principal.key !== undefined;
    case 'signed-out':
      return principal?.authenticatedBy === 'public';
    case 'remove':
      // A removal needs two persons, whom an open server cannot tell apart.
      return mayRemove(principal);
    default:
      return principal === undefined || hasPermission(principal.role, audience);
  }
}

function mayRemove(principal: Principal | undefined): boolean {
  if (principal === undefined || principal.authenticatedBy === 'local') return false;
  return hasPermission(principal.role, 'remove');
}

/** Names all that `audiencesOf` depends on. */
export function audiencesKey({ role, authenticatedBy, key, scope }: Principal): string {
  return `${role}.${authenticatedBy}.${key !== undefined}.${JSON.stringify(scope)}`;
}

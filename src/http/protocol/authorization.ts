import type { Authenticator } from '../../access/authenticator.ts';
import { hasPermission, type Permission, type RequiredPermission } from '../../access/permissions.ts';
import type { Principal } from '../../access/principal.ts';
import type { Permit } from '../../append/recorder.ts';
import { AUTHENTICATION_REQUIRED, notPermitted, type Problem } from './problems.ts';

/** Returns what is to be answered to a principal that lacks the permission; undefined if it has it. */
export function refusalOf(
  { role, authenticatedBy }: Principal,
  required: RequiredPermission,
): Problem | undefined {
  if (required === 'none' || hasPermission(role, required)) return undefined;
  return authenticatedBy === 'public' ? AUTHENTICATION_REQUIRED : notPermitted(required);
}

/** What the recorder has to know about the principal that adds events. */
export interface Sender {
  readonly actor: string;
  readonly permit: Permit;
}

/**
 * Lets a principal add facts to the streams of its scope, and curate them if its role may. A key that is revoked during
 * a long request adds no more events.
 */
export function senderOf(principal: Principal, access: Pick<Authenticator, 'isCurrent'>): Sender {
  const { name: actor, role, scope } = principal;
  const isInScope = (stream: string): boolean => scope.some((prefix) => stream.startsWith(prefix));
  const permit: Permit = (stream, events) => {
    for (const { event, pointer } of events) {
      const permission: Permission = event.category === 'curation' ? 'curate' : 'record';
      const forbid = (detail: string) => ({ outcome: 'forbidden', permission, pointer, detail }) as const;
      if (!access.isCurrent(principal)) return forbid('The key is not in force any more.');
      if (!hasPermission(role, permission)) {
        return forbid(`The permission ${permission} is missing, which ${event.type} needs.`);
      }
      if (!isInScope(stream)) {
        return forbid(`The key may add to streams that begin with ${scope.join(' or ')}, not to ${stream}.`);
      }
    }
    return undefined;
  };
  return { actor, permit };
}

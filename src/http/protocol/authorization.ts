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

/** Returns what is to be answered to a principal that may change other records only; undefined if it may this one. */
export function scopeRefusalOf(
  principal: Principal,
  stream: string,
  permission: Permission,
): Problem | undefined {
  if (isInScope(principal, stream)) return undefined;
  return { ...notPermitted(permission), detail: beyondScope(principal, stream) };
}

export function isInScope({ scope }: Principal, stream: string): boolean {
  return scope.some((prefix) => stream.startsWith(prefix));
}

function beyondScope({ scope }: Principal, stream: string): string {
  return `The key is for streams that begin with ${scope.join(' or ')}, not for ${stream}.`;
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
  const { name: actor, role } = principal;
  const permit: Permit = (stream, events) => {
    for (const { event, pointer } of events) {
      const permission: Permission = event.category === 'curation' ? 'curate' : 'record';
      const forbid = (detail: string) => ({ outcome: 'forbidden', permission, pointer, detail }) as const;
      if (!access.isCurrent(principal)) return forbid('The key is not in force any more.');
      if (!hasPermission(role, permission)) {
        return forbid(`The permission ${permission} is missing, which ${event.type} needs.`);
      }
      if (!isInScope(principal, stream)) return forbid(beyondScope(principal, stream));
    }
    return undefined;
  };
  return { actor, permit };
}

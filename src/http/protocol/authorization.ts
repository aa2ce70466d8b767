import {
  hasPermission,
  PERMISSIONS,
  type Permission,
  type RequiredPermission,
} from '../../access/permissions.ts';
import type { Principal } from '../../access/principal.ts';
import type { Problem } from './problems.ts';

/** Returns what is to be answered to a principal that lacks the permission; undefined if it has it. */
export function refusalOf({ role }: Principal, required: RequiredPermission): Problem | undefined {
  if (required === 'none' || hasPermission(role, required)) return undefined;
  if (role === 'visitor') return { code: 'authentication-required' };
  return notPermitted(required);
}

/** @param permission that is missing */
function notPermitted(permission: Permission): Problem {
  const detail = `The permission ${permission} is missing: ${PERMISSIONS[permission]}`;
  return { code: 'not-permitted', detail, members: { permission } };
}

/** What a principal may be allowed to do, with the sentence that the documentation has for it. */
export const PERMISSIONS = {
  read: 'Read events, records, timelines, proofs, searches, feeds and live updates.',
  record: 'Add facts: new records and later steps of records.',
  curate: 'Correct, retract, link and relabel what is recorded.',
  export: 'Download the whole log as a file.',
  'manage-webhooks': 'Add, change and remove subscriptions, which send content to other servers.',
  operate: 'Read metrics and the states of projections, and rebuild them. Shows no content.',
  remove: 'Ask for the removal of content by law, and confirm what another administrator has asked for.',
  'read-audit': 'Read the audit log.',
} as const;

export type Permission = keyof typeof PERMISSIONS;

/** What a route requires: a permission, or none if it shows nothing but the program itself. */
export type RequiredPermission = Permission | 'none';

/** The permissions of each role. A role has none that is not listed here. */
export const ACCESS_ROLES = {
  /** Somebody without credentials. */
  visitor: [],
  reader: ['read'],
  recorder: ['read', 'record'],
  curator: ['read', 'record', 'curate'],
  operator: ['operate'],
  auditor: ['read-audit'],
  admin: ['read', 'record', 'curate', 'export', 'manage-webhooks', 'operate', 'remove', 'read-audit'],
} as const satisfies Record<string, readonly Permission[]>;

export type AccessRole = keyof typeof ACCESS_ROLES;

export function hasPermission(role: AccessRole, permission: Permission): boolean {
  const granted: readonly Permission[] = ACCESS_ROLES[role];
  return granted.includes(permission);
}

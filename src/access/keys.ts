import type { AccessKey, KeyRole, StoredKey } from './access-store.ts';
import { ACCESS_ROLES } from './permissions.ts';
import { RESERVED_NAMES } from './principal.ts';
import { newSecret } from './secret.ts';

/** What somebody decides about a new key. */
export interface KeyRequest {
  readonly name: string;
  readonly role: KeyRole;
  readonly scope: readonly string[];
  readonly expiresMs: number | undefined;
}

export const KEY_ROLES = Object.keys(ACCESS_ROLES).filter((role): role is KeyRole => role !== 'visitor');

/** A name is the actor of events, and stands in logs: one line, without characters that hide or reorder others. */
const KEY_NAME = /^[\p{L}\p{N}](?:[\p{L}\p{M}\p{N} ._@-]{0,62}[\p{L}\p{M}\p{N}])?$/u;
/** The beginning of a name of a stream, `<category>-<key>`. */
export const SCOPE_PREFIX = /^[a-z]+-[A-Za-z0-9._~-]{0,100}$/;

/** Returns what is wrong with the name of a key; undefined if it can be used. */
export function nameTrouble(name: string): string | undefined {
  if (RESERVED_NAMES.includes(name)) return 'The name stands for those who have no key.';
  if (KEY_NAME.test(name)) return undefined;
  return 'Expected 1 to 64 letters, digits, spaces and . _ @ -, without a space at the ends.';
}

/** @returns the key, and its secret, which nobody can find out again */
export function createKey(request: KeyRequest, nowMs: number): { key: StoredKey; secret: string } {
  const { id, hash, text: secret } = newSecret('key');
  const key = { ...request, id, hash, createdMs: nowMs, revokedMs: undefined, lastUsedMs: undefined };
  return { key, secret };
}

export function isInForce({ expiresMs, revokedMs }: AccessKey, nowMs: number): boolean {
  return revokedMs === undefined && (expiresMs === undefined || nowMs < expiresMs);
}

import { Authenticator, type AuthenticatorOptions } from '../../src/access/authenticator.ts';
import { createKey, type KeyRequest } from '../../src/access/keys.ts';
import { SqliteAccessStore } from '../../src/sqlite/access-store.ts';

/** Returns the access of a server without keys, which is open until a test adds one. */
export function openAccess(options: Partial<AuthenticatorOptions> = {}): Authenticator {
  const store = new SqliteAccessStore(':memory:');
  return new Authenticator({ store, clock: () => new Date(), publicRead: false, ...options });
}

/** A key that a test has made, and what a request with it sends. */
export interface GivenKey {
  readonly id: string;
  readonly secret: string;
  readonly headers: { readonly authorization: string };
}

/** Makes a key, by default one for all streams that does not expire. */
export function giveKey(
  { store }: Pick<Authenticator, 'store'>,
  { role, name = role, scope = [''], expiresMs }: Pick<KeyRequest, 'role'> & Partial<KeyRequest>,
): GivenKey {
  const { key, secret } = createKey({ name, role, scope, expiresMs }, Date.now());
  store.addKey(key);
  return { id: key.id, secret, headers: { authorization: `Bearer ${secret}` } };
}

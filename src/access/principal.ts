import type { AccessRole } from './permissions.ts';

/** Who makes a request. */
export interface Principal {
  /** The actor of the events that the principal adds. */
  readonly name: string;
  readonly role: AccessRole;
  /** Prefixes of the streams to which the principal may add, such as `mou-`. The empty one stands for every stream. */
  readonly scope: readonly string[];
  /** By being on this machine, by a key, the session of a browser, a feed URL or a token, or not at all. */
  readonly authenticatedBy: 'local' | 'key' | 'session' | 'feed' | 'oidc' | 'public';
  /** Public id of the key, also of that of a session or a feed URL. */
  readonly key?: string;
  /** Public id of the session. */
  readonly session?: string;
  /** Public id of the feed URL. */
  readonly feedUrl?: string;
  /** When the token expires. */
  readonly expiresMs?: number;
}

/** Names of principals without a key. */
export const RESERVED_NAMES: readonly string[] = ['local', 'public'];

/** Everybody who can reach an open server: one on a loopback address, of which nobody has made keys. */
export const LOCAL_PRINCIPAL: Principal = {
  name: 'local',
  role: 'admin',
  scope: [''],
  authenticatedBy: 'local',
};

/** True if the principal may add to some streams of a category, which begin with it. */
export function mayAddToCategory({ scope }: Pick<Principal, 'scope'>, category: string): boolean {
  const beginning = `${category}-`;
  return scope.some((prefix) => prefix.startsWith(beginning) || beginning.startsWith(prefix));
}

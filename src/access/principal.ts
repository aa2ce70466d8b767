import type { AccessRole } from './permissions.ts';

/** Who makes a request. */
export interface Principal {
  /** The actor of the events that the principal adds. */
  readonly name: string;
  readonly role: AccessRole;
  /** Prefixes of the streams to which the principal may add, such as `mou-`. The empty one stands for every stream. */
  readonly scope: readonly string[];
  /** How the principal authenticated: by being on this machine, by a key, a session or a token, or not at all. */
  readonly authenticatedBy: 'local' | 'key' | 'session' | 'feed' | 'oidc' | 'public';
  /** Public id of the key, also of that of a session or a feed URL. */
  readonly key?: string;
  /** Public id of the session. */
  readonly session?: string;
}

/** Everybody who can reach an open server: one on a loopback address, of which nobody has made keys. */
export const LOCAL_PRINCIPAL: Principal = {
  name: 'local',
  role: 'admin',
  scope: [''],
  authenticatedBy: 'local',
};

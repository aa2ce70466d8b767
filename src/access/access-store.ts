import type { OidcUser } from './oidc/oidc-user.ts';
import type { AccessRole } from './permissions.ts';

/** Where keys are kept, with the sessions and feed URLs that were made with them. Times are milliseconds since 1970. */
export interface AccessStore {
  /** True as soon as a key was made, even if it is revoked by now: a server that was closed never opens again. */
  hasKeys(): boolean;
  /** In the order in which they were made. */
  keys(): readonly AccessKey[];
  /** What another process has changed is seen within a quarter of a second. */
  findKey(id: string): StoredKey | undefined;
  addKey(key: StoredKey): void;
  /** Revokes a key for ever. Returns false if there is none that is in force. */
  revokeKey(id: string, nowMs: number): boolean;
  /** @param uses id of a key → when it was last used */
  recordUses(uses: ReadonlyMap<string, number>): void;
  findSession(id: string): AccessSession | undefined;
  /** Removes the sessions that have expired. */
  addSession(session: AccessSession, nowMs: number): void;
  removeSession(id: string): void;
  findFeedUrl(id: string): FeedUrl | undefined;
  /** Those of a key, in the order in which they were made. */
  feedUrls(key: string): readonly FeedUrl[];
  addFeedUrl(feedUrl: FeedUrl): void;
  removeFeedUrl(id: string): void;
  close(): void;
}

/** Every role but that of visitors, who have no key. */
export type KeyRole = Exclude<AccessRole, 'visitor'>;

export interface AccessKey {
  /** Public. */
  readonly id: string;
  /** The actor of the events that are added with it. Several keys may have the same name. */
  readonly name: string;
  readonly role: KeyRole;
  /** As in `Principal`. */
  readonly scope: readonly string[];
  readonly createdMs: number;
  readonly expiresMs: number | undefined;
  readonly revokedMs: number | undefined;
  /** Up to half a minute late. */
  readonly lastUsedMs: number | undefined;
}

export interface StoredKey extends AccessKey {
  readonly hash: Uint8Array;
}

/** A browser that has signed in. */
export interface AccessSession {
  readonly id: string;
  readonly hash: Uint8Array;
  /** The key that was used; undefined if the identity provider has authenticated the user. */
  readonly key: string | undefined;
  /** Undefined if a key was used. */
  readonly user: OidcUser | undefined;
  readonly expiresMs: number;
}

/** A secret in the URL of a feed, for readers of feeds that cannot send a key. It gives access to its path only. */
export interface FeedUrl {
  readonly id: string;
  readonly hash: Uint8Array;
  readonly key: string;
  /** Path with the suffix of a format, such as `/countries/PK.atom`, and the query of a filter. */
  readonly feed: string;
  readonly createdMs: number;
}

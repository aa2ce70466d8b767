import type { AccessSession, AccessStore, FeedUrl, StoredKey } from './access-store.ts';
import { isInForce } from './keys.ts';
import type { IdentityProvider } from './oidc/identity-provider.ts';
import { type OidcUser, roleOf } from './oidc/oidc-user.ts';
import { RefusedTokenError } from './oidc/refused-token-error.ts';
import { hasPermission } from './permissions.ts';
import { LOCAL_PRINCIPAL, type Principal } from './principal.ts';
import { hashSecret, isSameSecret, newSecret } from './secret.ts';

export interface AuthenticatorOptions {
  readonly store: AccessStore;
  readonly clock: () => Date;
  /** True if everybody may read. */
  readonly publicRead: boolean;
  /** Authenticates those who have no key. */
  readonly provider?: IdentityProvider | undefined;
}

/** How often the last uses of keys are written. */
const USES_INTERVAL_MS = 30_000;
const HOUR_MS = 60 * 60 * 1_000;
/** How long a browser stays signed in with a key, which can be revoked. */
export const SESSION_MS = 12 * HOUR_MS;
/** How long with the provider, which does not say when somebody has left a group. */
export const USER_SESSION_MS = HOUR_MS;

const VISITOR: Principal = { name: 'public', role: 'visitor', scope: [], authenticatedBy: 'public' };
const PUBLIC_READER: Principal = { ...VISITOR, role: 'reader' };

/** Finds the principal that a secret belongs to. */
export class Authenticator {
  readonly provider: IdentityProvider | undefined;
  readonly #store: AccessStore;
  readonly #clock: () => Date;
  readonly #publicRead: boolean;
  readonly #uses = new Map<string, number>();
  readonly #writingUses: NodeJS.Timeout;

  constructor({ store, clock, publicRead, provider }: AuthenticatorOptions) {
    this.#store = store;
    this.#clock = clock;
    this.#publicRead = publicRead;
    this.provider = provider;
    this.#writingUses = setInterval(() => this.#writeUses(), USES_INTERVAL_MS).unref();
  }

  /** True while there are neither keys nor a provider: everybody who reaches the server may do everything. */
  get isOpen(): boolean {
    return this.provider === undefined && !this.#store.hasKeys();
  }

  get store(): AccessStore {
    return this.#store;
  }

  /** Who sends no secret, or one that is nobody's any more. */
  withoutSecret(): Principal {
    if (this.isOpen) return LOCAL_PRINCIPAL;
    return this.#publicRead ? PUBLIC_READER : VISITOR;
  }

  /** @returns undefined if it is no key that is in force */
  byKey(text: string): Principal | undefined {
    const sent = hashSecret('key', text);
    const key = sent && this.#keyInForce(sent.id);
    if (sent === undefined || key === undefined || !isSameSecret(sent.hash, key.hash)) return undefined;
    return principalOf(key, { authenticatedBy: 'key' });
  }

  /**
   * Finds out whose token it is. Somebody whose groups have no role is a visitor.
   *
   * @throws RefusedTokenError
   * @throws ProviderUnavailableError
   */
  async byToken(text: string): Promise<Principal> {
    if (this.provider === undefined) throw new RefusedTokenError('This server accepts no tokens.');
    const { user, expiresMs } = await this.provider.authenticate(text);
    return this.#principalOfUser(user, { authenticatedBy: 'oidc', expiresMs });
  }

  /** @returns undefined if it is no session, or its key is not in force any more */
  bySession(text: string): Principal | undefined {
    const sent = hashSecret('session', text);
    const session = sent && this.#store.findSession(sent.id);
    if (sent === undefined || session === undefined || !isSameSecret(sent.hash, session.hash))
      return undefined;
    if (!this.#isInForce(session)) return undefined;
    const { id, key, user } = session;
    const how = { authenticatedBy: 'session', session: id } as const;
    if (user !== undefined) return this.provider && this.#principalOfUser(user, how);
    const inForce = key === undefined ? undefined : this.#keyInForce(key);
    return inForce && principalOf(inForce, how);
  }

  /** @returns a reader if the secret was made for the path; undefined otherwise, or if its key is not in force */
  byFeedUrl(text: string, path: string): Principal | undefined {
    const sent = hashSecret('feed', text);
    const feedUrl = sent && this.#store.findFeedUrl(sent.id);
    if (sent === undefined || feedUrl === undefined || !isSameSecret(sent.hash, feedUrl.hash))
      return undefined;
    if (feedUrl.feed.replace(/\?.*$/, '') !== path) return undefined;
    const key = this.#keyInForce(feedUrl.key);
    return (
      key && {
        ...principalOf(key, { authenticatedBy: 'feed', feedUrl: feedUrl.id }),
        role: 'reader',
        scope: [],
      }
    );
  }

  /** False as soon as the key, the session or the token of a principal is not in force any more. */
  isCurrent({ key, session, feedUrl, expiresMs, authenticatedBy }: Principal): boolean {
    if (expiresMs !== undefined && expiresMs <= this.#nowMs()) return false;
    if (session !== undefined && !this.#isInForce(this.#store.findSession(session))) return false;
    if (feedUrl !== undefined && this.#store.findFeedUrl(feedUrl) === undefined) return false;
    if (key === undefined) return authenticatedBy !== 'local' || this.isOpen;
    return this.#keyInForce(key) !== undefined;
  }

  /** Returns the scope of a key, or all streams without one; undefined if it is not in force, or may not read. */
  readingScopeOf(key: string | undefined): readonly string[] | undefined {
    if (key === undefined) return [''];
    const stored = this.#keyInForce(key);
    return stored !== undefined && hasPermission(stored.role, 'read') ? stored.scope : undefined;
  }

  /** Begins a session with a key. @returns the secret of the session */
  signIn(key: string): string {
    return this.#addSession({ key, user: undefined }, SESSION_MS);
  }

  /** Begins a session of a user of the provider. @returns the secret of the session */
  signInUser(user: OidcUser): string {
    return this.#addSession({ key: undefined, user }, USER_SESSION_MS);
  }

  signOut({ session }: Principal): void {
    if (session !== undefined) this.#store.removeSession(session);
  }

  /** @returns the new feed URL, and the secret in it, which nobody can find out again */
  addFeedUrl(key: string, feed: string): { readonly feedUrl: FeedUrl; readonly secret: string } {
    const { id, hash, text: secret } = newSecret('feed');
    const feedUrl = { id, hash, key, feed, createdMs: this.#nowMs() };
    this.#store.addFeedUrl(feedUrl);
    return { feedUrl, secret };
  }

  close(): void {
    clearInterval(this.#writingUses);
    this.#writeUses();
    this.#store.close();
  }

  #isInForce(session: AccessSession | undefined): boolean {
    return session !== undefined && this.#nowMs() < session.expiresMs;
  }

  #addSession(owner: Pick<AccessSession, 'key' | 'user'>, lifetimeMs: number): string {
    const nowMs = this.#nowMs();
    const { id, hash, text } = newSecret('session');
    this.#store.addSession({ id, hash, ...owner, expiresMs: nowMs + lifetimeMs }, nowMs);
    return text;
  }

  /** Of somebody without a role, everybody's permissions are left. */
  #principalOfUser(
    user: OidcUser,
    how: Pick<Principal, 'authenticatedBy' | 'session' | 'expiresMs'>,
  ): Principal {
    const role = roleOf(user, this.provider?.settings.roles ?? []);
    if (role !== undefined) return { name: user.name, role, scope: [''], ...how };
    return { ...this.withoutSecret(), ...how, name: user.name };
  }

  #keyInForce(id: string): StoredKey | undefined {
    const key = this.#store.findKey(id);
    const nowMs = this.#nowMs();
    if (key === undefined || !isInForce(key, nowMs)) return undefined;
    this.#uses.set(id, nowMs);
    return key;
  }

  /** What cannot be written, as on a full disk, is written the next time. Nothing depends on it. */
  #writeUses(): void {
    if (this.#uses.size === 0) return;
    try {
      this.#store.recordUses(this.#uses);
      this.#uses.clear();
    } catch {
      // Requests go on: only the column LAST USED of the list lags behind.
    }
  }

  #nowMs(): number {
    return this.#clock().getTime();
  }
}

function principalOf(
  { id, name, role, scope }: StoredKey,
  how: Pick<Principal, 'authenticatedBy' | 'session' | 'feedUrl'>,
): Principal {
  return { name, role, scope, key: id, ...how };
}

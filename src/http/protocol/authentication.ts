import type { Socket } from 'node:net';
import { Attempts } from '../../access/attempts.ts';
import type { Authenticator } from '../../access/authenticator.ts';
import type { Principal } from '../../access/principal.ts';
import { isSameSecret } from '../../access/secret.ts';
import { networkOf } from '../limits/client-quotas.ts';
import type { Request } from './handler.ts';
import { SESSION_COOKIE } from './host-cookie.ts';
import { pathOf } from './query.ts';
import type { ReceivedRequest } from './received-request.ts';
import { RefusedSecretError } from './refused-secret-error.ts';

/** What of a request says who makes it. */
export type CredentialedRequest = ReceivedRequest & Pick<Request, 'origin' | 'originalUrl' | 'feedToken'>;

const BEARER = /^bearer +(\S+) *$/i;
/** A signed token (RFC 7515 §7.1). No key looks like one. */
const TOKEN = /^[\w-]+\.[\w-]+\.[\w-]*$/;

/**
 * Finds out who makes a request: by its key or token (RFC 6750), else by its feed URL or the session of the browser. A
 * wrong one is refused also where no permission is needed, so that its owner learns of it. A session that has ended is
 * no error: its browser is asked to sign in.
 */
export class RequestAuthentication {
  readonly #authenticator: Authenticator;
  readonly #attempts = new Attempts();
  /** The last key that was in force, by connection. */
  readonly #lastOf = new WeakMap<Socket, { readonly authorization: Buffer; readonly principal: Principal }>();

  constructor(authenticator: Authenticator) {
    this.#authenticator = authenticator;
  }

  /**
   * Attempts with tokens are not counted, as nobody guesses a signature.
   *
   * @throws RefusedSecretError
   * @throws RefusedTokenError
   * @throws ProviderUnavailableError
   */
  async authenticate(req: CredentialedRequest): Promise<Principal> {
    const authenticator = this.#authenticator;
    const { headers, feedToken } = req;
    const { authorization, cookie } = headers;
    if (authenticator.isOpen) return authenticator.withoutSecret();
    if (authorization !== undefined) {
      const principal =
        this.#sentAgain(authorization, req) ?? (await this.#byAuthorization(authorization, req));
      if (principal !== undefined) return principal;
    }
    if (feedToken !== undefined) return this.#requireFeedUrl(feedToken, req);
    const session = cookie === undefined ? undefined : SESSION_COOKIE.find(cookie, req);
    const signedIn = session === undefined ? undefined : authenticator.bySession(session);
    return signedIn ?? authenticator.withoutSecret();
  }

  /** Most requests repeat the field of the one before on their connection, which need not be hashed again. */
  #sentAgain(authorization: string, { socket }: ReceivedRequest): Principal | undefined {
    const last = this.#lastOf.get(socket);
    if (last === undefined || !isSameSecret(Buffer.from(authorization), last.authorization)) return undefined;
    return this.#authenticator.isCurrent(last.principal) ? last.principal : undefined;
  }

  async #byAuthorization(authorization: string, req: ReceivedRequest): Promise<Principal | undefined> {
    const bearer = BEARER.exec(authorization)?.[1];
    if (bearer === undefined) return undefined;
    if (TOKEN.test(bearer)) return this.#authenticator.byToken(bearer);
    const principal = this.requireKey(bearer, req);
    this.#lastOf.set(req.socket, { authorization: Buffer.from(authorization), principal });
    return principal;
  }

  /** @throws RefusedSecretError if the key is not in force, or the address has sent too many that are not */
  requireKey(text: string, req: ReceivedRequest): Principal {
    return this.#requireSecret(text, req, () => this.#authenticator.byKey(text));
  }

  #requireFeedUrl(text: string, req: CredentialedRequest): Principal {
    return this.#requireSecret(text, req, () => this.#authenticator.byFeedUrl(text, pathOf(req.originalUrl)));
  }

  #requireSecret(text: string, { requester }: ReceivedRequest, find: () => Principal | undefined): Principal {
    const address = networkOf(requester.address);
    const blockedForS = this.#attempts.blockedForS(address);
    if (blockedForS !== undefined) throw new RefusedSecretError(blockedForS);
    const principal = find();
    if (principal !== undefined) return principal;
    this.#attempts.addWrong(address, text);
    throw new RefusedSecretError();
  }
}

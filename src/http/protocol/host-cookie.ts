import type { Request } from './handler.ts';

type CookieRequest = Pick<Request, 'origin'>;

/** A cookie of this host alone, which no script can read. */
export class HostCookie {
  /** Browsers take this name only with `Secure`, for the whole host, so that no other host can set it (RFC 6265bis). */
  readonly secureName: string;
  readonly #name: string;
  readonly #sameSite: 'Strict' | 'Lax';
  readonly #value: RegExp;
  readonly #secureValue: RegExp;

  constructor(name: string, sameSite: 'Strict' | 'Lax') {
    this.secureName = `__Host-${name}`;
    this.#name = name;
    this.#sameSite = sameSite;
    this.#value = cookieNamed(name);
    this.#secureValue = cookieNamed(this.secureName);
  }

  /** Returns the value in a field `Cookie`. */
  find(cookie: string, req: CookieRequest): string | undefined {
    return (isSecure(req) ? this.#secureValue : this.#value).exec(cookie)?.[1];
  }

  /** Returns the field `Set-Cookie`. An age of 0 removes the cookie. */
  set(req: CookieRequest, value: string, maxAgeS: number): string {
    const [name, secure] = isSecure(req) ? [this.secureName, '; Secure'] : [this.#name, ''];
    return `${name}=${value}; Path=/; Max-Age=${maxAgeS}; HttpOnly; SameSite=${this.#sameSite}${secure}`;
  }
}

function cookieNamed(name: string): RegExp {
  return new RegExp(`(?:^|;) *${name}=([^; ]*)`);
}

function isSecure({ origin }: CookieRequest): boolean {
  return origin.startsWith('https:');
}

/** Has the secret of a session. Other sites cannot make browsers send it. */
export const SESSION_COOKIE = new HostCookie('chancery', 'Strict');

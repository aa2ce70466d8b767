import type { Request } from './handler.ts';

const NAME = 'chancery';
/** Browsers take this name only with `Secure`, for the whole host, so that no other host can set it (RFC 6265bis). */
export const SECURE_NAME = `__Host-${NAME}`;
const COOKIE = cookieNamed(NAME);
const SECURE_COOKIE = cookieNamed(SECURE_NAME);

/** Finds the value of a cookie in a field `Cookie`. */
export function cookieNamed(name: string): RegExp {
  return new RegExp(`(?:^|;) *${name}=([^; ]*)`);
}

/** Returns the secret of the session in a field `Cookie`. */
export function sessionOf(cookie: string, req: Pick<Request, 'origin'>): string | undefined {
  return (isSecure(req) ? SECURE_COOKIE : COOKIE).exec(cookie)?.[1];
}

export function isSecure({ origin }: Pick<Request, 'origin'>): boolean {
  return origin.startsWith('https:');
}

/** Returns the field `Set-Cookie`. Scripts cannot read the cookie, and other sites cannot make browsers send it. */
export function sessionCookie(req: Pick<Request, 'origin'>, secret: string, maxAgeS: number): string {
  const [name, secure] = isSecure(req) ? [SECURE_NAME, '; Secure'] : [NAME, ''];
  return `${name}=${secret}; Path=/; Max-Age=${maxAgeS}; HttpOnly; SameSite=Strict${secure}`;
}

/** Returns the field `Set-Cookie` that removes the cookie. */
export function expiredCookie(req: Pick<Request, 'origin'>): string {
  return sessionCookie(req, '', 0);
}

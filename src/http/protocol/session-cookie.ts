import type { Request } from './handler.ts';

const NAME = 'chancery';
/** Browsers take this name only with `Secure`, for the whole host, so that no other host can set it (RFC 6265bis). */
export const SECURE_NAME = `__Host-${NAME}`;
const COOKIE = new RegExp(`(?:^|;) *(?:${SECURE_NAME}|${NAME})=([^; ]*)`);

/** Returns the secret of the session in a field `Cookie`. */
export function sessionOf(cookie: string): string | undefined {
  return COOKIE.exec(cookie)?.[1];
}

/** Returns the field `Set-Cookie`. Scripts cannot read the cookie, and other sites cannot make browsers send it. */
export function sessionCookie({ origin }: Pick<Request, 'origin'>, secret: string, maxAgeS: number): string {
  const isSecure = origin.startsWith('https:');
  const name = isSecure ? SECURE_NAME : NAME;
  const secure = isSecure ? '; Secure' : '';
  return `${name}=${secret}; Path=/; Max-Age=${maxAgeS}; HttpOnly; SameSite=Strict${secure}`;
}

/** Returns the field `Set-Cookie` that removes the cookie. */
export function expiredCookie(req: Pick<Request, 'origin'>): string {
  return sessionCookie(req, '', 0);
}

import type { SignInChecks } from '../../access/oidc/identity-provider.ts';
import type { Request } from '../protocol/handler.ts';
import { cookieNamed, isSecure } from '../protocol/session-cookie.ts';
import { localPath } from './local-path.ts';

/** A sign-in at the identity provider that has begun in this browser. */
export interface SignInTransaction extends SignInChecks {
  /** Where the browser goes afterwards. */
  readonly returnPath: string;
}

const NAME = 'chancery-sign-in';
const SECURE_NAME = `__Host-${NAME}`;
const COOKIE = cookieNamed(NAME);
const SECURE_COOKIE = cookieNamed(SECURE_NAME);
/** How long somebody may take at the provider. */
const MAX_AGE_S = 600;

/** Returns undefined if no sign-in has begun in the browser, or too long ago. */
export function transactionOf(req: Pick<Request, 'origin' | 'headers'>): SignInTransaction | undefined {
  const cookie = (isSecure(req) ? SECURE_COOKIE : COOKIE).exec(req.headers.cookie ?? '')?.[1];
  const fields = new URLSearchParams(cookie);
  const [state, nonce, codeVerifier] = [fields.get('state'), fields.get('nonce'), fields.get('codeVerifier')];
  if (state === null || nonce === null || codeVerifier === null) return undefined;
  return { state, nonce, codeVerifier, returnPath: localPath(fields.get('returnPath') ?? undefined) };
}

/** Returns the field `Set-Cookie`. The provider sends the browser back from another site, which `Strict` excludes. */
export function transactionCookie(
  req: Pick<Request, 'origin'>,
  { state, nonce, codeVerifier, returnPath }: SignInTransaction,
): string {
  const fields = new URLSearchParams({ state, nonce, codeVerifier, returnPath });
  return cookieWith(req, fields.toString(), MAX_AGE_S);
}

/** Returns the field `Set-Cookie` that removes the cookie. */
export function endedTransaction(req: Pick<Request, 'origin'>): string {
  return cookieWith(req, '', 0);
}

function cookieWith(req: Pick<Request, 'origin'>, value: string, maxAgeS: number): string {
  const [name, secure] = isSecure(req) ? [SECURE_NAME, '; Secure'] : [NAME, ''];
  return `${name}=${value}; Path=/; Max-Age=${maxAgeS}; HttpOnly; SameSite=Lax${secure}`;
}

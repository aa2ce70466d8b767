import type { SignInChecks } from '../../access/oidc/identity-provider.ts';
import type { Request } from '../protocol/handler.ts';
import { HostCookie } from '../protocol/host-cookie.ts';
import { localPath } from './local-path.ts';

/** A sign-in at the identity provider that has begun in this browser. */
export interface SignInTransaction extends SignInChecks {
  /** Where the browser goes afterwards. */
  readonly returnPath: string;
}

/** The provider sends the browser back from another site, which `Strict` excludes. */
const COOKIE = new HostCookie('chancery-sign-in', 'Lax');
/** How long somebody may take at the provider. */
const MAX_AGE_S = 600;

/** Returns undefined if no sign-in has begun in the browser, or too long ago. */
export function transactionOf(req: Pick<Request, 'origin' | 'headers'>): SignInTransaction | undefined {
  const fields = new URLSearchParams(COOKIE.find(req.headers.cookie ?? '', req));
  const [state, nonce, codeVerifier] = [fields.get('state'), fields.get('nonce'), fields.get('codeVerifier')];
  if (state === null || nonce === null || codeVerifier === null) return undefined;
  return { state, nonce, codeVerifier, returnPath: localPath(fields.get('returnPath') ?? undefined) };
}

/** Returns the field `Set-Cookie`. */
export function transactionCookie(
  req: Pick<Request, 'origin'>,
  { state, nonce, codeVerifier, returnPath }: SignInTransaction,
): string {
  const fields = new URLSearchParams({ state, nonce, codeVerifier, returnPath });
  return COOKIE.set(req, fields.toString(), MAX_AGE_S);
}

/** Returns the field `Set-Cookie` that removes the cookie. */
export function endedTransaction(req: Pick<Request, 'origin'>): string {
  return COOKIE.set(req, '', 0);
}

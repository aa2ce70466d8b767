import { USER_SESSION_MS } from '../../access/authenticator.ts';
import type { IdentityProvider } from '../../access/oidc/identity-provider.ts';
import { RefusedSignInError } from '../../access/oidc/refused-sign-in-error.ts';
import type { AppContext } from '../protocol/context.ts';
import type { Handler, Request, Response } from '../protocol/handler.ts';
import { SESSION_COOKIE } from '../protocol/host-cookie.ts';
import { NO_STORE } from '../protocol/private-response.ts';
import { sendProblem } from '../protocol/problem-response.ts';
import { invalidQuery } from '../protocol/problems.ts';
import { QueryParameters } from '../protocol/query.ts';
import { sendFound, sendSeeOther } from '../protocol/response.ts';
import { localPath } from './local-path.ts';
import { endedTransaction, transactionCookie, transactionOf } from './transaction-cookie.ts';

type SignInContext = Pick<AppContext, 'access' | 'publicUrl'>;

/** Where people begin to sign in with the identity provider. */
export const PROVIDER_SIGN_IN = '/sign-in/oidc';
/** Where the provider sends them back. The URL has to be registered there. */
export const PROVIDER_CALLBACK = `${PROVIDER_SIGN_IN}/callback`;

type ProviderHandler = (
  req: Request,
  res: Response,
  provider: IdentityProvider,
  publicUrl: string,
) => Promise<void>;

/** `GET /sign-in/oidc`: sends the browser to the provider, with a cookie to come back with. */
export function beginProviderSignIn(context: SignInContext): Handler {
  return withProvider(context, async (req, res, provider, publicUrl) => {
    const query = new QueryParameters(req.originalUrl, ['return']);
    if (query.errors.length > 0) return sendProblem(res, invalidQuery(query.errors));
    const { url, checks } = await provider.beginSignIn(`${publicUrl}${PROVIDER_CALLBACK}`);
    const cookie = transactionCookie(req, { ...checks, returnPath: localPath(query.text('return')) });
    sendFound(res, url.href, { ...NO_STORE, 'Set-Cookie': cookie });
  });
}

/**
 * `GET /sign-in/oidc/callback`: begins a session when the browser comes back. Parameters that are not known are ignored
 * (RFC 6749 §4.1.2). The page for signing in leads on, as the browser sends no session while it follows another site.
 */
export function finishProviderSignIn(context: SignInContext): Handler {
  return withProvider(context, async (req, res, provider, publicUrl) => {
    const transaction = transactionOf(req);
    if (transaction === undefined) throw new RefusedSignInError(NOT_BEGUN);
    const { returnPath, ...checks } = transaction;
    const user = await provider.finishSignIn(new URL(req.originalUrl, publicUrl), checks);
    context.access.signOut(req.principal);
    const session = SESSION_COOKIE.set(req, context.access.signInUser(user), USER_SESSION_MS / 1_000);
    req.audit.did({ action: 'sign-in' }, undefined, { name: user.name, authenticatedBy: 'oidc' });
    const headers = { ...NO_STORE, 'Set-Cookie': [session, endedTransaction(req)] };
    sendSeeOther(res, `/sign-in?${new URLSearchParams({ return: returnPath })}`, headers);
  });
}

const NOT_BEGUN = 'It has begun in another browser, or more than ten minutes ago. Begin again.';

/** A server that signs nobody in with a provider has no such pages. */
function withProvider({ access: { provider }, publicUrl }: SignInContext, handler: ProviderHandler): Handler {
  return (req, res) => {
    if (provider?.settings.client === undefined || publicUrl === undefined) {
      return sendProblem(res, { code: 'unknown-resource' });
    }
    return handler(req, res, provider, publicUrl);
  };
}

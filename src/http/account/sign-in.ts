import type { OutgoingHttpHeaders } from 'node:http';
import { SESSION_MS } from '../../access/authenticator.ts';
import { hasPermission } from '../../access/permissions.ts';
import type { Principal } from '../../access/principal.ts';
import { signInPage } from '../../web/pages/sign-in-page.ts';
import { readFormBody } from '../forms/form-body.ts';
import type { AppContext } from '../protocol/context.ts';
import type { Request, Response } from '../protocol/handler.ts';
import { SESSION_COOKIE } from '../protocol/host-cookie.ts';
import { sendHtml } from '../protocol/html-response.ts';
import { NO_STORE } from '../protocol/private-response.ts';
import { sendProblem } from '../protocol/problem-response.ts';
import { PROBLEM_TYPES } from '../protocol/problem-types.ts';
import { invalidQuery, problemOfException, statusOf } from '../protocol/problems.ts';
import { QueryParameters } from '../protocol/query.ts';
import { RefusedSecretError } from '../protocol/refused-secret-error.ts';
import { sendFound, sendSeeOther } from '../protocol/response.ts';
import { localPath } from './local-path.ts';
import { PROVIDER_SIGN_IN } from './provider-sign-in.ts';

/** `GET /sign-in`: the form. `return` is the path that was asked for. */
export function showSignIn({ access }: AppContext, req: Request, res: Response): void {
  const query = new QueryParameters(req.originalUrl, ['return']);
  const path = localPath(query.text('return'));
  // A browser that follows a link of another site sends no cookie, but it does for a request of this page.
  const repeats = req.headers['sec-fetch-site'] === 'cross-site';
  if (query.errors.length > 0) sendProblem(res, invalidQuery(query.errors));
  else if (req.principal.authenticatedBy !== 'public')
    sendFound(res, landingPath(req.principal, path), NO_STORE);
  else sendHtml(res, 200, signInPage({ path, repeats, providerUrl: providerUrlFor(access, path) }), NO_STORE);
}

/** `POST /sign-in`: begins a session with a new id, whatever session the browser had. */
export async function signIn(context: AppContext, req: Request, res: Response): Promise<void> {
  const form = await readFormBody(req, res, context);
  if (form.outcome === 'aborted') return;
  if (form.outcome === 'refused') return sendProblem(res, form.problem);
  const path = localPath(form.fields.get('return'));
  const { access } = context;
  if (access.isOpen) return sendSeeOther(res, path);
  const principal = requireKey(context, form.fields.get('key')?.trim() ?? '', path, req, res);
  if (principal?.key === undefined) return;
  access.signOut(req.principal);
  const cookie = SESSION_COOKIE.set(req, access.signIn(principal.key), SESSION_MS / 1_000);
  req.audit.did({ action: 'sign-in' }, undefined, principal);
  sendSeeOther(res, landingPath(principal, path), { ...NO_STORE, 'Set-Cookie': cookie });
}

/** The front page is not for those who may read nothing, such as operators. */
function landingPath({ role }: Principal, path: string): string {
  return path === '/' && !hasPermission(role, 'read') ? '/account' : path;
}

/** Returns the principal of the key. Sends the form again and returns undefined if it is not in force. */
function requireKey(
  { access, requireKey: find }: AppContext,
  text: string,
  path: string,
  req: Request,
  res: Response,
): Principal | undefined {
  try {
    return find(text, req);
  } catch (error) {
    if (!(error instanceof RefusedSecretError)) throw error;
    const problem = problemOfException(error);
    const { title } = PROBLEM_TYPES[problem.code];
    req.audit.refused(problem.code);
    sendHtml(
      res,
      statusOf(problem),
      signInPage({ path, refusal: title, providerUrl: providerUrlFor(access, path) }),
      problem.headers as OutgoingHttpHeaders,
    );
    return undefined;
  }
}

/** Returns undefined if people cannot sign in with an identity provider. */
function providerUrlFor({ provider }: AppContext['access'], path: string): string | undefined {
  if (provider?.settings.client === undefined) return undefined;
  return `${PROVIDER_SIGN_IN}?${new URLSearchParams({ return: path })}`;
}

/** `POST /sign-out`. */
export function signOut({ access }: AppContext, req: Request, res: Response): void {
  access.signOut(req.principal);
  if (req.principal.session !== undefined) req.audit.did({ action: 'sign-out' });
  sendSeeOther(res, '/sign-in', { ...NO_STORE, 'Set-Cookie': SESSION_COOKIE.set(req, '', 0) });
}

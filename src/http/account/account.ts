import type { FeedUrl } from '../../access/access-store.ts';
import { accountPage } from '../../web/pages/account-page.ts';
import type { AppContext } from '../protocol/context.ts';
import type { Request, Response } from '../protocol/handler.ts';
import { sendHtml } from '../protocol/html-response.ts';
import { NO_STORE } from '../protocol/private-response.ts';
import { sendProblem } from '../protocol/problem-response.ts';
import { invalidQuery } from '../protocol/problems.ts';
import { QueryParameters } from '../protocol/query.ts';
import { sendFound, sendJson } from '../protocol/response.ts';

/** `GET /account`: who makes the request, and what it may do. */
export function showAccount({ principal }: Request, res: Response): void {
  const { name, role, scope, authenticatedBy } = principal;
  sendJson(res, 200, JSON.stringify({ name, role, scope, authenticatedBy }), NO_STORE);
}

/** `GET /account` as a page. `feed` fills the form for a new feed URL. */
export function showAccountPage({ access }: AppContext, req: Request, res: Response): void {
  const query = new QueryParameters(req.originalUrl, ['feed']);
  const { principal } = req;
  const { key } = principal;
  const feedUrls = key === undefined ? undefined : access.store.feedUrls(key).map(feedUrlView);
  if (query.errors.length > 0) sendProblem(res, invalidQuery(query.errors));
  else if (principal.authenticatedBy === 'public') sendFound(res, '/sign-in?return=%2Faccount', NO_STORE);
  else sendHtml(res, 200, accountPage({ ...principal, feedUrls, feed: query.text('feed') ?? '' }), NO_STORE);
}

/** The secret is known to those only who have the URL. */
export function feedUrlView({ id, feed, createdMs }: FeedUrl) {
  return { id, feed, createdAt: new Date(createdMs).toISOString() };
}

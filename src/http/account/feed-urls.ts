import { z } from 'zod';
import type { FeedUrl } from '../../access/access-store.ts';
import type { Principal } from '../../access/principal.ts';
import { fieldErrorsOf, issue } from '../../domain/fields/field-error.ts';
import { feedUrlPage } from '../../web/pages/account-page.ts';
import type { AppContext } from '../protocol/context.ts';
import { feedUrlWithToken } from '../protocol/feed-token.ts';
import { FORMATS, type Format, splitSuffix } from '../protocol/formats.ts';
import type { Request, Response } from '../protocol/handler.ts';
import { sendHtml } from '../protocol/html-response.ts';
import { prefersPage } from '../protocol/negotiation.ts';
import { NO_STORE } from '../protocol/private-response.ts';
import { sendProblem } from '../protocol/problem-response.ts';
import { AUTHENTICATION_REQUIRED, type Problem } from '../protocol/problems.ts';
import { pathOf } from '../protocol/query.ts';
import { sendJson, sendNoContent, sendSeeOther } from '../protocol/response.ts';
import { isForm, readFormOrJson } from '../protocol/structured-body.ts';
import { feedUrlView } from './account.ts';
import { localPath } from './local-path.ts';

/** Of one key. */
const FEED_URLS_MAX = 100;

export const newFeedUrl = z.strictObject({
  feed: z.string().check(({ value, issues }) => {
    if (!isFeed(value))
      issues.push(issue(value, 'invalid-url', 'Expected the path of a feed, such as /countries/PK.atom.'));
  }),
});

export interface FeedUrlParameters {
  readonly id: string;
}

/** `GET /feed-urls`: those of the key, the oldest first. */
export function listFeedUrls({ access }: AppContext, { principal }: Request, res: Response): void {
  const feedUrls = ownFeedUrls(access, principal).map(feedUrlView);
  sendJson(res, 200, JSON.stringify({ feedUrls }), NO_STORE);
}

/** `POST /feed-urls`: the only response that contains the URL. */
export async function addFeedUrl(context: AppContext, req: Request, res: Response): Promise<void> {
  const { access } = context;
  const body = await readFormOrJson(context, req, res);
  if (body === undefined) return;
  if ('problem' in body) return sendProblem(res, body.problem);
  const parsed = newFeedUrl.safeParse(body.value);
  if (!parsed.success)
    return sendProblem(res, invalidFeedUrl(fieldErrorsOf(parsed.error.issues, body.value)));
  const { key } = req.principal;
  if (key === undefined)
    return sendProblem(res, { ...AUTHENTICATION_REQUIRED, detail: 'A feed URL belongs to a key.' });
  if (access.store.feedUrls(key).length >= FEED_URLS_MAX) {
    return sendProblem(res, {
      code: 'too-many-feed-urls',
      detail: `A key may have ${FEED_URLS_MAX} feed URLs.`,
    });
  }
  const { feedUrl, secret } = access.addFeedUrl(key, parsed.data.feed);
  req.audit.did({ action: 'feed-url-created' }, `/feed-urls/${feedUrl.id}`);
  const added = { ...feedUrlView(feedUrl), url: `${req.origin}${feedUrlWithToken(feedUrl.feed, secret)}` };
  const headers = { ...NO_STORE, Location: `/feed-urls/${feedUrl.id}` };
  if (isForm(req) && prefersPage(req.headers)) sendHtml(res, 201, feedUrlPage(added), headers);
  else sendJson(res, 201, JSON.stringify(added), headers);
}

/** `GET /feed-urls/{id}` */
export function showFeedUrl(context: AppContext, req: Request<FeedUrlParameters>, res: Response): void {
  const feedUrl = requireFeedUrl(context, req, res);
  if (feedUrl !== undefined) sendJson(res, 200, JSON.stringify(feedUrlView(feedUrl)), NO_STORE);
}

/** `DELETE /feed-urls/{id}`: revokes it. */
export function removeFeedUrl(context: AppContext, req: Request<FeedUrlParameters>, res: Response): void {
  if (requireFeedUrl(context, req, res) === undefined) return;
  revoke(context, req);
  sendNoContent(res);
}

/** `POST /feed-urls/{id}`: revokes it, from the page. */
export function revokeFeedUrl(context: AppContext, req: Request<FeedUrlParameters>, res: Response): void {
  if (requireFeedUrl(context, req, res) === undefined) return;
  revoke(context, req);
  sendSeeOther(res, '/account', NO_STORE);
}

function revoke({ access }: AppContext, { params, audit }: Request<FeedUrlParameters>): void {
  access.store.removeFeedUrl(params.id);
  audit.did({ action: 'feed-url-revoked' });
}

/** Those of other keys are unknown. */
function requireFeedUrl(
  { access }: AppContext,
  { params, principal }: Request<FeedUrlParameters>,
  res: Response,
): FeedUrl | undefined {
  const found = ownFeedUrls(access, principal).find(({ id }) => id === params.id);
  if (found === undefined) sendProblem(res, { code: 'unknown-feed-url' });
  return found;
}

function ownFeedUrls({ store }: AppContext['access'], { key }: Principal): readonly FeedUrl[] {
  return key === undefined ? [] : store.feedUrls(key);
}

/** True for the path of a feed on this server, with a filter or without one. */
function isFeed(text: string): boolean {
  const format: Format | undefined = FORMATS[splitSuffix(pathOf(text))?.format ?? 'html'];
  return format.use === 'subscribe' && localPath(text) === text;
}

function invalidFeedUrl(errors: readonly object[]): Problem {
  return { code: 'invalid-feed-url', members: { errors } };
}

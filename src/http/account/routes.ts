import type { AppContext } from '../protocol/context.ts';
import { byFormat, type FormatHandlers, formatsOf } from '../protocol/negotiation.ts';
import { NO_STORE } from '../protocol/private-response.ts';
import { withoutParameters } from '../protocol/resource.ts';
import { sendFound } from '../protocol/response.ts';
import type { Router } from '../protocol/router.ts';
import { showAccount, showAccountPage } from './account.ts';
import {
  accountDescription,
  addFeedUrlDescription,
  beginProviderSignInDescription,
  FEED_URL_ID,
  finishProviderSignInDescription,
  getFeedUrlDescription,
  listFeedUrlsDescription,
  removeFeedUrlDescription,
  revokeFeedUrlDescription,
  showSignInDescription,
  showSignOutDescription,
  signInDescription,
  signOutDescription,
} from './descriptions.ts';
import {
  addFeedUrl,
  type FeedUrlParameters,
  listFeedUrls,
  removeFeedUrl,
  revokeFeedUrl,
  showFeedUrl,
} from './feed-urls.ts';
import {
  beginProviderSignIn,
  finishProviderSignIn,
  PROVIDER_CALLBACK,
  PROVIDER_SIGN_IN,
} from './provider-sign-in.ts';
import { showSignIn, signIn, signOut } from './sign-in.ts';

/** Registers how browsers sign in, and what belongs to a key. */
export function registerAccount(router: Router, context: AppContext): void {
  router.register(
    '/sign-in',
    {
      get: (req, res) => showSignIn(context, req, res),
      post: withoutParameters((req, res) => signIn(context, req, res)),
    },
    { get: showSignInDescription, post: signInDescription },
  );
  router.register(
    PROVIDER_SIGN_IN,
    { get: beginProviderSignIn(context) },
    { get: beginProviderSignInDescription },
  );
  router.register(
    PROVIDER_CALLBACK,
    { get: finishProviderSignIn(context) },
    { get: finishProviderSignInDescription },
  );
  router.register(
    '/sign-out',
    {
      get: withoutParameters((_req, res) => sendFound(res, '/account', NO_STORE)),
      post: withoutParameters((req, res) => signOut(context, req, res)),
    },
    { get: showSignOutDescription, post: signOutDescription },
  );
  const account: FormatHandlers<Record<string, string>> = {
    json: withoutParameters(showAccount),
    html: (req, res) => showAccountPage(context, req, res),
  };
  router.register('/account', { get: byFormat(account) }, { get: accountDescription }, formatsOf(account));
  router.register(
    '/feed-urls',
    {
      get: withoutParameters((req, res) => listFeedUrls(context, req, res)),
      post: withoutParameters((req, res) => addFeedUrl(context, req, res)),
    },
    { get: listFeedUrlsDescription, post: addFeedUrlDescription },
  );
  router.register<FeedUrlParameters>(
    '/feed-urls/:id',
    {
      get: withoutParameters((req, res) => showFeedUrl(context, req, res)),
      post: withoutParameters((req, res) => revokeFeedUrl(context, req, res)),
      delete: withoutParameters((req, res) => removeFeedUrl(context, req, res)),
    },
    {
      path: { id: FEED_URL_ID },
      get: getFeedUrlDescription,
      post: revokeFeedUrlDescription,
      delete: removeFeedUrlDescription,
    },
  );
}

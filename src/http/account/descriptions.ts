import { z } from 'zod';
import { ACCESS_ROLES } from '../../access/permissions.ts';
import { FORM_TYPE } from '../protocol/body.ts';
import { type EndpointDescription, jsonBody, PAGE } from '../protocol/description.ts';
import { textParameter } from '../protocol/parameters.ts';
import { newFeedUrl } from './feed-urls.ts';

const area = 'Access';

const returnParameter = textParameter('return', 'Path to go to afterwards.', '/countries/PK');

export const showSignInDescription: EndpointDescription = {
  id: 'showSignIn',
  area,
  permission: 'none',
  summary: 'The page on which browsers sign in',
  query: [returnParameter],
  answers: { 200: { content: PAGE }, 302: { description: 'Signed in already', headers: ['Location'] } },
};

export const signInDescription: EndpointDescription = {
  id: 'signIn',
  area,
  permission: 'none',
  summary: 'Begin a session with a key',
  body: { [FORM_TYPE]: z.object({ key: z.string(), return: z.string().exactOptional() }) },
  answers: { 303: { description: 'Signed in', headers: ['Location', 'Set-Cookie'] } },
  problems: ['malformed-form'],
};

export const beginProviderSignInDescription: EndpointDescription = {
  id: 'beginProviderSignIn',
  area,
  permission: 'none',
  summary: 'Go to the identity provider to sign in there',
  query: [returnParameter],
  answers: { 302: { description: 'To the identity provider', headers: ['Location', 'Set-Cookie'] } },
  problems: ['unknown-resource'],
};

export const finishProviderSignInDescription: EndpointDescription = {
  id: 'finishProviderSignIn',
  area,
  permission: 'none',
  summary: 'Begin a session on the way back from the identity provider',
  answers: { 303: { description: 'Signed in', headers: ['Location', 'Set-Cookie'] } },
  problems: ['sign-in-failed', 'unknown-resource'],
};

export const showSignOutDescription: EndpointDescription = {
  id: 'showSignOut',
  area,
  permission: 'none',
  summary: 'Where to sign out',
  answers: { 302: { description: 'The page of the account', headers: ['Location'] } },
};

export const signOutDescription: EndpointDescription = {
  id: 'signOut',
  area,
  permission: 'none',
  summary: 'End the session',
  answers: { 303: { description: 'Signed out', headers: ['Location', 'Set-Cookie'] } },
};

const account = z
  .object({
    name: z.string().meta({ description: 'The actor of the events that are added.' }),
    role: z.enum(Object.keys(ACCESS_ROLES)),
    scope: z.array(z.string()).meta({ description: 'Beginnings of the streams that may be added to.' }),
    authenticatedBy: z.string(),
  })
  .meta({ id: 'Account' });

export const accountDescription: EndpointDescription = {
  id: 'getAccount',
  area,
  permission: 'none',
  summary: 'Who makes the request, and what it may do',
  query: [textParameter('feed', 'Fills the form for a feed URL. Pages only.', '/countries/PK.atom')],
  answers: {
    200: { content: { ...jsonBody(account), ...PAGE } },
    302: { description: 'A browser has not signed in', headers: ['Location'] },
  },
};

const feedUrl = z
  .object({
    id: z.string(),
    feed: z.string().meta({ description: 'Path of the feed, with its filter.' }),
    createdAt: z.string(),
  })
  .meta({ id: 'FeedUrl' });

export const FEED_URL_ID = { description: 'Id of a feed URL, from the answer that added it.' };

export const listFeedUrlsDescription: EndpointDescription = {
  id: 'listFeedUrls',
  area,
  permission: 'read',
  summary: 'The feed URLs of the key, the oldest first',
  answers: { 200: { content: jsonBody(z.object({ feedUrls: z.array(feedUrl) })) } },
};

export const addFeedUrlDescription: EndpointDescription = {
  id: 'addFeedUrl',
  area,
  permission: 'read',
  summary: 'Make a URL with which a reader of feeds, or a calendar, reads one feed without a key',
  body: { ...jsonBody(newFeedUrl), [FORM_TYPE]: newFeedUrl },
  bodyExample: { feed: '/countries/PK.atom?types=MouSigned' },
  answers: {
    201: {
      description: 'Made',
      content: {
        ...jsonBody(feedUrl.extend({ url: z.string().meta({ description: 'It is not shown again.' }) })),
        ...PAGE,
      },
      headers: ['Location'],
    },
  },
  problems: ['malformed-json', 'malformed-form', 'invalid-feed-url', 'too-many-feed-urls'],
};

export const getFeedUrlDescription: EndpointDescription = {
  id: 'getFeedUrl',
  area,
  permission: 'read',
  summary: 'A feed URL of the key, without its secret',
  answers: { 200: { content: jsonBody(feedUrl) } },
  problems: ['unknown-feed-url'],
};

export const revokeFeedUrlDescription: EndpointDescription = {
  id: 'revokeFeedUrl',
  area,
  permission: 'read',
  summary: 'Revoke a feed URL, from the page',
  answers: { 303: { description: 'Revoked', headers: ['Location'] } },
  problems: ['unknown-feed-url'],
};

export const removeFeedUrlDescription: EndpointDescription = {
  id: 'removeFeedUrl',
  area,
  permission: 'read',
  summary: 'Revoke a feed URL',
  answers: { 204: { description: 'Revoked' } },
  problems: ['unknown-feed-url'],
};

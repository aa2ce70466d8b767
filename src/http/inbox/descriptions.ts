import { z } from 'zod';
import { FORM_TYPE } from '../protocol/body.ts';
import { type Content, type EndpointDescription, jsonBody, PAGE } from '../protocol/description.ts';
import { DRAFT_LIST_PARAMETERS } from './drafts.ts';
import { FEED_TYPES, UPLOAD_TYPE } from './feed-body.ts';

const area = 'Inbox';
const headers = ['Cache-Control'] as const;

export const DRAFT_ID = { description: 'Id of a draft.' };

const draft = z
  .object({
    id: z.string().meta({ description: 'The same whenever the same item of the same feed is added.' }),
    title: z.string(),
    link: z.string().nullable(),
    publishedAt: z.string().nullable().meta({ description: 'Null without a time and a known time zone.' }),
    publishedOn: z.string().nullable().meta({ description: 'The day in the time zone of the feed.' }),
    outlet: z.string().nullable().meta({ description: 'The title of the feed.' }),
    excerpt: z.string().meta({ description: 'Plain text.' }),
    language: z.string().nullable(),
    addedAt: z.string(),
    events: z.array(z.string()).meta({ description: 'Ids of the events that were recorded from it.' }),
  })
  .meta({ id: 'Draft', description: 'An item of a feed, which is no event until a person records it.' });

const addedFeed = z.object({
  items: z.int().meta({ description: 'The sum of the others.' }),
  added: z.int().meta({ description: 'Items that became drafts.' }),
  known: z.int().meta({ description: 'Items that were added before, or twice in this feed.' }),
  refused: z.array(z.object({ item: z.int().meta({ description: 'From 1.' }), detail: z.string() })),
});

const FEED = Object.fromEntries(FEED_TYPES.map((type) => [type, z.string()])) as Content;

export const addFeedDescription: EndpointDescription = {
  id: 'addFeed',
  area,
  permission: 'record',
  summary: 'Make drafts of the items of a feed',
  description:
    'RSS, Atom, RDF or JSON Feed. Nothing is fetched, and items that were added before stay as they are.',
  body: { ...FEED, [UPLOAD_TYPE]: z.object({ file: z.string() }) },
  answers: { 200: { content: { ...jsonBody(addedFeed), ...PAGE }, headers } },
  problems: ['malformed-feed', 'malformed-multipart'],
};

export const listDraftsDescription: EndpointDescription = {
  id: 'listDrafts',
  area,
  permission: 'record',
  summary: 'The drafts, from the newest to the oldest',
  query: DRAFT_LIST_PARAMETERS,
  answers: {
    200: {
      content: {
        ...jsonBody(z.object({ drafts: z.array(draft), next: z.string().nullable() })),
        ...PAGE,
      },
      headers: [...headers, 'Link'],
    },
  },
};

export const getDraftDescription: EndpointDescription = {
  id: 'getDraft',
  area,
  permission: 'record',
  summary: 'A draft; its page leads to the forms',
  answers: { 200: { content: { ...jsonBody(draft), ...PAGE }, headers } },
  problems: ['unknown-draft'],
};

export const submitDraftDescription: EndpointDescription = {
  id: 'submitDraft',
  area,
  permission: 'record',
  summary: 'Dismiss a draft with the form of its page',
  body: { [FORM_TYPE]: z.object({ do: z.literal('dismiss') }) },
  answers: { 303: { description: 'Dismissed', headers: ['Location'] } },
  problems: ['malformed-form', 'unknown-draft'],
};

export const dismissDraftDescription: EndpointDescription = {
  id: 'dismissDraft',
  area,
  permission: 'record',
  summary: 'Dismiss a draft; the same feed does not bring it back',
  answers: { 204: { description: 'Dismissed', headers } },
  problems: ['unknown-draft'],
};

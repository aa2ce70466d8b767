import { z } from 'zod';
import { FORM_TYPE } from '../protocol/body.ts';
import { type EndpointDescription, jsonBody, PAGE, PROJECTION_PROBLEMS } from '../protocol/description.ts';
import { textParameter } from '../protocol/parameters.ts';
import {
  changedSubscription,
  deadLetterForm,
  newSubscription,
  subscriptionForm,
} from './subscription-body.ts';

const area = 'Subscriptions';
const headers = ['Cache-Control'] as const;

export const SUBSCRIPTION_ID = {
  description: 'Id of a subscription, from the answer that added it.',
};

export const MESSAGE_ID = { description: 'Id of a message.' };

const failure = z.object({ at: z.string(), reason: z.string() });

const subscription = z
  .object({
    id: z.string(),
    query: z.string().meta({ description: 'Path of a timeline with its filters.' }),
    url: z.string().meta({ description: 'Where the messages are sent.' }),
    state: z.enum(['active', 'paused', 'failing', 'detached']),
    reason: z.string().nullable().meta({ description: 'Why it is `failing` or `detached`.' }),
    createdAt: z.string(),
    cursor: z
      .object({ position: z.string(), instant: z.string() })
      .nullable()
      .meta({ description: 'The last event that was matched.' }),
    queued: z.int().meta({ description: 'Messages that wait.' }),
    nextAttemptAt: z.string().nullable(),
    deadLetters: z.int().meta({ description: 'Messages that were given up.' }),
    lastDeliveredAt: z.string().nullable(),
    lastFailure: failure.nullable(),
  })
  .meta({ id: 'Subscription' });

const deadLetter = z
  .object({
    id: z.string(),
    attempts: z.int(),
    failedAt: z.string(),
    reason: z.string(),
    payload: z.looseObject({}),
  })
  .meta({ id: 'DeadLetter', description: 'A message that was given up.' });

const added = subscription.extend({
  secret: z.string().meta({ description: 'Signs the messages. It is not shown again.' }),
});

const REMOVED = { 204: { description: 'Removed', headers } } as const;
const BODY_PROBLEMS = [...PROJECTION_PROBLEMS, 'malformed-json', 'invalid-subscription'] as const;

export const listSubscriptionsDescription: EndpointDescription = {
  id: 'listSubscriptions',
  area,
  permission: 'manage-webhooks',
  summary: 'The subscriptions, the oldest first',
  query: [textParameter('query', 'Fills the form of the page. Pages only.', '/countries/PK')],
  answers: {
    200: { content: { ...jsonBody(z.object({ subscriptions: z.array(subscription) })), ...PAGE }, headers },
  },
};

export const addSubscriptionDescription: EndpointDescription = {
  id: 'addSubscription',
  area,
  permission: 'manage-webhooks',
  summary: 'Send what matches a filter to a URL from now on, or from an earlier state',
  body: { ...jsonBody(newSubscription), [FORM_TYPE]: newSubscription },
  bodyExample: { url: 'https://receiver.example/chancery', query: '/countries/PK?types=MouSigned' },
  answers: {
    201: {
      description: 'Added; the only answer with the secret',
      content: { ...jsonBody(added), ...PAGE },
      headers: [...headers, 'Location'],
    },
  },
  problems: [...BODY_PROBLEMS, 'malformed-form', 'too-many-subscriptions'],
};

export const getSubscriptionDescription: EndpointDescription = {
  id: 'getSubscription',
  area,
  permission: 'manage-webhooks',
  summary: 'A subscription, and how its deliveries go',
  answers: { 200: { content: { ...jsonBody(subscription), ...PAGE }, headers } },
  problems: ['unknown-subscription'],
};

export const submitSubscriptionDescription: EndpointDescription = {
  id: 'submitSubscription',
  area,
  permission: 'manage-webhooks',
  summary: 'Change, pause, resume, replay or remove a subscription with the form of its page',
  body: { [FORM_TYPE]: subscriptionForm },
  answers: { 303: { description: 'Changed or removed', headers: ['Location'] } },
  problems: [...BODY_PROBLEMS, 'malformed-form', 'unknown-subscription'],
};

export const changeSubscriptionDescription: EndpointDescription = {
  id: 'changeSubscription',
  area,
  permission: 'manage-webhooks',
  summary: 'Change, pause, resume or replay a subscription',
  body: jsonBody(changedSubscription),
  bodyExample: { state: 'paused' },
  answers: { 200: { content: jsonBody(subscription), headers } },
  problems: [...BODY_PROBLEMS, 'unknown-subscription'],
};

export const removeSubscriptionDescription: EndpointDescription = {
  id: 'removeSubscription',
  area,
  permission: 'manage-webhooks',
  summary: 'Remove a subscription with its messages',
  answers: REMOVED,
  problems: ['unknown-subscription'],
};

export const listDeadLettersDescription: EndpointDescription = {
  id: 'listDeadLetters',
  area,
  permission: 'manage-webhooks',
  summary: 'The messages of a subscription that were given up, the oldest first',
  answers: {
    200: { content: { ...jsonBody(z.object({ deadLetters: z.array(deadLetter) })), ...PAGE }, headers },
  },
  problems: ['unknown-subscription'],
};

export const getDeadLetterDescription: EndpointDescription = {
  id: 'getDeadLetter',
  area,
  permission: 'manage-webhooks',
  summary: 'A message that was given up',
  answers: { 200: { content: { ...jsonBody(deadLetter), ...PAGE }, headers } },
  problems: ['unknown-subscription', 'unknown-dead-letter'],
};

export const sendAgainDescription: EndpointDescription = {
  id: 'sendDeadLetterAgain',
  area,
  permission: 'manage-webhooks',
  summary: 'Send a message again that was given up, after those that wait',
  description: 'Without a body. Pages send a form, which may discard the message.',
  body: { [FORM_TYPE]: deadLetterForm },
  answers: {
    202: { description: 'Queued', content: jsonBody(z.object({})), headers: [...headers, 'Location'] },
    303: { description: 'Queued or discarded, with the form', headers: ['Location'] },
  },
  problems: ['unknown-subscription', 'unknown-dead-letter', 'malformed-form', 'invalid-subscription'],
};

export const discardDeadLetterDescription: EndpointDescription = {
  id: 'discardDeadLetter',
  area,
  permission: 'manage-webhooks',
  summary: 'Discard a message that was given up',
  answers: REMOVED,
  problems: ['unknown-subscription', 'unknown-dead-letter'],
};

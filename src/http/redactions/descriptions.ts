import { z } from 'zod';
import { REDACTION_GROUNDS } from '../../domain/event-types/redaction.ts';
import { newRedaction } from '../../redaction/redactions.ts';
import { FORM_TYPE } from '../protocol/body.ts';
import { type EndpointDescription, jsonBody, LOG_PROBLEMS, PAGE } from '../protocol/description.ts';
import { textParameter } from '../protocol/parameters.ts';
import { redactionDecision } from './redactions.ts';

const area = 'Removal';
const permission = 'remove';
const headers = ['Cache-Control'] as const;

export const REDACTION_ID = { description: 'Id of a request for a removal, from the answer that added it.' };

const namedEvents = z.array(z.object({ id: z.string(), type: z.string() }));

const redaction = z
  .object({
    id: z.string().meta({ description: 'UUID, also that of the `EventRedacted` event.' }),
    event: z.string().meta({ description: 'Id of the event.' }),
    stream: z.string().meta({ description: 'Name of its record.' }),
    statement: z.string().exactOptional().meta({ description: 'Key of the statement. Absent: all content.' }),
    ground: z.enum(Object.keys(REDACTION_GROUNDS)),
    basis: z.string(),
    askedBy: z.string(),
    askedAt: z.string(),
    expiresAt: z.string().meta({ description: 'It cannot be confirmed afterwards.' }),
    state: z.enum(['asked', 'expired', 'rejected', 'removing', 'done', 'failed']).meta({
      description:
        '`removing`: the content is gone from the log, and is being erased from all other files. `done`: it is in no ' +
        'file of the server. `failed`: there was nothing to remove any more.',
    }),
    settledBy: z.string().nullable().meta({ description: 'Who confirmed or rejected it.' }),
    settledAt: z.string().nullable(),
    doneAt: z.string().nullable(),
    covers: namedEvents.exactOptional().meta({ description: 'The events that will lose content.' }),
    others: namedEvents.exactOptional().meta({
      description: 'The other events of the record, which may repeat the content. They stay.',
    }),
    linkedBy: z.array(z.string()).exactOptional().meta({
      description: 'Ids of links to the record from others, whose basis may repeat the content. They stay.',
    }),
  })
  .meta({ id: 'Redaction', description: 'A request to remove content by law.' });

export const listRedactionsDescription: EndpointDescription = {
  id: 'listRedactions',
  area,
  permission,
  summary: 'The requests for removals, the newest first',
  query: [textParameter('event', 'Fills the form of the page. Pages only.')],
  answers: {
    200: { content: { ...jsonBody(z.object({ redactions: z.array(redaction) })), ...PAGE }, headers },
  },
};

export const askForRedactionDescription: EndpointDescription = {
  id: 'askForRedaction',
  area,
  permission,
  summary: 'Ask for the removal of the content of an event, or of one statement of it',
  description: 'Nothing is removed before another administrator confirms it.',
  body: { ...jsonBody(newRedaction), [FORM_TYPE]: newRedaction },
  bodyExample: {
    event: '5b0c6f0e-7a51-4d6c-9f0b-2f6f3f6d2a01',
    ground: 'court-order',
    basis: 'Lahore High Court, order 12/2025',
  },
  answers: {
    201: { description: 'Asked', content: jsonBody(redaction), headers: [...headers, 'Location'] },
    303: { description: 'Asked by a form; the page of the request', headers: ['Location'] },
  },
  problems: [
    ...LOG_PROBLEMS,
    'malformed-json',
    'malformed-form',
    'invalid-redaction',
    'second-person-required',
    'unknown-record',
    'record-removed',
    'content-redacted',
    'removal-unsupported',
  ],
};

export const getRedactionDescription: EndpointDescription = {
  id: 'getRedaction',
  area,
  permission,
  summary: 'A request for a removal, with what it covers',
  answers: { 200: { content: { ...jsonBody(redaction), ...PAGE }, headers } },
  problems: [...LOG_PROBLEMS, 'unknown-redaction'],
};

export const settleRedactionDescription: EndpointDescription = {
  id: 'settleRedaction',
  area,
  permission,
  summary: 'Confirm a removal that another administrator has asked for, or reject it',
  description:
    'A confirmation is answered when the content is gone from the log. Erasing all other files follows. Who asked ' +
    'for a removal may reject it, too.',
  body: { ...jsonBody(redactionDecision), [FORM_TYPE]: redactionDecision },
  bodyExample: { decision: 'reject' },
  answers: {
    200: { content: jsonBody(redaction), headers },
    303: { description: 'Settled by a form; the page of the request', headers: ['Location'] },
  },
  problems: [
    ...LOG_PROBLEMS,
    'malformed-json',
    'malformed-form',
    'invalid-redaction',
    'second-person-required',
    'unknown-redaction',
    'unknown-record',
    'redaction-settled',
    'content-redacted',
    'log-full',
  ],
};

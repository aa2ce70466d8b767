import { z } from 'zod';
import type { RecordForm } from '../../web/forms/form-field.ts';
import { FORM_TYPE } from '../protocol/body.ts';
import {
  APPEND_PROBLEMS,
  type EndpointDescription,
  jsonBody,
  LOG_PROBLEMS,
  PAGE,
  type RouteDescription,
} from '../protocol/description.ts';
import { type QueryParameter, textParameter } from '../protocol/parameters.ts';

const area = 'Forms';

export const draftParameter = textParameter('draft', 'Id of a draft of the inbox, which fills the form.');

export const dateTextParameter = textParameter('text', 'A date as somebody types it.', 'mid-October 2025');
export const recordParameter = textParameter(
  'record',
  'Name of the record that the event is a later step of.',
);
export const toParameter = textParameter(
  'to',
  'The other end of the link: the name of a record or the id of an event.',
);
export const relationParameter = textParameter('relation', 'How the two are related, such as `contradicts`.');
export const statementParameter = textParameter('statement', 'Key of the statement that the link is about.');

/** The link that is withdrawn. */
export const LINK_ID = { description: 'Id of the event that made the link.' };
/** The end of a link that is in the path. */
export const LINKED = { description: 'Name of a record or id of an event.' };

const SHOWN = { 200: { content: PAGE, headers: ['Cache-Control'] } } as const;

const dateReading = z.object({
  edtf: z.string().nullable().meta({ description: 'Null if the text is not understood.' }),
  reading: z.string().meta({ description: 'The date in words, or why it is not understood.' }),
});

export const formChoiceDescription: EndpointDescription = {
  id: 'showFormChoice',
  area,
  permission: 'record',
  summary: 'The choice of forms',
  answers: SHOWN,
};

export const dateReadingDescription: EndpointDescription = {
  id: 'readDate',
  area,
  permission: 'record',
  summary: 'How the forms understand a date',
  description: 'For the script of the forms. Events that are sent as JSON have dates in EDTF only.',
  query: [dateTextParameter],
  answers: { 200: { content: jsonBody(dateReading), headers: ['Cache-Control'] } },
};

export const receiptPageDescription: EndpointDescription = {
  id: 'showReceipt',
  area,
  permission: 'read',
  summary: 'What a form has added',
  answers: SHOWN,
  problems: [...LOG_PROBLEMS, 'unknown-record'],
};

export function formDescription({ path, title }: RecordForm): EndpointDescription {
  return {
    id: `show${pascal(path)}Form`,
    area,
    permission: 'record',
    summary: `Form: ${title}`,
    query: [draftParameter, recordParameter],
    answers: SHOWN,
    problems: [...LOG_PROBLEMS, 'unknown-draft', 'unknown-record'],
  };
}

export function submitDescription({ path, title }: RecordForm): EndpointDescription {
  return {
    id: `submit${pascal(path)}Form`,
    area,
    permission: 'record',
    summary: `Send the form: ${title}`,
    query: [recordParameter],
    ...SENT,
  };
}

const SENT = {
  body: { [FORM_TYPE]: z.record(z.string(), z.string()) },
  answers: {
    200: { description: 'The form again, with a preview', content: PAGE, headers: ['Cache-Control'] },
    303: { description: 'Added', headers: ['Location'] },
  },
  problems: [...APPEND_PROBLEMS, 'malformed-form'],
} as const;

/** @param name what follows `/record/` in the URL */
export function curationDescription(
  name: string,
  title: string,
  query: readonly QueryParameter[] = [],
): Pick<RouteDescription, 'get' | 'post'> {
  const problems = [...LOG_PROBLEMS, 'unknown-record', 'record-conflict', 'content-redacted'] as const;
  return {
    get: {
      id: `show${pascal(name)}Form`,
      area,
      permission: 'curate',
      summary: `Form: ${title}`,
      query,
      answers: SHOWN,
      problems,
    },
    post: {
      id: `submit${pascal(name)}Form`,
      area,
      permission: 'curate',
      summary: `Send the form: ${title}`,
      description:
        'The form has the revision of the record that was shown. If the record has changed since, the answer is 412: ' +
        'the form again, over the present version, with what has changed.',
      ...SENT,
      problems: [...SENT.problems, 'precondition-failed'],
    },
  };
}

function pascal(path: string): string {
  return path.replace(/(?:^|-)(\w)/g, (_match, first: string) => first.toUpperCase());
}

import { z } from 'zod';
import type { RecordForm } from '../../web/forms/form-field.ts';
import { FORM_TYPE } from '../protocol/body.ts';
import { APPEND_PROBLEMS, type EndpointDescription, LOG_PROBLEMS, PAGE } from '../protocol/description.ts';
import { textParameter } from '../protocol/parameters.ts';

const area = 'Forms';

export const draftParameter = textParameter('draft', 'Id of a draft of the inbox, which fills the form.');

const SHOWN = { 200: { content: PAGE, headers: ['Cache-Control'] } } as const;

export const formChoiceDescription: EndpointDescription = {
  id: 'showFormChoice',
  area,
  permission: 'record',
  summary: 'The choice of forms',
  answers: SHOWN,
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
    query: [draftParameter],
    answers: SHOWN,
    problems: ['unknown-draft'],
  };
}

export function submitDescription({ path, title }: RecordForm): EndpointDescription {
  return {
    id: `submit${pascal(path)}Form`,
    area,
    permission: 'record',
    summary: `Send the form: ${title}`,
    body: { [FORM_TYPE]: z.record(z.string(), z.string()) },
    answers: {
      200: { description: 'The form again, with a preview', content: PAGE, headers: ['Cache-Control'] },
      303: { description: 'Added', headers: ['Location'] },
    },
    problems: [...APPEND_PROBLEMS, 'malformed-form'],
  };
}

function pascal(path: string): string {
  return path.replace(/(?:^|-)(\w)/g, (_match, first: string) => first.toUpperCase());
}

import { EVENT_ID } from '../events/descriptions.ts';
import { type EndpointDescription, jsonBody, LOG_PROBLEMS, textBody } from '../protocol/description.ts';
import { type QueryParameter, textParameter } from '../protocol/parameters.ts';
import { consistencyAnswer, inclusionAnswer } from '../schemas/operations.ts';

const area = 'Integrity';
const TEXT = { 200: { content: textBody('text/plain'), headers: ['Cache-Control'] } } as const;

export const checkpointDescription: EndpointDescription = {
  id: 'getCheckpoint',
  area,
  permission: 'read',
  summary: 'The signed size and root of the log, a C2SP checkpoint',
  answers: TEXT,
  problems: [...LOG_PROBLEMS, 'empty-log', 'tree-incomplete'],
};

export const keyDescription: EndpointDescription = {
  id: 'getKey',
  area,
  permission: 'read',
  summary: 'The public key that verifies checkpoints and receipts',
  answers: TEXT,
  problems: [...LOG_PROBLEMS, 'empty-log', 'tree-incomplete'],
};

export const receiptDescription: EndpointDescription = {
  id: 'getReceipt',
  area,
  permission: 'read',
  summary: 'Proves, without the server, that an event is in the log with its content',
  answers: TEXT,
  problems: [...LOG_PROBLEMS, 'unknown-record', 'record-removed', 'tree-behind', 'tree-incomplete'],
};

export const inclusionDescription: EndpointDescription = {
  id: 'getInclusionProof',
  area,
  permission: 'read',
  summary: 'Proves that an event is in the log of a size',
  query: [
    { ...textParameter('event', EVENT_ID.description, EVENT_ID.example), isRequired: true },
    sizeParameter('size', 'Size of the log that a checkpoint states; by default the present one.'),
  ],
  answers: { 200: { content: jsonBody(inclusionAnswer), headers: ['Cache-Control'] } },
  problems: [...LOG_PROBLEMS, 'unknown-record', 'record-removed', 'tree-behind', 'tree-incomplete'],
};

export const consistencyDescription: EndpointDescription = {
  id: 'getConsistencyProof',
  area,
  permission: 'read',
  summary: 'Proves that the log of one size is the beginning of that of another',
  query: [
    { ...sizeParameter('from', 'Size of the earlier checkpoint.'), isRequired: true, example: '1' },
    sizeParameter('to', 'Size of the later checkpoint; by default the present one.'),
  ],
  answers: { 200: { content: jsonBody(consistencyAnswer), headers: ['Cache-Control'] } },
  problems: [...LOG_PROBLEMS, 'tree-incomplete'],
};

function sizeParameter(name: string, description: string): QueryParameter {
  return { name, description, schema: { type: 'integer', minimum: 1, maximum: 999_999_999 } };
}

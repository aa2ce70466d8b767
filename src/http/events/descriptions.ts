import { z } from 'zod';
import { eventTypes } from '../../domain/event-types/registry.ts';
import { envelopeOf } from '../../domain/events/parse.ts';
import {
  APPEND_PROBLEMS,
  type EndpointDescription,
  jsonBody,
  LOG_PROBLEMS,
  PAGE,
  textBody,
} from '../protocol/description.ts';
import {
  appendAnswer,
  appendBody,
  batchAnswer,
  dryRunAnswer,
  eventAnswer,
  eventListAnswer,
  streamAnswer,
} from '../schemas/events.ts';
import { EVENT_LIST_PARAMETERS } from './events.ts';
import { POST_PARAMETERS } from './post-events.ts';

const NDJSON = textBody('application/x-ndjson');
const CSV_FORM = { 'multipart/form-data': z.object({ mapping: z.string(), file: z.string() }) };
/** CloudEvents 1.0, whose schema is that of the standard. */
const cloudEvent = z.looseObject({
  specversion: z.literal('1.0'),
  id: z.string(),
  source: z.string(),
  type: z.string(),
});
const CLOUD_EVENTS = {
  'application/cloudevents+json': cloudEvent,
  'application/cloudevents-batch+json': z.array(cloudEvent),
};

export const EVENT_ID = {
  description: 'Id of an event, a UUID.',
  example: '5b0c6f0e-7a51-4d6c-9f0b-2f6f3f6d2a01',
};

export const RECORD_NAME = {
  description: 'Name of a record, `<category>-<key>`.',
  example: 'mou-ussm-fwo-2025',
};

/** Formats that have the whole log. */
export const LOG_FORMAT_PERMISSIONS = { csv: 'export', ndjson: 'export' } as const;

export const listEventsDescription: EndpointDescription = {
  id: 'listEvents',
  area: 'Events',
  permission: 'read',
  formatPermissions: LOG_FORMAT_PERMISSIONS,
  summary: 'The whole log, in its order',
  description:
    'As JSON page by page; as NDJSON to its end, with a last line that has the cursor to go on from; as server-sent ' +
    'events beyond its end. These two take `cursor` only. As CSV it is whole. A feed has the latest events first, ' +
    'and takes no `order`.',
  query: EVENT_LIST_PARAMETERS,
  requestHeaders: [{ name: 'Last-Event-ID', description: '`id` of the last event that was received.' }],
  answers: { 200: { content: jsonBody(eventListAnswer), headers: ['Cache-Control', 'Link'] } },
  problems: [...LOG_PROBLEMS, 'too-many-readers'],
  isConditional: true,
};

/** Name of the schema of an event type in the API description. */
export function eventSchemaId({ name }: { readonly name: string }): string {
  return `Event.${name}`;
}

/** The body of a request depends on the event types, to which extensions add theirs before the server starts. */
export function appendEventsDescription(): EndpointDescription {
  const [first, ...others] = eventTypes().map((type) => envelopeOf(type).meta({ id: eventSchemaId(type) }));
  const sentEvent = z.union(first === undefined ? [] : [first, ...others]).meta({ id: 'NewEvent' });
  return {
    id: 'appendEvents',
    area: 'Events',
    permission: 'record',
    summary: 'Add one event, an array of events for one record, or any number of events as NDJSON or CSV',
    description:
      'Retries are safe with an `id` of your own: the same event with the same id is recorded once. An array is ' +
      'recorded completely or not at all. Each line of NDJSON or CSV is an append of its own; the answer to it is ' +
      'NDJSON, with one line for each and a summary as the last line. CSV is a part `file` after a part `mapping`. ' +
      'Bodies may be compressed with gzip.',
    query: POST_PARAMETERS,
    requestHeaders: [
      { name: 'If-Match', description: 'Entity tag or revision, such as `"7"`, that the record must have.' },
      { name: 'If-None-Match', description: '`*`: the record must not exist yet.' },
      {
        name: 'ce-specversion',
        description: '`1.0`: the body is the `data` of a CloudEvent in binary mode.',
      },
      { name: 'ce-id', description: '`id` of the CloudEvent.' },
      { name: 'ce-source', description: '`source` of the CloudEvent.' },
      { name: 'ce-type', description: '`type` of the CloudEvent.' },
      { name: 'ce-subject', description: '`subject` of the CloudEvent: the record.' },
    ],
    body: { ...jsonBody(appendBody(sentEvent)), ...NDJSON, ...CSV_FORM, ...CLOUD_EVENTS },
    answers: {
      200: {
        description: 'Everything was recorded before, or would be recorded, or the outcomes of the lines',
        content: { ...jsonBody(z.union([appendAnswer, dryRunAnswer, batchAnswer])), ...NDJSON },
        headers: ['ETag', 'Location'],
      },
      201: { description: 'Recorded', content: jsonBody(appendAnswer), headers: ['ETag', 'Location'] },
    },
    problems: [
      ...APPEND_PROBLEMS,
      'malformed-json',
      'malformed-gzip',
      'malformed-multipart',
      'invalid-mapping',
      'invalid-csv',
      'batch-refused',
      'invalid-precondition',
      'precondition-failed',
    ],
  };
}

export const getEventDescription: EndpointDescription = {
  id: 'getEvent',
  area: 'Events',
  permission: 'read',
  summary: 'One event, its current version, its history, and the events that changed it',
  answers: { 200: { content: { ...jsonBody(eventAnswer), ...PAGE } } },
  problems: [...LOG_PROBLEMS, 'unknown-record', 'record-removed'],
  isConditional: true,
};

export const getStreamDescription: EndpointDescription = {
  id: 'getStream',
  area: 'Events',
  permission: 'read',
  summary: 'One record: its events, and the links to it',
  query: EVENT_LIST_PARAMETERS,
  answers: { 200: { content: { ...jsonBody(streamAnswer), ...PAGE }, headers: ['Link'] } },
  problems: [...LOG_PROBLEMS, 'unknown-record', 'record-removed'],
  isConditional: true,
};

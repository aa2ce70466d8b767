import { z } from 'zod';
import { type EndpointDescription, jsonBody, PAGE } from '../protocol/description.ts';
import { SCHEMA_TYPE } from './event-schemas.ts';

const anyObject = z.looseObject({});

export const openApiDescription: EndpointDescription = {
  id: 'getOpenApi',
  area: 'Documentation',
  permission: 'none',
  summary: 'This description, an OpenAPI 3.1 document',
  answers: { 200: { content: jsonBody(anyObject) } },
  isConditional: true,
};

export const referenceDescription: EndpointDescription = {
  id: 'getApiReference',
  area: 'Documentation',
  permission: 'none',
  summary: 'Index of the API reference',
  answers: { 200: { content: PAGE } },
  isConditional: true,
};

export const REFERENCE_AREA = {
  description: 'Name of an area, in lower case and with hyphens; `objects` for the objects of bodies.',
  example: 'events',
};

export const referenceAreaDescription: EndpointDescription = {
  id: 'getApiReferenceArea',
  area: 'Documentation',
  permission: 'none',
  summary: 'The operations of an area as a page, with commands for this server',
  answers: { 200: { content: PAGE } },
  problems: ['unknown-resource'],
  isConditional: true,
};

export const EVENT_TYPE = { description: 'Name of an event type.', example: 'MouSigned' };

export const eventSchemaDescription: EndpointDescription = {
  id: 'getEventSchema',
  area: 'Documentation',
  permission: 'none',
  summary: 'The JSON Schema (2020-12) of an event of a type, as a client sends it',
  description:
    'The server also checks what no schema says: dates (EDTF), names of countries, codes, and the event ' +
    'against its record.',
  answers: { 200: { content: { [SCHEMA_TYPE]: anyObject } } },
  problems: ['unknown-resource'],
  isConditional: true,
};

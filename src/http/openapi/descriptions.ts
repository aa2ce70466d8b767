import { z } from 'zod';
import { type EndpointDescription, json } from '../protocol/description.ts';

export const openApiDescription: EndpointDescription = {
  id: 'getOpenApi',
  area: 'Documentation',
  summary: 'This description, an OpenAPI 3.1 document',
  answers: { 200: { content: json(z.looseObject({})) } },
  isConditional: true,
};

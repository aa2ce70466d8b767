import { eventTypes, findEventType } from '../../domain/event-types/registry.ts';
import { jsonSchemaOf } from '../../domain/events/json-schema.ts';
import { answerByPrecondition, contentTag, revalidated } from '../protocol/conditional-response.ts';
import type { Request, Response } from '../protocol/handler.ts';
import { sendProblem } from '../protocol/problem-response.ts';
import { sendJson } from '../protocol/response.ts';

export const SCHEMA_TYPE = 'application/schema+json';

/** `GET /schemas/{type}`: the JSON Schema of an event of the type, as a client sends it. */
export function showEventSchema(req: Request<{ type: string }>, res: Response): void {
  const type = findEventType(req.params.type);
  if (type === undefined) {
    const names = eventTypes().map(({ name }) => name);
    sendProblem(res, { code: 'unknown-resource', detail: `The event types are ${names.join(', ')}.` });
    return;
  }
  const body = JSON.stringify({ $id: `/schemas/${type.name}`, ...jsonSchemaOf(type) });
  const headers = revalidated(contentTag(body));
  if (!answerByPrecondition(req, res, headers)) sendJson(res, 200, body, headers, SCHEMA_TYPE);
}

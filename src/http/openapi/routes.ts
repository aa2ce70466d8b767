import { answerByPrecondition, contentTag, revalidated } from '../protocol/conditional-response.ts';
import { withoutParameters } from '../protocol/resource.ts';
import { sendJson } from '../protocol/response.ts';
import type { Router } from '../protocol/router.ts';
import { EVENT_TYPE, eventSchemaDescription, openApiDescription } from './descriptions.ts';
import { openApiDocument } from './document.ts';
import { showEventSchema } from './event-schemas.ts';

/** Registers the descriptions of the API, with all routes of the router, and of the event types. */
export function registerOpenApi(router: Router): void {
  router.register<{ type: string }>(
    '/schemas/:type',
    { get: withoutParameters(showEventSchema) },
    { path: { type: EVENT_TYPE }, get: eventSchemaDescription },
  );
  let serialized: string | undefined;
  router.register(
    '/openapi.json',
    {
      get: withoutParameters((req, res) => {
        serialized ??= JSON.stringify(openApiDocument(router.routes));
        const headers = revalidated(contentTag(serialized));
        if (!answerByPrecondition(req, res, headers)) sendJson(res, 200, serialized, headers);
      }),
    },
    { get: openApiDescription },
  );
}

import { answerByPrecondition, contentTag, revalidated } from '../protocol/conditional-response.ts';
import { withoutParameters } from '../protocol/resource.ts';
import { sendJson } from '../protocol/response.ts';
import type { Router } from '../protocol/router.ts';
import {
  EVENT_TYPE,
  eventSchemaDescription,
  openApiDescription,
  REFERENCE_AREA,
  referenceAreaDescription,
  referenceDescription,
} from './descriptions.ts';
import { openApiDocument } from './document.ts';
import { showEventSchema } from './event-schemas.ts';
import { ReferencePages } from './reference-pages.ts';

/** Registers the descriptions of the API and their pages, with all routes of the router, and of the event types. */
export function registerOpenApi(router: Router): void {
  router.register<{ type: string }>(
    '/schemas/:type',
    { get: withoutParameters(showEventSchema) },
    { path: { type: EVENT_TYPE }, get: eventSchemaDescription },
  );
  const document = once(() => openApiDocument(router.routes));
  const reference = once(() => new ReferencePages(document()));
  const serialized = once(() => JSON.stringify(document()));
  router.register(
    '/docs/api',
    { get: withoutParameters((req, res) => reference().showIndex(req, res)) },
    { get: referenceDescription },
  );
  router.register(
    '/docs/api/:area',
    { get: withoutParameters((req, res) => reference().showArea(req, res)) },
    { path: { area: REFERENCE_AREA }, get: referenceAreaDescription },
  );
  router.register(
    '/openapi.json',
    {
      get: withoutParameters((req, res) => {
        const headers = revalidated(contentTag(serialized()));
        if (!answerByPrecondition(req, res, headers)) sendJson(res, 200, serialized(), headers);
      }),
    },
    { get: openApiDescription },
  );
}

/** Routes are described when the first client asks, as all have been registered then. */
function once<Value>(make: () => Value): () => Value {
  let made: { readonly value: Value } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

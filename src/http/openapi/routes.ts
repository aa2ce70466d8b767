import { answerByPrecondition, contentTag, revalidated } from '../protocol/conditional-response.ts';
import { withoutParameters } from '../protocol/resource.ts';
import { sendJson } from '../protocol/response.ts';
import type { Router } from '../protocol/router.ts';
import { openApiDescription } from './descriptions.ts';
import { openApiDocument } from './document.ts';

/** Registers the description of the API. It must come last, as it describes all routes of the router. */
export function registerOpenApi(router: Router): void {
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

import type { Express, RequestHandler } from 'express';
import { sendProblem } from './problem-response.ts';
import { invalidQuery } from './problems.ts';
import { QueryParameters } from './query.ts';

/** The handlers of one URL, by method. */
export interface MethodHandlers<Parameters> {
  readonly get: RequestHandler<Parameters>;
  readonly post?: RequestHandler<Parameters>;
  readonly delete?: RequestHandler<Parameters>;
}

/**
 * Registers the handlers of one URL; every other method gets 405 with `Allow`. Express answers HEAD with `get`.
 * @param path in the syntax of Express, such as `/countries/:code`
 */
export function registerResource<Parameters = Record<string, string>>(
  app: Express,
  path: string,
  handlers: MethodHandlers<Parameters>,
): void {
  const route = app.route(path).get<Parameters>(handlers.get);
  const allowed = ['GET', 'HEAD'];
  if (handlers.post !== undefined) {
    route.post<Parameters>(handlers.post);
    allowed.push('POST');
  }
  if (handlers.delete !== undefined) {
    route.delete<Parameters>(handlers.delete);
    allowed.push('DELETE');
  }
  route.all(refuseMethod(allowed.join(', ')));
}

/** Wraps a handler of a URL that has no query parameters: a request with some is refused. */
export function withoutParameters<Parameters = Record<string, string>>(
  handler: RequestHandler<Parameters>,
): RequestHandler<Parameters> {
  return (req, res, next) => {
    const { errors } = new QueryParameters(req.originalUrl, []);
    return errors.length === 0 ? handler(req, res, next) : sendProblem(res, invalidQuery(errors));
  };
}

function refuseMethod(allowed: string): RequestHandler {
  return (_req, res) => {
    sendProblem(res, { code: 'method-not-allowed', detail: `Use ${allowed}.`, headers: { Allow: allowed } });
  };
}

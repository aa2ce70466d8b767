import type { Handler } from './handler.ts';
import { sendProblem } from './problem-response.ts';
import { invalidQuery } from './problems.ts';
import { QueryParameters } from './query.ts';

/** The handlers of one URL, by method. `get` answers HEAD as well, without the body, which Node.js leaves out. */
export interface MethodHandlers<Parameters> {
  readonly get: Handler<Parameters>;
  readonly post?: Handler<Parameters>;
  readonly patch?: Handler<Parameters>;
  readonly delete?: Handler<Parameters>;
}

/** Returns a handler for all methods; one without a handler gets 405 with `Allow`. */
export function byMethod<Parameters>(handlers: MethodHandlers<Parameters>): Handler<Parameters> {
  const byName = new Map([
    ['GET', handlers.get],
    ['HEAD', handlers.get],
  ]);
  if (handlers.post !== undefined) byName.set('POST', handlers.post);
  if (handlers.patch !== undefined) byName.set('PATCH', handlers.patch);
  if (handlers.delete !== undefined) byName.set('DELETE', handlers.delete);
  const refuse = refuseMethod([...byName.keys()].join(', '));
  return (req, res) => (byName.get(req.method) ?? refuse)(req, res);
}

function refuseMethod(allowed: string): Handler<unknown> {
  return (_req, res) => {
    sendProblem(res, { code: 'method-not-allowed', detail: `Use ${allowed}.`, headers: { Allow: allowed } });
  };
}

/** Wraps a handler of a URL that has no query parameters: a request with some is refused. */
export function withoutParameters<Parameters = Record<string, string>>(
  handler: Handler<Parameters>,
): Handler<Parameters> {
  return (req, res) => {
    const { errors } = new QueryParameters(req.originalUrl, []);
    return errors.length === 0 ? handler(req, res) : sendProblem(res, invalidQuery(errors));
  };
}

import type { Request, RequestHandler } from 'express';
import type { AppContext } from './context.ts';
import { requestIdOf } from './request-id.ts';

/** Sends a signal when a request has been answered, or its client has gone. */
export function logRequests({ signal }: Pick<AppContext, 'signal'>): RequestHandler {
  return (req, res, next) => {
    const startMs = performance.now();
    res.on('close', () => {
      signal({
        kind: 'request-completed',
        method: req.method,
        route: routeOf(req),
        status: res.headersSent ? res.statusCode : null,
        ms: Math.round((performance.now() - startMs) * 1_000) / 1_000,
        requestId: requestIdOf(res),
      });
    });
    next();
  };
}

/** Returns the pattern of the route, such as `/countries/:code`, or the path if no route matches. */
function routeOf(req: Request): string {
  return req.route?.path ?? req.path;
}

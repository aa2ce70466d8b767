import express, { type ErrorRequestHandler, type Express } from 'express';
import { registerEvents } from './events/routes.ts';
import { registerForms } from './forms/routes.ts';
import { registerOperations } from './operations/routes.ts';
import { type AppContext, HTTP_LIMITS, type HttpLimits } from './protocol/context.ts';
import { refuseCrossOrigin } from './protocol/csrf.ts';
import { sendProblem } from './protocol/problem-response.ts';
import { problemOfException } from './protocol/problems.ts';
import { assignRequestId, requestIdOf } from './protocol/request-id.ts';
import { logRequests } from './protocol/request-log.ts';
import { registerSite } from './site/routes.ts';
import { registerTimelines } from './timelines/routes.ts';

export interface AppDependencies extends Omit<AppContext, 'limits' | 'logsRequests'> {
  /** Defaults to `HTTP_LIMITS`. */
  readonly limits?: HttpLimits;
  /** Defaults to false. */
  readonly logsRequests?: boolean;
}

/** Creates the HTTP API without listening. Express only routes: handlers read and write requests and responses. */
export function createApp({
  limits = HTTP_LIMITS,
  logsRequests = false,
  ...dependencies
}: AppDependencies): Express {
  const context: AppContext = { ...dependencies, limits, logsRequests };
  const app = express();
  app.disable('x-powered-by');
  app.use(assignRequestId);
  if (logsRequests) app.use(logRequests(context));
  app.use(refuseCrossOrigin);
  registerTimelines(app, context);
  registerEvents(app, context);
  registerOperations(app, context);
  registerForms(app, context);
  registerSite(app, context);
  app.use((_req, res) => sendProblem(res, { code: 'unknown-resource' }));
  app.use(sendException(context));
  return app;
}

function sendException({ signal }: AppContext): ErrorRequestHandler {
  return (error, { method, path }, res, _next) => {
    const problem = problemOfException(error);
    if (problem.code === 'internal-error') {
      signal({ kind: 'request-failed', method, path, requestId: requestIdOf(res), error });
    }
    if (res.headersSent) res.destroy();
    else sendProblem(res, problem);
  };
}

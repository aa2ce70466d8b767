import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { type EventReader, type RecordedEvent, UnreadableEventError } from '../event-store/event-store.ts';
import { ClockWatch } from '../observability/clock-watch.ts';
import { lineageOf } from '../projector/projector.ts';
import { registerAccount } from './account/routes.ts';
import { admitRequests } from './admission.ts';
import { registerAudit } from './audit/routes.ts';
import { registerClaims } from './claims/routes.ts';
import { registerEvents } from './events/routes.ts';
import { registerForms } from './forms/routes.ts';
import { registerInbox } from './inbox/routes.ts';
import { registerIntegrity } from './integrity/routes.ts';
import { BodyBudget } from './limits/body-budget.ts';
import type { ClientLimits } from './limits/client-quota.ts';
import { ClientQuotas, UNLIMITED } from './limits/client-quotas.ts';
import { registerOpenApi } from './openapi/routes.ts';
import { registerOperations } from './operations/routes.ts';
import { RequestAuthentication } from './protocol/authentication.ts';
import { type AppContext, HTTP_LIMITS, type HttpLimits } from './protocol/context.ts';
import { HttpMetrics } from './protocol/http-metrics.ts';
import { OpenReads } from './protocol/open-reads.ts';
import { sendProblem } from './protocol/problem-response.ts';
import { problemOfException, SERVER_BUSY } from './protocol/problems.ts';
import { pathOf } from './protocol/query.ts';
import { requestIdOf } from './protocol/request-id.ts';
import { type ExceptionHandler, Router } from './protocol/router.ts';
import { registerRedactions } from './redactions/routes.ts';
import { registerSite } from './site/routes.ts';
import { registerSubscriptions } from './subscriptions/routes.ts';
import { registerTimelines } from './timelines/routes.ts';

export interface AppDependencies
  extends Omit<
    AppContext,
    | 'authenticate'
    | 'requireKey'
    | 'openReads'
    | 'lineage'
    | 'clockWatch'
    | 'bodyBudget'
    | 'quotas'
    | 'metrics'
    | 'corsOrigin'
    | 'embedOrigins'
    | 'allowedHosts'
    | 'trustedProxies'
    | 'limits'
    | 'logsRequests'
  > {
  /** By default by key and by session. */
  readonly authenticate?: AppContext['authenticate'];
  /** By default, no other origin may read. */
  readonly corsOrigin?: string | undefined;
  /** By default, no other site may embed timelines. */
  readonly embedOrigins?: readonly string[];
  /** By default, only loopback names and that of `publicUrl`. */
  readonly allowedHosts?: readonly string[];
  /** By default none. */
  readonly trustedProxies?: readonly string[];
  /** Defaults to `HTTP_LIMITS`. */
  readonly limits?: HttpLimits;
  /** By default, clients are not limited. */
  readonly clientLimits?: ClientLimits;
  /** Defaults to false. */
  readonly logsRequests?: boolean;
}

/** Creates the HTTP API without listening. */
export function createApp({
  corsOrigin,
  embedOrigins = [],
  allowedHosts = [],
  trustedProxies = [],
  limits = HTTP_LIMITS,
  clientLimits = UNLIMITED,
  logsRequests = false,
  ...dependencies
}: AppDependencies): RequestListener {
  const lineage = lineageReader(dependencies.store);
  const clockWatch = watchClock(dependencies);
  const bodyBudget = new BodyBudget(limits.bodyMemoryBytesMax, SERVER_BUSY);
  const metrics = new HttpMetrics();
  const authentication = new RequestAuthentication(dependencies.access);
  const quotas = new ClientQuotas({
    limits: clientLimits,
    bodies: bodyBudget,
    monotonicMs: () => performance.now(),
    isPublished: dependencies.publicUrl !== undefined,
  });
  const context: AppContext = {
    authenticate: async (req) => authentication.authenticate(req),
    requireKey: (text, req) => authentication.requireKey(text, req),
    openReads: new OpenReads(dependencies.access, dependencies.stopping),
    ...dependencies,
    corsOrigin,
    embedOrigins,
    allowedHosts,
    trustedProxies,
    lineage,
    clockWatch,
    bodyBudget,
    quotas,
    metrics,
    limits,
    logsRequests,
  };
  const answerException: ExceptionHandler = (error, req, res) => sendException(context, error, req, res);
  const router = new Router(context, answerException);
  registerTimelines(router, context);
  registerEvents(router, context);
  registerClaims(router, context);
  registerIntegrity(router, context);
  registerOperations(router, context);
  registerAudit(router, context);
  registerSubscriptions(router, context);
  registerRedactions(router, context);
  registerInbox(router, context);
  registerForms(router, context);
  registerAccount(router, context);
  // Before the pages of the manual, whose pattern its page matches as well.
  registerOpenApi(router);
  registerSite(router, context);
  return admitRequests(context, router, answerException);
}

/** Reads the lineage of a log until it has one. It never changes then. */
function lineageReader(store: EventReader): AppContext['lineage'] {
  let lineage: string | undefined;
  return async () => {
    if (lineage !== undefined) return lineage;
    const first = await firstEvent(store);
    lineage = first && lineageOf(first);
    return lineage;
  };
}

/** Another program may have written the first event of a log on a server. Its id tells the log apart, too. */
async function firstEvent(store: EventReader): Promise<Pick<RecordedEvent, 'id' | 'recordedAt'> | undefined> {
  try {
    return (await store.readAll({ direction: 'forwards', maxCount: 1 }))[0];
  } catch (error) {
    if (error instanceof UnreadableEventError) return { id: error.eventId, recordedAt: '' };
    throw error;
  }
}

/** Compares the clock with the last event of the log, as soon as that can be read, and then with each append. */
function watchClock({
  clock,
  store,
  signal,
}: Pick<AppDependencies, 'clock' | 'store' | 'signal'>): ClockWatch {
  const watch = new ClockWatch({ clock, monotonicMs: () => performance.now(), signal });
  store.readAll({ direction: 'backwards', maxCount: 1 }).then(
    ([last]) => last && watch.observe(last),
    () => {},
  );
  return watch;
}

function sendException(
  { signal }: AppContext,
  error: unknown,
  req: IncomingMessage,
  res: ServerResponse,
): void {
  const problem = problemOfException(error);
  if (problem.code === 'internal-error') {
    const path = pathOf(req.url ?? '');
    signal({
      kind: 'request-failed',
      method: req.method ?? '',
      path,
      requestId: requestIdOf(res),
      error: error as Error,
    });
  }
  if (res.headersSent) res.destroy();
  else sendProblem(res, problem);
}

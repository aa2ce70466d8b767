import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { type EventReader, type RecordedEvent, UnreadableEventError } from '../event-store/event-store.ts';
import { ClockWatch } from '../observability/clock-watch.ts';
import { lineageOf } from '../projector/projector.ts';
import { registerAccount } from './account/routes.ts';
import { registerAudit } from './audit/routes.ts';
import { registerEvents } from './events/routes.ts';
import { registerForms } from './forms/routes.ts';
import { registerIntegrity } from './integrity/routes.ts';
import { registerOpenApi } from './openapi/routes.ts';
import { registerOperations } from './operations/routes.ts';
import { RequestAuthentication } from './protocol/authentication.ts';
import { BodyBudget } from './protocol/body-budget.ts';
import { type AppContext, HTTP_LIMITS, type HttpLimits } from './protocol/context.ts';
import { allowReads } from './protocol/cors.ts';
import { isForgeable } from './protocol/csrf.ts';
import { hostCheck } from './protocol/host.ts';
import { HttpMetrics } from './protocol/http-metrics.ts';
import { OpenReads } from './protocol/open-reads.ts';
import { sendProblem } from './protocol/problem-response.ts';
import { problemOfException, unknownHost } from './protocol/problems.ts';
import { pathOf } from './protocol/query.ts';
import { RequestAudit } from './protocol/request-audit.ts';
import { assignRequestId, requestIdOf } from './protocol/request-id.ts';
import { observeCompletion } from './protocol/request-log.ts';
import { type ReceivedRequest, requesterReader } from './protocol/requester.ts';
import { sendFound } from './protocol/response.ts';
import { Router } from './protocol/router.ts';
import { urlWithoutTracking } from './protocol/tracking.ts';
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
  logsRequests = false,
  ...dependencies
}: AppDependencies): RequestListener {
  const lineage = lineageReader(dependencies.store);
  const clockWatch = watchClock(dependencies);
  const bodyBudget = new BodyBudget(limits.bodyMemoryBytesMax);
  const metrics = new HttpMetrics();
  const authentication = new RequestAuthentication(dependencies.access);
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
    metrics,
    limits,
    logsRequests,
  };
  const router = new Router(context, (error, req, res) => sendException(context, error, req, res));
  registerTimelines(router, context);
  registerEvents(router, context);
  registerIntegrity(router, context);
  registerOperations(router, context);
  registerAudit(router, context);
  registerSubscriptions(router, context);
  registerForms(router, context);
  registerAccount(router, context);
  // Before the pages of the manual, whose pattern its page matches as well.
  registerOpenApi(router);
  registerSite(router, context);
  return frontDoor(context, router);
}

/** Tells who sent each request, and passes on those with nothing against them. */
function frontDoor(context: AppContext, router: Router): RequestListener {
  const { publicUrl, allowedHosts, trustedProxies } = context;
  const readRequester = requesterReader(trustedProxies);
  const unknownHostOf = hostCheck(allowedHosts, publicUrl);
  return (req, res) => {
    assignRequestId(req, res);
    observeCompletion(context, req, res);
    try {
      const requester = readRequester(req);
      const received = Object.assign(req, { requester });
      Object.assign(received, { audit: new RequestAudit(context, received, res) });
      const host = unknownHostOf(req, requester);
      if (host !== undefined) sendProblem(res, unknownHost(host));
      else if (!answerUnrouted(context, received, res)) router.handle(received, res);
    } catch (error) {
      sendException(context, error, req, res);
    }
  };
}

/** Answers requests that no handler may see. Returns false, without answering, if there is nothing against it. */
function answerUnrouted(
  { corsOrigin, publicUrl }: Pick<AppContext, 'corsOrigin' | 'publicUrl'>,
  req: ReceivedRequest,
  res: ServerResponse,
): boolean {
  if (corsOrigin !== undefined && allowReads(req, res, corsOrigin)) return true;
  const untracked = urlWithoutTracking(req);
  if (isForgeable(req, publicUrl)) sendProblem(res, { code: 'cross-origin-request' });
  else if (untracked !== undefined) sendFound(res, untracked);
  else return false;
  return true;
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

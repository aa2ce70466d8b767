import type { RequestListener, ServerResponse } from 'node:http';
import { RequestQuota } from './limits/request-quota.ts';
import type { AppContext } from './protocol/context.ts';
import { allowReads } from './protocol/cors.ts';
import { isForgeable } from './protocol/csrf.ts';
import { isForeignRead } from './protocol/foreign-read.ts';
import { hostCheck } from './protocol/host.ts';
import { sendProblem } from './protocol/problem-response.ts';
import { unknownHost } from './protocol/problems.ts';
import type { ReceivedRequest } from './protocol/received-request.ts';
import { RequestAudit } from './protocol/request-audit.ts';
import { assignRequestId } from './protocol/request-id.ts';
import { observeCompletion } from './protocol/request-log.ts';
import { requesterReader } from './protocol/requester.ts';
import { sendFound } from './protocol/response.ts';
import type { ExceptionHandler, Router } from './protocol/router.ts';
import { urlWithoutTracking } from './protocol/tracking.ts';

/** Finds out where each request comes from, and passes on those that nothing rules out. */
export function admitRequests(
  context: AppContext,
  router: Router,
  answerException: ExceptionHandler,
): RequestListener {
  const { publicUrl, allowedHosts, trustedProxies, quotas } = context;
  const readRequester = requesterReader(trustedProxies);
  const unknownHostOf = hostCheck(allowedHosts, publicUrl);
  return (req, res) => {
    assignRequestId(req, res);
    observeCompletion(context, req, res);
    try {
      const requester = readRequester(req);
      const quota = new RequestQuota(quotas.ofAddress(requester), res);
      const received = Object.assign(req, { requester, quota });
      Object.assign(received, { audit: new RequestAudit(context, received, res) });
      const host = unknownHostOf(req, requester);
      const problem = quota.begin() ?? (host === undefined ? undefined : unknownHost(host));
      if (problem !== undefined) sendProblem(res, problem);
      else if (!answerUnrouted(context, received, res)) router.handle(received, res);
    } catch (error) {
      answerException(error, req, res);
    }
  };
}

/** Answers requests that no handler may see. Returns false, without answering, if there is nothing against it. */
function answerUnrouted(context: AppContext, req: ReceivedRequest, res: ServerResponse): boolean {
  const { corsOrigin, publicUrl } = context;
  if (corsOrigin !== undefined && allowReads(req, res, corsOrigin)) return true;
  const untracked = urlWithoutTracking(req);
  if (isForgeable(req, publicUrl)) sendProblem(res, { code: 'cross-origin-request' });
  else if (isForeignRead(req, context)) sendProblem(res, { code: 'cross-origin-read' });
  else if (untracked !== undefined) sendFound(res, untracked);
  else return false;
  return true;
}

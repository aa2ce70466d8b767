import type { OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { type ProblemView, problemPage } from '../../web/pages/problem-page.ts';
import { FORM_TYPE } from './body.ts';
import type { Request } from './handler.ts';
import { sendHtml } from './html-response.ts';
import { prefersPage, VARIES } from './negotiation.ts';
import { PROBLEM_TYPES } from './problem-types.ts';
import { type Problem, statusOf } from './problems.ts';
import type { RequestAudit } from './request-audit.ts';
import { requestIdOf } from './request-id.ts';
import { sendJson } from './response.ts';

/** The statuses of requests that somebody may not make, or not from there, or not so often. */
const REFUSALS: ReadonlySet<number> = new Set([401, 403, 421, 429]);

/** Undefined for a request that was refused before the application saw it. */
function auditOf(res: ServerResponse): RequestAudit | undefined {
  return (res.req as Partial<Pick<Request, 'audit'>>).audit;
}

/**
 * Sends a problem: as a page to a browser that requested a page or submitted a form, otherwise as problem details
 * (RFC 9457).
 */
export function sendProblem(res: ServerResponse, problem: Problem): void {
  if (REFUSALS.has(statusOf(problem))) auditOf(res)?.refused(problem.code);
  const { method = 'GET', headers } = res.req;
  const mayBePage = ['GET', 'HEAD'].includes(method) || headers['content-type'] === FORM_TYPE;
  if (!mayBePage) {
    sendProblemDetails(res, problem, problem.headers);
    return;
  }
  const varying = { ...VARIES, ...problem.headers };
  if (!prefersPage(headers)) sendProblemDetails(res, problem, varying);
  else sendHtml(res, statusOf(problem), problemPage(problemView(problem, res.req.url ?? '')), varying);
}

function sendProblemDetails(res: ServerResponse, problem: Problem, headers?: OutgoingHttpHeaders): void {
  const json = JSON.stringify(problemDetails(problem, requestIdOf(res)));
  sendJson(res, statusOf(problem), json, headers, 'application/problem+json');
}

/** Returns the problem details (RFC 9457 §3). */
export function problemDetails({ code, detail, members }: Problem, requestId: string): object {
  const { status, title } = PROBLEM_TYPES[code];
  return { type: `/problems/${code}`, title, status, detail, ...members, requestId };
}

function problemView({ code, detail, members = {} }: Problem, url: string): ProblemView {
  const { errors = [], candidates = [] } = members as {
    errors?: ProblemView['errors'];
    candidates?: readonly { readonly code: string }[];
  };
  return {
    ...PROBLEM_TYPES[code],
    detail,
    errors,
    path: code === 'invalid-query' ? url.split('?')[0] : undefined,
    candidates: candidates.map((candidate) => candidate.code),
  };
}

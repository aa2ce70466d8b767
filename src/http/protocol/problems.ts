import type { OutgoingHttpHeaders, ServerResponse } from 'node:http';
import type { JsonError } from '../../append/json/strict-json.ts';
import type { RecordOutcome } from '../../append/recorder.ts';
import {
  AppendTooLargeError,
  StoreBusyError,
  StoreFailedError,
  StoreFullError,
  StoreUnavailableError,
  UnknownPositionError,
  UnreadableEventError,
} from '../../event-store/event-store.ts';
import { type ProblemView, problemPage } from '../../web/pages/problem-page.ts';
import { FORM_TYPE } from './body.ts';
import { sendHtml } from './html-response.ts';
import { representationOf, VARIES } from './negotiation.ts';
import type { ParameterError } from './query.ts';
import { sendJson } from './response.ts';

/**
 * Every problem that this API answers with (RFC 9457), and the only place where an outcome becomes a status. The type
 * of a problem is `/problems/<code>`; codes never change their meaning.
 */
export const PROBLEM_TYPES = {
  'malformed-form': { status: 400, title: 'The form cannot be read' },
  'malformed-json': { status: 400, title: 'The body is not JSON that can be stored as it was sent' },
  'invalid-event': { status: 400, title: 'The event is not what its type asks for' },
  'invalid-query': { status: 400, title: 'The query has parameters that cannot be understood' },
  'invalid-path': { status: 400, title: 'The path cannot be decoded' },
  'invalid-precondition': { status: 400, title: 'The precondition cannot be understood' },
  'cross-origin-request': { status: 403, title: 'A page of another site cannot change anything here' },
  'unknown-resource': { status: 404, title: 'There is nothing at this address' },
  'unknown-record': { status: 404, title: 'The record, or an event that is spoken of, does not exist' },
  'unknown-country': { status: 404, title: 'This is not the code or the name of one country' },
  'same-country': { status: 404, title: 'A relation is one between two different countries' },
  'unknown-topic': { status: 404, title: 'No event has this topic' },
  'unknown-projection': { status: 404, title: 'There is no projection of this name' },
  'no-rebuild': { status: 404, title: 'The projection is not being rebuilt, and was not since the start' },
  'method-not-allowed': { status: 405, title: 'This address does not take this method' },
  'id-taken': { status: 409, title: 'Another event has this id' },
  'record-conflict': { status: 409, title: 'The event contradicts what its record says' },
  'recorded-at-out-of-order': { status: 409, title: 'The log goes on after this instant already' },
  'rebuild-running': { status: 409, title: 'The projection is being rebuilt already' },
  'precondition-failed': { status: 412, title: 'The precondition does not hold' },
  'too-large': { status: 413, title: 'The body is too large' },
  'unsupported-media-type': { status: 415, title: 'The body is of a kind that is not taken here' },
  'unreadable-event': {
    status: 500,
    title: 'An event of the log here was not recorded by this program, or is damaged',
  },
  'internal-error': { status: 500, title: 'The server has failed' },
  'stream-contended': { status: 503, title: 'Others keep appending to this record; try again' },
  'projection-behind': { status: 503, title: 'The timeline does not hold this position yet; try again' },
  'projection-building': { status: 503, title: 'The timelines are being made from the log; try again' },
  'too-many-readers': { status: 503, title: 'Too many wait for news; try again' },
  'not-ready': { status: 503, title: 'The server is not ready' },
  'log-busy': { status: 503, title: 'The log is busy; try again' },
  'log-unavailable': { status: 503, title: 'The log cannot be reached; send the same again' },
  'log-failed': { status: 503, title: 'The log takes no events until its operator has put it right' },
  'log-full': { status: 507, title: 'There is no room for more events; what is recorded can be read' },
} as const satisfies Record<string, { readonly status: number; readonly title: string }>;

export type ProblemCode = keyof typeof PROBLEM_TYPES;

export interface Problem {
  readonly code: ProblemCode;
  readonly detail?: string;
  /** Extension members (RFC 9457 §3.2). */
  readonly members?: Readonly<Record<string, unknown>>;
  readonly headers?: OutgoingHttpHeaders;
}

export function isProblemCode(text: string): text is ProblemCode {
  return Object.hasOwn(PROBLEM_TYPES, text);
}

/** The problem as its reader sees it. */
export function problemJson({ code, detail, members }: Problem): string {
  const { status, title } = PROBLEM_TYPES[code];
  return JSON.stringify({ type: `/problems/${code}`, title, status, detail, ...members });
}

export function statusOf({ code }: Problem): number {
  return PROBLEM_TYPES[code].status;
}

/** To who reads pages, or has sent a form from one, a problem is a page as well. */
export function sendProblem(res: ServerResponse, problem: Problem): void {
  const { method = 'GET', headers } = res.req;
  const isByPerson = ['GET', 'HEAD'].includes(method) || headers['content-type'] === FORM_TYPE;
  if (!isByPerson) sendProblemJson(res, problem, problem.headers);
  else if (representationOf(headers) === 'json')
    sendProblemJson(res, problem, { ...VARIES, ...problem.headers });
  else
    sendHtml(res, statusOf(problem), problemPage(problemView(problem, res.req.url ?? '')), {
      ...VARIES,
      ...problem.headers,
    });
}

function sendProblemJson(
  res: ServerResponse,
  problem: Problem,
  headers: OutgoingHttpHeaders | undefined,
): void {
  sendJson(res, statusOf(problem), problemJson(problem), headers, 'application/problem+json');
}

function problemView({ code, detail, members = {} }: Problem, address: string): ProblemView {
  const { errors = [], candidates = [] } = members as {
    errors?: ProblemView['errors'];
    candidates?: readonly { readonly code: string }[];
  };
  return {
    ...PROBLEM_TYPES[code],
    detail,
    errors,
    path: code === 'invalid-query' ? address.split('?')[0] : undefined,
    candidates: candidates.map((candidate) => candidate.code),
  };
}

export const RECORDED_STATUS = { recorded: 201, repeated: 200 } as const;

type Refusal = Exclude<RecordOutcome, { outcome: keyof typeof RECORDED_STATUS }>;

export const SOON = { 'Retry-After': '1' } as const;

export function problemOfRefusal(refusal: Refusal): Problem {
  switch (refusal.outcome) {
    case 'invalid':
      return { code: 'invalid-event', members: { errors: refusal.errors } };
    case 'not-found':
      return { code: 'unknown-record', members: { errors: refusal.errors } };
    case 'conflict':
      return { code: 'record-conflict', members: { errors: refusal.errors } };
    case 'id-taken':
      return { code: 'id-taken', members: { id: refusal.id } };
    case 'wrong-revision':
      return { code: 'precondition-failed', members: { stream: refusal.stream, actual: refusal.actual } };
    case 'contended':
      return { code: 'stream-contended', members: { stream: refusal.stream }, headers: SOON };
    case 'recorded-at-out-of-order':
      return { code: 'recorded-at-out-of-order', members: { last: refusal.last } };
  }
}

export function problemOfJsonError({ code, detail, pointer, offset, line, column }: JsonError): Problem {
  return { code: 'malformed-json', members: { errors: [{ pointer, code, detail, offset, line, column }] } };
}

export function projectionBehind(position: string): Problem {
  return { code: 'projection-behind', members: { position }, headers: SOON };
}

export function projectionBuilding(projection: string): Problem {
  return { code: 'projection-building', members: { projection }, headers: SOON };
}

export function invalidQuery(errors: readonly ParameterError[]): Problem {
  return { code: 'invalid-query', members: { errors } };
}

/** What went wrong without being foreseen; says nothing of the inside of the server. */
export function problemOfFault(error: unknown): Problem {
  if (error instanceof StoreFullError) return { code: 'log-full' };
  if (error instanceof StoreBusyError) return { code: 'log-busy', detail: error.message, headers: SOON };
  if (error instanceof StoreUnavailableError) return { code: 'log-unavailable', headers: SOON };
  if (error instanceof AppendTooLargeError) return { code: 'too-large', detail: error.message };
  if (error instanceof StoreFailedError) return { code: 'log-failed' };
  if (error instanceof UnreadableEventError) return { code: 'unreadable-event', detail: error.message };
  if (error instanceof UnknownPositionError) return { code: 'invalid-query', detail: error.message };
  if (error instanceof URIError) return { code: 'invalid-path' };
  return { code: 'internal-error' };
}

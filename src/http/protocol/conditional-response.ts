import type { OutgoingHttpHeaders } from 'node:http';
import type { Html } from '../../web/shell/html.ts';
import { audiencesOf } from './audiences.ts';
import type { Request, Response } from './handler.ts';
import { sendHtml } from './html-response.ts';
import { evaluateReadPreconditions } from './preconditions.ts';
import { sendProblem } from './problem-response.ts';
import { sendNotModified } from './response.ts';
import { shortHash } from './state-token.ts';

/** Headers of a representation that clients revalidate on every use. */
export interface ValidatorHeaders extends OutgoingHttpHeaders {
  /** Strong entity tag. */
  readonly ETag: string;
  readonly 'Cache-Control': string;
}

/** Returns the headers of a representation that may be stored but must be revalidated (RFC 9111 §5.2.2.4). */
export function revalidated(etag: string): ValidatorHeaders {
  return { ETag: etag, 'Cache-Control': 'no-cache' };
}

/** Returns the headers of a representation that the URL determines for ever (RFC 8246). */
export function immutable(etag: string): ValidatorHeaders {
  return { ETag: etag, 'Cache-Control': 'public, max-age=31536000, immutable' };
}

/**
 * Answers a GET or HEAD request that needs no body: 304 if the client's copy is current, 412 if `If-Match` fails.
 * Returns false, without answering, if the representation has to be sent.
 * @param members of the problem details of a 412
 */
export function answerByPrecondition(
  req: Request<unknown>,
  res: Response,
  headers: ValidatorHeaders,
  members?: Readonly<Record<string, unknown>>,
): boolean {
  const result = evaluateReadPreconditions(req.headers, headers.ETag);
  if (result === 'proceed') return false;
  if (result === 'not-modified') sendNotModified(res, { ...headers, ...storedTag(req) });
  else sendProblem(res, { code: 'precondition-failed', ...(members && { members }) });
  return true;
}

/** A client that names one tag gets it back, as its stored response may be in a content coding (RFC 9111 §4.3.4). */
function storedTag({ headers }: Request<unknown>): { readonly ETag?: string } {
  const tag = headers['if-none-match'];
  return tag !== undefined && SINGLE_TAG.test(tag) ? { ETag: tag } : {};
}

const SINGLE_TAG = /^"[^",]*"$/;

/**
 * Returns a strong entity tag that ends with a hash of the content, so that it fits no other content, whatever history
 * that is of.
 * @param state token of the state that is shown; undefined if the content alone identifies it
 */
export function contentTag(content: string | Buffer, state?: string): string {
  return `"${state === undefined ? '' : `${state}.`}${shortHash(content)}"`;
}

/** @param state as in `contentTag` */
export function sendConditionalPage(req: Request<unknown>, res: Response, page: Html, state?: string): void {
  const body = page.encode(audiencesOf(req.principal));
  const headers = revalidated(contentTag(body, state));
  if (!answerByPrecondition(req, res, headers)) sendHtml(res, 200, body, headers);
}

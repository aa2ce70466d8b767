import type { Request, Response } from 'express';
import type { Html } from '../../web/shell/html.ts';
import { sendHtml } from './html-response.ts';
import { evaluateReadPreconditions } from './preconditions.ts';
import { sendProblem } from './problems.ts';
import { sendNotModified } from './response.ts';

/** A page under a strong entity tag; it is made only when it is sent. */
export function sendConditionalPage(req: Request, res: Response, etag: string, page: () => Html): void {
  const headers = { ETag: etag, 'Cache-Control': 'no-cache' };
  const judged = evaluateReadPreconditions(req.headers, etag);
  if (judged === 'not-modified') sendNotModified(res, headers);
  else if (judged === 'failed') sendProblem(res, { code: 'precondition-failed' });
  else sendHtml(res, 200, page(), headers);
}

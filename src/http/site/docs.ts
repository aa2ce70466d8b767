import { problemDocsPage } from '../../web/pages/docs-page.ts';
import { answerByPrecondition, revalidated, sendConditionalPage } from '../protocol/conditional-response.ts';
import type { Request, Response } from '../protocol/handler.ts';
import { prefersPage, VARIES } from '../protocol/negotiation.ts';
import { sendProblem } from '../protocol/problem-response.ts';
import { isProblemCode, PROBLEM_TYPES, type ProblemCode } from '../protocol/problem-types.ts';
import { invalidQuery } from '../protocol/problems.ts';
import { QueryParameters } from '../protocol/query.ts';
import { sendFile, sendJson } from '../protocol/response.ts';
import { type DocsPage, findDocsPage, findProblemDocs, type ProblemDocs } from './docs-library.ts';

const MARKDOWN_TYPE = 'text/markdown; charset=utf-8';

/** `GET /docs` and `GET /docs/{page}`: the documentation as pages, or as its Markdown source for programs. */
export function showDocs(req: Request<{ page?: string[] }>, res: Response): void {
  const { errors } = new QueryParameters(req.originalUrl, []);
  const page = findDocsPage(req.params.page?.join('/') ?? '');
  res.setHeader('Vary', VARIES.Vary);
  if (errors.length > 0) sendProblem(res, invalidQuery(errors));
  else if (page === undefined) sendProblem(res, { code: 'unknown-resource' });
  else if (prefersPage(req.headers)) {
    sendConditionalPage(req, res, page.html);
  } else sendMarkdown(req, res, page);
}

function sendMarkdown(req: Request<unknown>, res: Response, { markdown, hash }: DocsPage): void {
  const headers = revalidated(`"${hash}.md"`);
  if (!answerByPrecondition(req, res, headers)) sendFile(res, MARKDOWN_TYPE, Buffer.from(markdown), headers);
}

/** `GET /problems/{code}`: what a problem means and what to do about it. This URL is the `type` of the problem. */
export function showProblemType(req: Request<{ code: string }>, res: Response): void {
  const { code } = req.params;
  const docs = isProblemCode(code) ? findProblemDocs(code) : undefined;
  if (!isProblemCode(code) || docs === undefined) sendProblem(res, { code: 'unknown-resource' });
  else if (prefersPage(req.headers)) sendProblemPage(req, res, code, docs);
  else sendJson(res, 200, problemTypeJson(code, docs), VARIES);
}

function sendProblemPage(req: Request, res: Response, code: ProblemCode, { html: body }: ProblemDocs): void {
  res.setHeader('Vary', VARIES.Vary);
  sendConditionalPage(req, res, problemDocsPage({ code, ...PROBLEM_TYPES[code], body }));
}

function problemTypeJson(code: ProblemCode, { cause, fix }: ProblemDocs): string {
  const { status, title } = PROBLEM_TYPES[code];
  const documentation = `/docs/errors#${code}`;
  return JSON.stringify({ type: `/problems/${code}`, title, status, cause, fix, documentation });
}

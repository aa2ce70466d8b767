import type { FieldError } from '../../domain/fields/field-error.ts';
import type { FormError } from '../../web/components/form-error.ts';
import type { Html } from '../../web/shell/html.ts';
import type { Request, Response } from './handler.ts';
import { sendHtml } from './html-response.ts';
import { prefersPage, VARIES } from './negotiation.ts';
import { sendProblem } from './problem-response.ts';
import { type Problem, parameterErrors, statusOf } from './problems.ts';
import { isForm } from './structured-body.ts';

/**
 * Answers a browser whose query or form is refused with the form again: with what was typed, and what is wrong with it.
 * Other problems are sent as usual.
 *
 * @param pageOf returns the page with the form; undefined if it has none
 */
export function sendFormAgain(
  problem: Problem,
  req: Request<unknown>,
  res: Response,
  pageOf: (errors: readonly FormError[]) => Html | Buffer | undefined,
): void {
  const isSent = isForm(req);
  const errors = isSent ? fieldErrors(problem) : parameterErrors(problem);
  const isPage = isSent ? prefersPage(req.headers) : req.format === 'html';
  const page = isPage && errors.length > 0 ? pageOf(errors) : undefined;
  if (page === undefined) sendProblem(res, problem);
  else sendHtml(res, statusOf(problem), page, VARIES);
}

/** The fields of a form have the names of the members of JSON. */
function fieldErrors({ members }: Problem): readonly FormError[] {
  const { errors = [] } = (members ?? {}) as { errors?: readonly Omit<FieldError, 'code'>[] };
  return errors.map(({ pointer, detail }) => ({ parameter: pointer.slice(1), detail }));
}

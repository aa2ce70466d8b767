import type { Html } from '../../web/shell/html.ts';
import type { Request, Response } from './handler.ts';
import { sendHtml } from './html-response.ts';
import { VARIES } from './negotiation.ts';
import { sendProblem } from './problem-response.ts';
import { type Problem, parameterErrors, statusOf } from './problems.ts';
import type { ParameterError } from './query.ts';

/**
 * Answers a browser whose query is not understood with the form again: with what was typed, and what is wrong with it.
 * Other problems are sent as usual.
 *
 * @param pageOf returns the page with the form; undefined if it has none
 */
export function sendFormAgain(
  problem: Problem,
  req: Request<unknown>,
  res: Response,
  pageOf: (errors: readonly ParameterError[]) => Html | Buffer | undefined,
): void {
  const errors = parameterErrors(problem);
  const page = req.format === 'html' && errors.length > 0 ? pageOf(errors) : undefined;
  if (page === undefined) sendProblem(res, problem);
  else sendHtml(res, statusOf(problem), page, VARIES);
}

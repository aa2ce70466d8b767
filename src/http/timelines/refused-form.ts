import { type TimelinePage, UNFILTERED } from '../../projector/timeline-store.ts';
import type { AppContext } from '../protocol/context.ts';
import type { Request, Response } from '../protocol/handler.ts';
import { sendHtml } from '../protocol/html-response.ts';
import { VARIES } from '../protocol/negotiation.ts';
import { sendProblem } from '../protocol/problem-response.ts';
import { type Problem, parameterErrors, statusOf } from '../protocol/problems.ts';
import { shownLogPoint } from '../protocol/state-token.ts';
import { entriesLimitParameter } from './parameters.ts';
import { PAGE_ORDER } from './query.ts';
import { type TimelineResource, timelineHtml } from './representation.ts';
import { stalenessOf } from './require-reader.ts';

export const EMPTY_PAGE: TimelinePage = { entries: [], next: undefined };

/** A request without parameters, as its form shows it. */
const PLAIN_REQUEST = {
  filter: { ...UNFILTERED, order: PAGE_ORDER, limit: entriesLimitParameter.fallback },
  cursor: undefined,
  asOf: undefined,
  after: undefined,
} as const;

/**
 * Answers a query that is not understood with the form of the page: with what was typed, and what is wrong with it.
 * Other problems, also those of timelines without a page to show, are answered as usual.
 */
export function sendRefusedForm(
  context: AppContext,
  resource: TimelineResource,
  key: string,
  problem: Problem,
  req: Request<unknown>,
  res: Response,
): void {
  const { projection, requires, absent } = resource;
  const errors = parameterErrors(problem);
  const isReadable = requires === undefined || requires.projection.reader !== undefined;
  const reader = isReadable ? projection.reader : undefined;
  const changed = reader?.lastChange(key);
  const isAbsent = changed === undefined && absent(key) !== undefined;
  if (errors.length === 0 || reader === undefined || isAbsent) {
    sendProblem(res, problem);
    return;
  }
  const page = timelineHtml(
    resource,
    {
      key,
      reader,
      request: PLAIN_REQUEST,
      asOf: shownLogPoint(reader, changed ?? reader.checkpoint()),
      page: EMPTY_PAGE,
      nextCursor: undefined,
      errors,
      staleness: stalenessOf(context, projection),
      moments: undefined,
      isEmbeddable: false,
    },
    'html',
    req,
  );
  sendHtml(res, statusOf(problem), page, VARIES);
}

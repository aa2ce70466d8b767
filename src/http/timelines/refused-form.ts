import { type TimelinePage, UNFILTERED } from '../../projector/timeline-store.ts';
import type { AppContext } from '../protocol/context.ts';
import { sendFormAgain } from '../protocol/form-again.ts';
import type { Request, Response } from '../protocol/handler.ts';
import type { Problem } from '../protocol/problems.ts';
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

/** Sends the page of a timeline with its form again, or the problem if the timeline has no page to show. */
export function sendRefusedForm(
  context: AppContext,
  resource: TimelineResource,
  key: string,
  problem: Problem,
  req: Request<unknown>,
  res: Response,
): void {
  const { projection, requires, absent } = resource;
  const isReadable = requires === undefined || requires.projection.reader !== undefined;
  const reader = isReadable ? projection.reader : undefined;
  const changed = reader?.lastChange(key);
  const isAbsent = changed === undefined && absent(key) !== undefined;
  sendFormAgain(problem, req, res, (errors) => {
    if (reader === undefined || isAbsent) return undefined;
    const view = {
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
    };
    return timelineHtml(resource, view, 'html', req);
  });
}

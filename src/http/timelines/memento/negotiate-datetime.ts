import type { TimelineReader } from '../../../projector/timeline-store.ts';
import { PageUrl } from '../../../web/text/url.ts';
import type { Request, Response } from '../../protocol/handler.ts';
import { invalidDatetime, type Problem } from '../../protocol/problems.ts';
import { mementoState, mementoUrlsOf } from './links.ts';
import { acceptedDatetime, mementosOf, selectMemento } from './select-memento.ts';

/** Parameters of a URL that shows a certain state already. */
const STATE_PARAMETERS = ['asOf', 'cursor', 'after'];

/**
 * Lets a request of a timeline with `Accept-Datetime` be answered as one of the memento at that time would be, whose
 * URL goes into `Content-Location` (RFC 7089 §4.1.2). Returns a problem if the header is no date.
 */
export function negotiateDatetime(
  reader: TimelineReader,
  key: string,
  req: Request<unknown>,
  res: Response,
): Problem | undefined {
  const time = acceptedDatetime(req.headers['accept-datetime']);
  if (time === undefined || namesState(req.originalUrl)) return undefined;
  if (Number.isNaN(time)) return invalidDatetime();
  const mementos = mementosOf(reader, key);
  if (mementos === undefined) return undefined;
  const selected = selectMemento(reader, key, mementos, time);
  const urls = mementoUrlsOf(req);
  const state = mementoState(reader.checkpoint()?.lineage ?? '', selected);
  res.setHeader('Content-Location', urls.memento(state));
  Object.assign(req, { originalUrl: urls.pathOf(state) });
  return undefined;
}

function namesState(url: string): boolean {
  const page = new PageUrl(url);
  return STATE_PARAMETERS.some((name) => page.get(name) !== undefined);
}

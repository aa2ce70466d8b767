import type { OutgoingHttpHeaders } from 'node:http';
import type { LogPoint, TimelineReader } from '../../../projector/timeline-store.ts';
import type { Request } from '../../protocol/handler.ts';
import { nextLink } from '../../protocol/paging.ts';
import { httpDate, LINKED_URL_CHARS_MAX, mementoState, mementoUrlsOf } from './links.ts';
import { mementosOf } from './select-memento.ts';

interface LinkedPage {
  readonly reader: TimelineReader;
  /** Key of the timeline. */
  readonly key: string;
  /** True unless the page is reached by a cursor. Later pages are no mementos: they are not those of a time. */
  readonly isFirst: boolean;
  readonly nextCursor: string | undefined;
  /** The state that the request names; undefined for the present one. */
  readonly pinned: LogPoint | undefined;
}

/** Returns the links of a page of a timeline (RFC 8288, RFC 7089 §2.2) and the instant of the state that it shows. */
export function linkHeaders(
  req: Request<unknown>,
  { reader, key, isFirst, nextCursor, pinned }: LinkedPage,
): OutgoingHttpHeaders {
  const next = nextLink(req.originalUrl, nextCursor);
  if (!isFirst || req.originalUrl.length > LINKED_URL_CHARS_MAX) return next;
  const urls = mementoUrlsOf(req);
  const links = [...Object.values(next), ...urls.links];
  if (pinned === undefined) return { Link: links.join(', ') };
  const lineage = reader.checkpoint()?.lineage ?? '';
  const first = mementosOf(reader, key)?.first;
  const isOther = first !== undefined && first.ordinal !== pinned.ordinal;
  if (isOther) links.push(urls.mementoLink(mementoState(lineage, first), 'first'));
  const relations = first?.ordinal === pinned.ordinal ? ['first'] : [];
  links.push(urls.mementoLink(mementoState(lineage, pinned), ...relations));
  return { Link: links.join(', '), 'Memento-Datetime': httpDate(pinned.instant) };
}

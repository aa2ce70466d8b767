import type { InboundLink } from '../../domain/record/record-version.ts';
import type { Ordinal, TimelineReader } from '../../projector/timeline-store.ts';
import type { AppContext } from '../protocol/context.ts';

/** The links that other records make to a record and its events, by the name of the record or the id of an event. */
export type InboundLinks = ReadonlyMap<string, readonly InboundLink[]>;

/**
 * Finds the links to a record and its events that have been projected, which may be fewer than the log has. The log
 * does not find them, as each is recorded in the record that it comes from. Every projection has them.
 */
export function inboundLinksOf(
  { projections }: Pick<AppContext, 'projections'>,
  stream: string,
  events: readonly { readonly id: string }[],
): InboundLinks {
  const { reader } = projections.country;
  const asOf = reader?.checkpoint()?.ordinal;
  return reader === undefined || asOf === undefined
    ? new Map()
    : inboundLinksAsOf(reader, asOf, stream, events);
}

/** Finds the links to a record and its events as of an ordinal. */
export function inboundLinksAsOf(
  reader: Pick<TimelineReader, 'linksTo'>,
  asOf: Ordinal,
  stream: string,
  events: readonly { readonly id: string }[],
): InboundLinks {
  const byTarget = new Map<string, readonly InboundLink[]>();
  for (const target of [stream, ...events.map(({ id }) => id)]) {
    const links = reader.linksTo(target, asOf);
    if (links.length > 0) byTarget.set(target, links);
  }
  return byTarget;
}

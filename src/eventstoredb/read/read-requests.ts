import shared from '@eventstore/db-client/generated/shared_pb.js';
import type { ReadReq } from '@eventstore/db-client/generated/streams_pb.js';
import streams from '@eventstore/db-client/generated/streams_pb.js';
import type { Direction } from '../../event-store/event-store.ts';
import type { LogPosition } from '../log-position.ts';

const { Options } = streams.ReadReq;
const { FORWARDS, BACKWARDS } = Options.ReadDirection;

interface PageSpec {
  readonly direction: Direction;
  readonly maxCount: number;
}

export function streamIdentifier(stream: string) {
  return new shared.StreamIdentifier().setStreamName(Buffer.from(stream));
}

/** Requests events of one stream. The revision `from` is inclusive. */
export function streamRequest(stream: string, page: PageSpec & { readonly from?: number }): ReadReq {
  const { direction, from, maxCount } = page;
  const options = new Options.StreamOptions().setStreamIdentifier(streamIdentifier(stream));
  if (from !== undefined) options.setRevision(String(from));
  else if (direction === 'forwards') options.setStart(new shared.Empty());
  else options.setEnd(new shared.Empty());
  const request = pageOptions(direction, maxCount).setStream(options).setNoFilter(new shared.Empty());
  return new streams.ReadReq().setOptions(request);
}

/**
 * Requests events of all streams, or of those with one of the prefixes. `from` is inclusive forwards and exclusive
 * backwards.
 */
export function logRequest(
  page: PageSpec & { readonly from?: LogPosition },
  prefixes?: readonly string[],
): ReadReq {
  const { direction, from, maxCount } = page;
  const options = new Options.AllOptions();
  if (from !== undefined) options.setPosition(positionOption(from));
  else if (direction === 'forwards') options.setStart(new shared.Empty());
  else options.setEnd(new shared.Empty());
  const request = pageOptions(direction, maxCount).setAll(options);
  if (prefixes === undefined) request.setNoFilter(new shared.Empty());
  else request.setFilter(prefixFilter(prefixes));
  return new streams.ReadReq().setOptions(request);
}

/** Requests the events after a position, or all, of the streams with the prefixes, and then those that are added. */
export function subscriptionRequest(after: LogPosition | undefined, prefixes: readonly string[]): ReadReq {
  const all = new Options.AllOptions();
  if (after === undefined) all.setStart(new shared.Empty());
  else all.setPosition(positionOption(after));
  const options = new Options()
    .setReadDirection(FORWARDS)
    .setSubscription(new Options.SubscriptionOptions())
    .setUuidOption(uuidsAsText())
    .setAll(all)
    .setFilter(prefixFilter(prefixes));
  return new streams.ReadReq().setOptions(options);
}

function pageOptions(direction: Direction, maxCount: number) {
  return new Options()
    .setReadDirection(direction === 'forwards' ? FORWARDS : BACKWARDS)
    .setCount(String(maxCount))
    .setUuidOption(uuidsAsText());
}

function uuidsAsText() {
  return new Options.UUIDOption().setString(new shared.Empty());
}

function positionOption({ commit, prepare }: LogPosition) {
  return new Options.Position().setCommitPosition(commit).setPreparePosition(prepare);
}

function prefixFilter(prefixes: readonly string[]) {
  const expression = new Options.FilterOptions.Expression().setPrefixList([...prefixes]);
  return new Options.FilterOptions()
    .setStreamIdentifier(expression)
    .setCount(new shared.Empty())
    .setCheckpointintervalmultiplier(1);
}

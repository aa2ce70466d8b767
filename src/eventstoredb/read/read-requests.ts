import shared from '@eventstore/db-client/generated/shared_pb.js';
import type { ReadReq } from '@eventstore/db-client/generated/streams_pb.js';
import streams from '@eventstore/db-client/generated/streams_pb.js';
import type { Direction } from '../../event-store/event-store.ts';
import type { LogPosition } from '../log-position.ts';

const { Options } = streams.ReadReq;
const { FORWARDS, BACKWARDS } = Options.ReadDirection;

interface Part {
  readonly direction: Direction;
  readonly maxCount: number;
}

export function streamIdentifier(stream: string) {
  return new shared.StreamIdentifier().setStreamName(Buffer.from(stream));
}

/** Of one stream, from a revision, which is read itself. */
export function streamRequest(stream: string, part: Part & { readonly from?: number }): ReadReq {
  const { direction, from, maxCount } = part;
  const options = new Options.StreamOptions().setStreamIdentifier(streamIdentifier(stream));
  if (from !== undefined) options.setRevision(String(from));
  else if (direction === 'forwards') options.setStart(new shared.Empty());
  else options.setEnd(new shared.Empty());
  const request = paged(direction, maxCount).setStream(options).setNoFilter(new shared.Empty());
  return new streams.ReadReq().setOptions(request);
}

/** Of all streams, or those with the prefix, from a position, which is read itself forwards and not backwards. */
export function logRequest(part: Part & { readonly from?: LogPosition }, prefix?: string): ReadReq {
  const { direction, from, maxCount } = part;
  const options = new Options.AllOptions();
  if (from !== undefined) options.setPosition(position(from));
  else if (direction === 'forwards') options.setStart(new shared.Empty());
  else options.setEnd(new shared.Empty());
  const request = paged(direction, maxCount).setAll(options);
  if (prefix === undefined) request.setNoFilter(new shared.Empty());
  else request.setFilter(streamsWith(prefix));
  return new streams.ReadReq().setOptions(request);
}

/** Live events of all streams with the prefix, from now on. */
export function newEventRequest(prefix: string): ReadReq {
  const options = new Options()
    .setReadDirection(FORWARDS)
    .setSubscription(new Options.SubscriptionOptions())
    .setUuidOption(idsAsText())
    .setAll(new Options.AllOptions().setEnd(new shared.Empty()))
    .setFilter(streamsWith(prefix));
  return new streams.ReadReq().setOptions(options);
}

function paged(direction: Direction, maxCount: number) {
  return new Options()
    .setReadDirection(direction === 'forwards' ? FORWARDS : BACKWARDS)
    .setCount(String(maxCount))
    .setUuidOption(idsAsText());
}

function idsAsText() {
  return new Options.UUIDOption().setString(new shared.Empty());
}

function position({ commit, prepare }: LogPosition) {
  return new Options.Position().setCommitPosition(commit).setPreparePosition(prepare);
}

function streamsWith(prefix: string) {
  const expression = new Options.FilterOptions.Expression().setPrefixList([prefix]);
  return new Options.FilterOptions()
    .setStreamIdentifier(expression)
    .setCount(new shared.Empty())
    .setCheckpointintervalmultiplier(1);
}

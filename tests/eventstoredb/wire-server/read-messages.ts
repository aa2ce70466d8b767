import shared from '@eventstore/db-client/generated/shared_pb.js';
import streams from '@eventstore/db-client/generated/streams_pb.js';
import type { WireEvent } from './wire-event.ts';

/** A .NET tick is 100 ns. */
const TICKS_PER_MS = 10_000n;

export function identifier(stream: string) {
  return new shared.StreamIdentifier().setStreamName(Buffer.from(stream));
}

export function eventResponse(event: WireEvent): Buffer {
  const recorded = new streams.ReadResp.ReadEvent.RecordedEvent()
    .setId(new shared.UUID().setString(event.id))
    .setStreamIdentifier(identifier(event.stream))
    .setStreamRevision(event.revision < 2 ** 63 ? String(event.revision) : '9223372036854775807')
    .setCommitPosition(String(event.commit))
    .setPreparePosition(String(event.prepare))
    .setData(event.data)
    .setCustomMetadata(event.metadata);
  recorded
    .getMetadataMap()
    .set('type', event.type)
    .set('content-type', event.contentType)
    .set('created', String(BigInt(event.createdMs) * TICKS_PER_MS));
  const readEvent = new streams.ReadResp.ReadEvent()
    .setEvent(recorded)
    .setCommitPosition(String(event.commit));
  return bytes(new streams.ReadResp().setEvent(readEvent));
}

export function confirmation(): Buffer {
  const confirmed = new streams.ReadResp.SubscriptionConfirmation().setSubscriptionId(crypto.randomUUID());
  return bytes(new streams.ReadResp().setConfirmation(confirmed));
}

export function caughtUp(): Buffer {
  return bytes(new streams.ReadResp().setCaughtUp(new streams.ReadResp.CaughtUp()));
}

export function streamNotFound(stream: string): Buffer {
  const notFound = new streams.ReadResp.StreamNotFound().setStreamIdentifier(identifier(stream));
  return bytes(new streams.ReadResp().setStreamNotFound(notFound));
}

function bytes(response: InstanceType<typeof streams.ReadResp>): Buffer {
  return Buffer.from(response.serializeBinary());
}

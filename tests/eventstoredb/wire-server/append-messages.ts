import shared from '@eventstore/db-client/generated/shared_pb.js';
import statuses from '@eventstore/db-client/generated/status_pb.js';
import type { AppendResp, BatchAppendResp } from '@eventstore/db-client/generated/streams_pb.js';
import streams from '@eventstore/db-client/generated/streams_pb.js';
import any from 'google-protobuf/google/protobuf/any_pb.js';
import empty from 'google-protobuf/google/protobuf/empty_pb.js';
import { identifier } from './read-messages.ts';
import type { ExpectedVersion, WireAppendOutcome } from './stored-log.ts';
import type { WireEvent } from './wire-event.ts';

/** The parts of a request that its answer repeats. */
interface Request {
  readonly correlationId: string;
  readonly stream: string;
  readonly expected: ExpectedVersion;
}

export function successAnswer(request: Request, last: WireEvent): BatchAppendResp {
  const success = new streams.BatchAppendResp.Success()
    .setCurrentRevision(String(last.revision))
    .setPosition(
      new shared.AllStreamPosition()
        .setCommitPosition(String(last.commit))
        .setPreparePosition(String(last.prepare)),
    );
  return answer(request).setSuccess(success);
}

/** Returns a `google.rpc.Status` whose detail is the conflict. */
export function conflictAnswer(request: Request, actual: number | 'no-stream'): BatchAppendResp {
  const conflict = new shared.WrongExpectedVersion();
  if (actual === 'no-stream') conflict.setCurrentNoStream(new empty.Empty());
  else conflict.setCurrentStreamRevision(String(actual));
  if (typeof request.expected === 'number') conflict.setExpectedStreamPosition(String(request.expected));
  else conflict.setExpectedNoStream(new empty.Empty());
  return refusal(request, 'WrongExpectedVersion', conflict.serializeBinary());
}

export function failureAnswer(
  request: Request,
  kind:
    | 'Timeout'
    | 'AccessDenied'
    | 'BadRequest'
    | 'StreamDeleted'
    | 'MaximumAppendSizeExceeded'
    | 'MaximumAppendEventSizeExceeded',
): BatchAppendResp {
  return refusal(request, kind, new Uint8Array());
}

function refusal(request: Request, name: string, detail: Uint8Array): BatchAppendResp {
  const details = new any.Any();
  details.pack(detail, `event_store.client.${name}`);
  return answer(request).setError(new statuses.Status().setMessage(name).setDetails(details));
}

function answer({ correlationId, stream }: Request): BatchAppendResp {
  return new streams.BatchAppendResp()
    .setCorrelationId(new shared.UUID().setString(correlationId))
    .setStreamIdentifier(identifier(stream));
}

export function plainAnswer(
  stored: Exclude<WireAppendOutcome, { outcome: 'tombstoned' }>,
  expected: ExpectedVersion,
): AppendResp {
  if (stored.outcome === 'wrong-version') return plainConflict(stored.actual, expected);
  const { revision, commit, prepare } = stored.last;
  const success = new streams.AppendResp.Success()
    .setCurrentRevision(String(revision))
    .setPosition(
      new streams.AppendResp.Position().setCommitPosition(String(commit)).setPreparePosition(String(prepare)),
    );
  return new streams.AppendResp().setSuccess(success);
}

function plainConflict(actual: number | 'no-stream', expected: ExpectedVersion): AppendResp {
  const conflict = new streams.AppendResp.WrongExpectedVersion();
  if (actual === 'no-stream') conflict.setCurrentNoStream(new shared.Empty());
  else conflict.setCurrentRevision(String(actual));
  if (typeof expected === 'number') conflict.setExpectedRevision(String(expected));
  else conflict.setExpectedNoStream(new shared.Empty());
  return new streams.AppendResp().setWrongExpectedVersion(conflict);
}

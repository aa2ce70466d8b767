import { randomUUID } from 'node:crypto';
import shared from '@eventstore/db-client/generated/shared_pb.js';
import type { Status } from '@eventstore/db-client/generated/status_pb.js';
import type { BatchAppendReq, BatchAppendResp } from '@eventstore/db-client/generated/streams_pb.js';
import streams from '@eventstore/db-client/generated/streams_pb.js';
import type { ExpectedRevision, Revision } from '../../event-store/event-store.ts';
import type { ServerConnection } from '../connection/server-connection.ts';
import type { Session } from '../connection/session.ts';
import type { LogPosition } from '../log-position.ts';
import { streamIdentifier } from '../read/read-requests.ts';
import type { ProposedEvent } from '../stored-event.ts';

export interface BatchAppendRequest {
  /** The name on the server, with the prefix. */
  readonly stream: string;
  readonly expected: ExpectedRevision;
  readonly events: readonly ProposedEvent[];
}

export type BatchAppendResult =
  /** `position` is the position of the last event. */
  | { readonly result: 'stored'; readonly lastRevision: Revision; readonly position: LogPosition | undefined }
  | { readonly result: 'wrong-revision'; readonly actual: Revision | 'no-stream' }
  | { readonly result: 'too-large' }
  /** The stream was deleted for good. */
  | { readonly result: 'tombstoned' }
  | { readonly result: 'refused'; readonly reason: string }
  /** The events may be stored, not stored, or still on their way. */
  | { readonly result: 'unknown'; readonly reason: string };

interface PendingAppend {
  readonly settle: (result: BatchAppendResult) => void;
  readonly timer: NodeJS.Timeout;
}

/**
 * Sends all appends of one session over one gRPC call. Each is sent at once, in the order of the calls. Answers arrive
 * in any order and are matched by correlation id. Never rejects. The caller bounds the number of pending appends.
 */
export class BatchAppender {
  readonly session: Session;
  readonly #connection: ServerConnection;
  readonly #timeoutMs: number;
  readonly #pending = new Map<string, PendingAppend>();
  readonly #call: ReturnType<Session['service']['batchAppend']>;
  #endReason: string | undefined;

  constructor(connection: ServerConnection, session: Session, timeoutMs: number) {
    this.session = session;
    this.#connection = connection;
    this.#timeoutMs = timeoutMs;
    const withoutDeadline = session.callArguments(Number.POSITIVE_INFINITY);
    this.#call = session.track(session.service.batchAppend(...withoutDeadline));
    this.#call.on('data', (response: BatchAppendResp) => this.#receive(response));
    this.#call.on('error', (error) => this.#end(connection.handleFailure(session, error).message));
    this.#call.on('end', () => this.#end('the server ended the call'));
  }

  /** Whether the call has ended, so that nothing more can be sent. The session may still be usable. */
  get hasEnded(): boolean {
    return this.#endReason !== undefined;
  }

  append(request: BatchAppendRequest): Promise<BatchAppendResult> {
    const id = randomUUID();
    return new Promise((settle) => {
      if (this.#endReason !== undefined) {
        settle({ result: 'unknown', reason: this.#endReason });
        return;
      }
      const timedOut = { result: 'unknown', reason: `no answer within ${this.#timeoutMs} ms` } as const;
      const timer = setTimeout(() => this.#settle(id, timedOut), this.#timeoutMs);
      this.#pending.set(id, { settle, timer });
      this.#call.write(batchAppendRequest(id, request));
    });
  }

  /** A late or repeated answer matches no pending append and is dropped. */
  #receive(response: BatchAppendResp): void {
    this.#connection.markConnected(this.session);
    this.#settle(response.getCorrelationId()?.getString() ?? '', batchAppendResult(response));
  }

  #settle(id: string, result: BatchAppendResult): void {
    const pending = this.#pending.get(id);
    if (pending === undefined) return;
    this.#pending.delete(id);
    clearTimeout(pending.timer);
    pending.settle(result);
  }

  #end(reason: string): void {
    this.#endReason ??= reason;
    for (const id of this.#pending.keys()) this.#settle(id, { result: 'unknown', reason });
  }
}

function batchAppendRequest(id: string, { stream, expected, events }: BatchAppendRequest): BatchAppendReq {
  const options = new streams.BatchAppendReq.Options().setStreamIdentifier(streamIdentifier(stream));
  if (expected === 'no-stream') options.setNoStream(new shared.Empty());
  else if (expected === 'any') options.setAny(new shared.Empty());
  else options.setStreamPosition(String(expected));
  return new streams.BatchAppendReq()
    .setCorrelationId(new shared.UUID().setString(id))
    .setOptions(options)
    .setProposedMessagesList(events.map(proposedMessage))
    .setIsFinal(true);
}

function proposedMessage({ id, type, data, metadata }: ProposedEvent) {
  const message = new streams.BatchAppendReq.ProposedMessage()
    .setId(new shared.UUID().setString(id))
    .setData(data)
    .setCustomMetadata(metadata);
  message.getMetadataMap().set('type', type).set('content-type', 'application/json');
  return message;
}

function batchAppendResult(response: BatchAppendResp): BatchAppendResult {
  const error = response.getError();
  if (error !== undefined) return failureResult(error);
  const success = response.getSuccess();
  if (success === undefined) return { result: 'unknown', reason: 'the answer has no result' };
  const last = success.getPosition();
  const position = last && { commit: last.getCommitPosition(), prepare: last.getPreparePosition() };
  return { result: 'stored', lastRevision: Number(success.getCurrentRevision()) as Revision, position };
}

function failureResult(error: Status): BatchAppendResult {
  const details = error.getDetails();
  const name = details?.getTypeName() ?? '';
  switch (name) {
    case 'event_store.client.WrongExpectedVersion': {
      const conflict = details?.unpack(shared.WrongExpectedVersion.deserializeBinary, name);
      const revision = conflict?.hasCurrentStreamRevision() ? conflict.getCurrentStreamRevision() : undefined;
      const actual = revision === undefined ? 'no-stream' : (Number(revision) as Revision);
      return { result: 'wrong-revision', actual };
    }
    case 'event_store.client.MaximumAppendSizeExceeded':
    case 'event_store.client.MaximumAppendEventSizeExceeded': // from 24.10 on
      return { result: 'too-large' };
    case 'event_store.client.StreamDeleted':
      return { result: 'tombstoned' };
    case 'event_store.client.AccessDenied':
    case 'event_store.client.BadRequest':
      return { result: 'refused', reason: name.slice(name.lastIndexOf('.') + 1) };
    default:
      return { result: 'unknown', reason: error.getMessage() || name };
  }
}

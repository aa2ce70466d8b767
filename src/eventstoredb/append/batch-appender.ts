import { randomUUID } from 'node:crypto';
import shared from '@eventstore/db-client/generated/shared_pb.js';
import type { Status } from '@eventstore/db-client/generated/status_pb.js';
import type { BatchAppendReq, BatchAppendResp } from '@eventstore/db-client/generated/streams_pb.js';
import streams from '@eventstore/db-client/generated/streams_pb.js';
import type { ExpectedRevision, Revision } from '../../event-store/event-store.ts';
import type { ServerConnection, Session } from '../connection/server-connection.ts';
import type { LogPosition } from '../log-position.ts';
import { streamIdentifier } from '../read/read-requests.ts';
import type { ProposedEvent } from '../stored-event.ts';

export interface BatchAppendCall {
  /** With the prefix. */
  readonly stream: string;
  readonly expected: ExpectedRevision;
  readonly events: readonly ProposedEvent[];
}

export type BatchAppendAnswer =
  /** `position` is that of the last event. */
  | { readonly answer: 'stored'; readonly lastRevision: Revision; readonly position: LogPosition | undefined }
  | { readonly answer: 'wrong-revision'; readonly actual: Revision | 'no-stream' }
  | { readonly answer: 'too-large' }
  | { readonly answer: 'refused'; readonly reason: string }
  /** The events may be stored, or not, or still be on their way. */
  | { readonly answer: 'unknown'; readonly reason: string };

interface Waiting {
  readonly settle: (answer: BatchAppendAnswer) => void;
  readonly timer: NodeJS.Timeout;
}

/**
 * The appends of one session, in one call: each goes out at once, in the order of the calls, and its answer comes under
 * its own correlation id, in any order. Never rejects. What waits is bounded by whoever calls.
 */
export class BatchAppends {
  readonly session: Session;
  readonly #connection: ServerConnection;
  readonly #timeoutMs: number;
  readonly #waiting = new Map<string, Waiting>();
  readonly #call: ReturnType<Session['service']['batchAppend']>;
  #endedBecause: string | undefined;

  constructor(connection: ServerConnection, session: Session, timeoutMs: number) {
    this.session = session;
    this.#connection = connection;
    this.#timeoutMs = timeoutMs;
    const noDeadline = session.callArguments(Number.POSITIVE_INFINITY);
    this.#call = session.track(session.service.batchAppend(...noDeadline));
    this.#call.on('data', (response: BatchAppendResp) => this.#take(response));
    this.#call.on('error', (error) => this.#end(connection.failed(session, error).message));
    this.#call.on('end', () => this.#end('the server has ended the call'));
  }

  /** Nothing more can be sent over it, though the session may go on. */
  get hasEnded(): boolean {
    return this.#endedBecause !== undefined;
  }

  append(request: BatchAppendCall): Promise<BatchAppendAnswer> {
    const id = randomUUID();
    return new Promise((settle) => {
      if (this.#endedBecause !== undefined) {
        settle({ answer: 'unknown', reason: this.#endedBecause });
        return;
      }
      const silent = { answer: 'unknown', reason: `no answer within ${this.#timeoutMs} ms` } as const;
      this.#waiting.set(id, { settle, timer: setTimeout(() => this.#settle(id, silent), this.#timeoutMs) });
      this.#call.write(batchRequest(id, request));
    });
  }

  /** An answer that is late, or comes twice, finds nobody who waits for it. */
  #take(response: BatchAppendResp): void {
    this.#connection.works(this.session);
    this.#settle(response.getCorrelationId()?.getString() ?? '', appendAnswer(response));
  }

  #settle(id: string, answer: BatchAppendAnswer): void {
    const waiting = this.#waiting.get(id);
    if (waiting === undefined) return;
    this.#waiting.delete(id);
    clearTimeout(waiting.timer);
    waiting.settle(answer);
  }

  #end(reason: string): void {
    this.#endedBecause ??= reason;
    for (const id of this.#waiting.keys()) this.#settle(id, { answer: 'unknown', reason });
  }
}

function batchRequest(id: string, { stream, expected, events }: BatchAppendCall): BatchAppendReq {
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

function appendAnswer(response: BatchAppendResp): BatchAppendAnswer {
  const error = response.getError();
  if (error !== undefined) return failureAnswer(error);
  const success = response.getSuccess();
  if (success === undefined) return { answer: 'unknown', reason: 'an answer without a result' };
  const at = success.getPosition();
  const position = at && { commit: at.getCommitPosition(), prepare: at.getPreparePosition() };
  return { answer: 'stored', lastRevision: Number(success.getCurrentRevision()) as Revision, position };
}

function failureAnswer(error: Status): BatchAppendAnswer {
  const details = error.getDetails();
  const name = details?.getTypeName() ?? '';
  switch (name) {
    case 'event_store.client.WrongExpectedVersion': {
      const conflict = details?.unpack(shared.WrongExpectedVersion.deserializeBinary, name);
      const revision = conflict?.hasCurrentStreamRevision() ? conflict.getCurrentStreamRevision() : undefined;
      const actual = revision === undefined ? 'no-stream' : (Number(revision) as Revision);
      return { answer: 'wrong-revision', actual };
    }
    case 'event_store.client.MaximumAppendSizeExceeded':
    case 'event_store.client.MaximumAppendEventSizeExceeded': // from 24.10 on
      return { answer: 'too-large' };
    case 'event_store.client.AccessDenied':
    case 'event_store.client.BadRequest':
    case 'event_store.client.StreamDeleted':
      return { answer: 'refused', reason: name.slice(name.lastIndexOf('.') + 1) };
    default:
      return { answer: 'unknown', reason: error.getMessage() || name };
  }
}

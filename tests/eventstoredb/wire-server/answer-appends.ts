import { setTimeout as delay } from 'node:timers/promises';
import type {
  AppendReq,
  AppendResp,
  BatchAppendReq,
  BatchAppendResp,
} from '@eventstore/db-client/generated/streams_pb.js';
import type { ServerDuplexStream, ServerReadableStream, sendUnaryData } from '@grpc/grpc-js';
import { conflictAnswer, failureAnswer, plainAnswer, successAnswer } from './append-messages.ts';
import { type AppendFault, type Faults, unavailable } from './faults.ts';
import type { ProposedEvent } from './stored-event.ts';
import type { ExpectedVersion, StoredLog } from './stored-log.ts';

export type BatchCall = ServerDuplexStream<BatchAppendReq, BatchAppendResp>;
export type PlainCall = ServerReadableStream<AppendReq, AppendResp>;

/** An append of which not every part has come yet. */
interface Batch {
  readonly correlationId: string;
  readonly stream: string;
  readonly expected: ExpectedVersion;
  readonly events: ProposedEvent[];
}

interface Server {
  readonly log: StoredLog;
  readonly faults: Faults;
  readonly appendBytesMax: number;
}

/** One call carries the appends of one client, each answered under its correlation id. */
export function answerBatchAppends(call: BatchCall, server: Server): void {
  const refusal = server.faults.refusal();
  if (refusal !== undefined) return void call.emit('error', refusal);
  const open = new Map<string, Batch>();
  call.on('data', (request: BatchAppendReq) => {
    const correlationId = request.getCorrelationId()?.getString() ?? '';
    const batch = open.get(correlationId) ?? batchOf(correlationId, request);
    open.set(correlationId, batch);
    batch.events.push(...request.getProposedMessagesList().map(proposedEvent));
    if (!request.getIsFinal()) return;
    open.delete(correlationId);
    const notLeading = server.faults.refusalOfFollower(call.metadata);
    if (notLeading !== undefined) return void call.emit('error', notLeading);
    void settle(call, batch, server);
  });
  call.on('end', () => call.end());
  call.on('error', () => {});
}

async function settle(call: BatchCall, batch: Batch, { log, faults, appendBytesMax }: Server): Promise<void> {
  const fault: AppendFault | undefined = faults.appends.shift();
  if (fault?.kind === 'drop-before-storing') return void call.emit('error', unavailable());
  if (fault?.kind === 'lose') return;
  if (fault?.kind === 'end-call') return void call.end();
  if (fault?.kind === 'refuse') return void call.write(failureAnswer(batch, fault.detail));
  if (fault?.kind === 'deny') return void call.write(failureAnswer(batch, 'AccessDenied'));
  if (fault?.kind === 'store-late') await delay(fault.lateMs);
  const answer = store(batch, log, appendBytesMax);
  if (fault?.kind === 'drop-after-storing') return void call.emit('error', unavailable());
  if (fault?.kind === 'fall-silent' || fault?.kind === 'store-late') return;
  if (fault?.kind === 'answer-timeout') return void call.write(failureAnswer(batch, 'Timeout'));
  if (fault?.kind === 'answer-late') await delay(fault.lateMs);
  if (call.cancelled) return;
  call.write(answer);
  if (fault?.kind === 'answer-twice') call.write(answer);
}

function store(batch: Batch, log: StoredLog, appendBytesMax: number): BatchAppendResp {
  const bytes = batch.events.reduce((sum, { data, metadata }) => sum + data.length + metadata.length, 0);
  if (bytes > appendBytesMax) return failureAnswer(batch, 'MaximumAppendSizeExceeded');
  const stored = log.append(batch.stream, batch.expected, batch.events);
  return stored.outcome === 'stored'
    ? successAnswer(batch, stored.last)
    : conflictAnswer(batch, stored.actual);
}

function batchOf(correlationId: string, request: BatchAppendReq): Batch {
  const options = request.getOptions();
  const expected = expectedVersion(options, options?.getStreamPosition());
  const name = options?.getStreamIdentifier()?.getStreamName_asU8();
  return { correlationId, stream: Buffer.from(name ?? []).toString(), expected, events: [] };
}

function proposedEvent(message: BatchAppendReq.ProposedMessage | AppendReq.ProposedMessage): ProposedEvent {
  return {
    id: message.getId()?.getString() ?? '',
    type: message.getMetadataMap().get('type') ?? '',
    contentType: message.getMetadataMap().get('content-type') ?? '',
    data: message.getData_asU8(),
    metadata: message.getCustomMetadata_asU8(),
  };
}

interface Expectation {
  hasNoStream(): boolean;
  hasAny(): boolean;
  hasStreamExists(): boolean;
}

function expectedVersion(options: Expectation | undefined, revision: string | undefined): ExpectedVersion {
  if (options?.hasNoStream()) return 'no-stream';
  if (options?.hasAny()) return 'any';
  return options?.hasStreamExists() ? 'stream-exists' : Number(revision);
}

/** The older call: one append each, its header first. */
export function answerAppend(
  call: PlainCall,
  respond: sendUnaryData<AppendResp>,
  { log, faults }: Server,
): void {
  const refusal = faults.refusal();
  if (refusal !== undefined) {
    respond(refusal);
    return;
  }
  let options: AppendReq.Options | undefined;
  const events: ProposedEvent[] = [];
  call.on('data', (request: AppendReq) => {
    options ??= request.getOptions();
    const message = request.getProposedMessage();
    if (message !== undefined) events.push(proposedEvent(message));
  });
  call.on('end', () => {
    const stream = Buffer.from(options?.getStreamIdentifier()?.getStreamName_asU8() ?? []).toString();
    const expected = expectedVersion(options, options?.getRevision());
    respond(null, plainAnswer(log.append(stream, expected, events), expected));
  });
}

import type {
  AppendReq,
  AppendResp,
  BatchAppendReq,
  BatchAppendResp,
} from '@eventstore/db-client/generated/streams_pb.js';
import type { ServerDuplexStream, ServerReadableStream, sendUnaryData } from '@grpc/grpc-js';
import { conflictAnswer, failureAnswer, plainAnswer, successAnswer } from './append-messages.ts';
import { type AppendFault, type Faults, streamDeleted, unavailable } from './faults.ts';
import type { ExpectedVersion, StoredLog } from './stored-log.ts';
import type { ProposedWireEvent } from './wire-event.ts';

export type BatchCall = ServerDuplexStream<BatchAppendReq, BatchAppendResp>;
export type PlainCall = ServerReadableStream<AppendReq, AppendResp>;

/** An append whose parts have not all arrived yet. */
interface Batch {
  readonly correlationId: string;
  readonly stream: string;
  readonly expected: ExpectedVersion;
  readonly events: ProposedWireEvent[];
}

interface Server {
  readonly log: StoredLog;
  readonly faults: Faults;
  readonly appendBytesMax: number;
  /** Called with the handling of each append, which settles when the server is done with it. */
  readonly track: (handling: Promise<void>) => void;
}

/** One call carries the appends of one client. Each is answered under its correlation id. */
export function answerBatchAppends(call: BatchCall, server: Server): void {
  const refusal = server.faults.refusal();
  if (refusal !== undefined) return void call.emit('error', refusal);
  const incomplete = new Map<string, Batch>();
  call.on('data', (request: BatchAppendReq) => {
    const correlationId = request.getCorrelationId()?.getString() ?? '';
    const batch = incomplete.get(correlationId) ?? startBatch(correlationId, request);
    incomplete.set(correlationId, batch);
    batch.events.push(...request.getProposedMessagesList().map(proposedEvent));
    if (!request.getIsFinal()) return;
    incomplete.delete(correlationId);
    const notLeading = server.faults.followerRefusal(call.metadata);
    if (notLeading !== undefined) return void call.emit('error', notLeading);
    server.track(answerBatch(call, batch, server));
  });
  call.on('end', () => call.end());
  call.on('error', () => {});
}

async function answerBatch(call: BatchCall, batch: Batch, server: Server): Promise<void> {
  const fault: AppendFault | undefined = server.faults.appends.shift();
  switch (fault?.kind) {
    case 'drop-before-storing':
      return void call.emit('error', unavailable());
    case 'lose':
      return;
    case 'end-call':
      return void call.end();
    case 'refuse':
      return void call.write(failureAnswer(batch, fault.detail));
    case 'deny':
      return void call.write(failureAnswer(batch, 'AccessDenied'));
    case 'store-late':
      await fault.delay();
      store(batch, server);
      return;
    default:
      return answerStored(call, batch, store(batch, server), fault);
  }
}

async function answerStored(
  call: BatchCall,
  batch: Batch,
  answer: BatchAppendResp,
  fault: AppendFault | undefined,
): Promise<void> {
  if (fault?.kind === 'drop-after-storing') return void call.emit('error', unavailable());
  if (fault?.kind === 'never-answer') return;
  if (fault?.kind === 'answer-timeout') return void call.write(failureAnswer(batch, 'Timeout'));
  if (fault?.kind === 'answer-late') await fault.delay();
  if (call.cancelled) return;
  call.write(answer);
  if (fault?.kind === 'answer-twice') call.write(answer);
}

function store(batch: Batch, { log, appendBytesMax }: Server): BatchAppendResp {
  const bytes = batch.events.reduce((sum, { data, metadata }) => sum + data.length + metadata.length, 0);
  if (bytes > appendBytesMax) return failureAnswer(batch, 'MaximumAppendSizeExceeded');
  const stored = log.append(batch.stream, batch.expected, batch.events);
  if (stored.outcome === 'tombstoned') return failureAnswer(batch, 'StreamDeleted');
  return stored.outcome === 'stored'
    ? successAnswer(batch, stored.last)
    : conflictAnswer(batch, stored.actual);
}

function startBatch(correlationId: string, request: BatchAppendReq): Batch {
  const options = request.getOptions();
  const expected = expectedVersion(options, options?.getStreamPosition());
  const name = options?.getStreamIdentifier()?.getStreamName_asU8();
  return { correlationId, stream: Buffer.from(name ?? []).toString(), expected, events: [] };
}

function proposedEvent(
  message: BatchAppendReq.ProposedMessage | AppendReq.ProposedMessage,
): ProposedWireEvent {
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

/** The older call has one append, whose header comes first. */
export function answerPlainAppend(
  call: PlainCall,
  respond: sendUnaryData<AppendResp>,
  { log, faults }: Pick<Server, 'log' | 'faults'>,
): void {
  const refusal = faults.refusal();
  if (refusal !== undefined) {
    respond(refusal);
    return;
  }
  let options: AppendReq.Options | undefined;
  const events: ProposedWireEvent[] = [];
  call.on('data', (request: AppendReq) => {
    options ??= request.getOptions();
    const message = request.getProposedMessage();
    if (message !== undefined) events.push(proposedEvent(message));
  });
  call.on('end', () => {
    const stream = Buffer.from(options?.getStreamIdentifier()?.getStreamName_asU8() ?? []).toString();
    const expected = expectedVersion(options, options?.getRevision());
    const stored = log.append(stream, expected, events);
    if (stored.outcome === 'tombstoned') respond(streamDeleted(stream));
    else respond(null, plainAnswer(stored, expected));
  });
}

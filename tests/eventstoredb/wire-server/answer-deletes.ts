import type { DeleteReq, TombstoneReq } from '@eventstore/db-client/generated/streams_pb.js';
import streams from '@eventstore/db-client/generated/streams_pb.js';
import type { ServerUnaryCall, sendUnaryData } from '@grpc/grpc-js';
import { streamDeleted } from './faults.ts';
import type { StoredLog } from './stored-log.ts';

type DeleteResp = InstanceType<typeof streams.DeleteResp>;
type TombstoneResp = InstanceType<typeof streams.TombstoneResp>;

/** Deletes whatever revision is expected. */
export function answerDelete(
  { request }: ServerUnaryCall<DeleteReq, DeleteResp>,
  respond: sendUnaryData<DeleteResp>,
  log: StoredLog,
): void {
  const stream = streamOf(request);
  if (log.isTombstoned(stream)) return void respond(streamDeleted(stream));
  const { commit, prepare } = log.softDelete(stream);
  const position = new streams.DeleteResp.Position().setCommitPosition(String(commit));
  respond(null, new streams.DeleteResp().setPosition(position.setPreparePosition(String(prepare))));
}

export function answerTombstone(
  { request }: ServerUnaryCall<TombstoneReq, TombstoneResp>,
  respond: sendUnaryData<TombstoneResp>,
  log: StoredLog,
): void {
  const stream = streamOf(request);
  if (log.isTombstoned(stream)) return void respond(streamDeleted(stream));
  const { commit, prepare } = log.tombstone(stream);
  const position = new streams.TombstoneResp.Position().setCommitPosition(String(commit));
  respond(null, new streams.TombstoneResp().setPosition(position.setPreparePosition(String(prepare))));
}

function streamOf(request: DeleteReq | TombstoneReq): string {
  const name = request.getOptions()?.getStreamIdentifier()?.getStreamName_asU8();
  return Buffer.from(name ?? []).toString();
}

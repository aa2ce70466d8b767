import { StoreFailedError, StoreUnavailableError } from '../../event-store/event-store.ts';

/** The statuses of gRPC that say that the call itself is at fault. All others are the server's or the network's. */
const REFUSALS: ReadonlyMap<number, string> = new Map([
  [3, 'the request is not valid'],
  [5, 'it does not have what was asked for'],
  [7, 'permission was denied'],
  [9, 'the request does not fit its state'],
  [11, 'the request is out of range'],
  [12, 'it does not know the call: EventStoreDB 22.6 or later is needed'],
  [16, 'the credentials were not accepted'],
]);
const UNKNOWN = 2;
const INVALID_ARGUMENT = 3;
const DEADLINE_EXCEEDED = 4;
/** Up to 23.10: the client takes the events of a live subscription too slowly. It can be taken up again at once. */
const ABORTED = 10;
/**
 * A read that begins where no record does. Up to 23.10 it is told like a log that cannot be read, from 24.10 on by its
 * name, unless the bytes that happen to stand there look like the length of a record.
 */
const READ_FROM_NOWHERE = /\b(?:Filtered)?ReadAllResult: (?:Error|InvalidPosition)\b/;
/** What grpc-js leaves where it has no note. */
const EMPTY_NOTE = /\.(?: Resolution note: )?$/;

interface CallError extends Error {
  readonly code: number;
  /** What the server has sent with its status. */
  readonly metadata?: { get(key: string): readonly unknown[] };
}

function isCallError(error: unknown): error is CallError {
  return error instanceof Error && 'code' in error && typeof error.code === 'number';
}

/** Whether the server says that another node leads its cluster. The status alone, NOT_FOUND, says something else. */
function isNotLeader(error: CallError): boolean {
  return error.metadata?.get('exception').includes('not-leader') === true;
}

/** Whether the server was there and has answered, so that nothing is wrong with the connection or its other calls. */
export function isAnswer(error: unknown): boolean {
  if (!isCallError(error) || isNotLeader(error)) return false;
  return REFUSALS.has(error.code) || error.code === ABORTED || isUnknownPosition(error);
}

/** Whether the time of the call was over, which says nothing of its neighbours. */
export function isOverdue(error: unknown): boolean {
  return isCallError(error) && error.code === DEADLINE_EXCEEDED;
}

/** Of a read of the log from a position: whether the server has found no event there. */
export function isUnknownPosition(error: unknown): boolean {
  if (!isCallError(error)) return false;
  return error.code === INVALID_ARGUMENT || (error.code === UNKNOWN && READ_FROM_NOWHERE.test(error.message));
}

/** What the port says for a failed call: StoreUnavailableError, or StoreFailedError where trying again does not help. */
export function callFailure(error: unknown): StoreFailedError | StoreUnavailableError {
  if (error instanceof StoreFailedError || error instanceof StoreUnavailableError) return error;
  if (isCallError(error) && isNotLeader(error)) {
    const detail = 'EventStoreDB cannot be reached: this node is not the leader of its cluster.';
    return new StoreUnavailableError(detail, { cause: error });
  }
  const refusal = isCallError(error) ? REFUSALS.get(error.code) : undefined;
  if (refusal !== undefined)
    return new StoreFailedError(`EventStoreDB refuses: ${refusal}.`, { cause: error });
  const reason = (error instanceof Error ? error.message : String(error)).replace(EMPTY_NOTE, '');
  return new StoreUnavailableError(`EventStoreDB cannot be reached: ${reason}.`, { cause: error });
}

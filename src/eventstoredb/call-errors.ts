import { StoreFailedError, StoreUnavailableError } from '../event-store/event-store.ts';

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
/** Invalid argument, failed precondition, out of range: versions of the server differ. */
const POSITION_REFUSALS: ReadonlySet<number> = new Set([3, 9, 11]);
const DEADLINE_EXCEEDED = 4;
/** What grpc-js leaves where it has no note. */
const EMPTY_NOTE = /\.(?: Resolution note: )?$/;

function codeOf(error: unknown): number | undefined {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'number' ? code : undefined;
}

/** Whether the connection had better be made anew. A call that took too long says nothing of its neighbours. */
export function breaksConnection(error: unknown): boolean {
  const code = codeOf(error);
  return code === undefined || (code !== DEADLINE_EXCEEDED && !REFUSALS.has(code));
}

/** Whether the server has found no event at the position that it was to read from. */
export function isUnknownPosition(error: unknown): boolean {
  const code = codeOf(error);
  if (code !== undefined && POSITION_REFUSALS.has(code)) return true;
  return error instanceof Error && /invalid position/i.test(error.message);
}

/** What the port says for a failed call: StoreUnavailableError, or StoreFailedError where trying again does not help. */
export function callFailure(error: unknown): StoreFailedError | StoreUnavailableError {
  if (error instanceof StoreFailedError || error instanceof StoreUnavailableError) return error;
  const code = codeOf(error);
  const refusal = code === undefined ? undefined : REFUSALS.get(code);
  if (refusal !== undefined)
    return new StoreFailedError(`EventStoreDB refuses: ${refusal}.`, { cause: error });
  const reason = (error instanceof Error ? error.message : String(error)).replace(EMPTY_NOTE, '');
  return new StoreUnavailableError(`EventStoreDB cannot be reached: ${reason}.`, { cause: error });
}

import { StoreFailedError, StoreUnavailableError } from '../../event-store/event-store.ts';

/** The gRPC status codes that blame the call itself. All others blame the server or the network. */
const REFUSALS: ReadonlyMap<number, string> = new Map([
  [3, 'the request is invalid'],
  [5, 'the requested resource was not found'],
  [7, 'permission was denied'],
  [9, 'a precondition of the request failed'],
  [11, 'the request is out of range'],
  [12, 'the server does not support the call; EventStoreDB 22.6 or later is required'],
  [16, 'the credentials were not accepted'],
]);
const UNKNOWN = 2;
const INVALID_ARGUMENT = 3;
const DEADLINE_EXCEEDED = 4;
/** Up to 23.10: the client consumes a live subscription too slowly. It may subscribe again at once. */
const ABORTED = 10;
/**
 * A read from a position where no record starts. Up to 23.10 the server reports it as an unreadable log. From 24.10 on
 * it reports an invalid position, unless the bytes at the position happen to look like the length of a record.
 */
const INVALID_READ_POSITION = /\b(?:Filtered)?ReadAllResult: (?:Error|InvalidPosition)\b/;
/** What grpc-js appends to a message when it has no resolution note. */
const EMPTY_RESOLUTION_NOTE = /\.(?: Resolution note: )?$/;

/** What to look at in the settings, by the message of a connection that failed. */
const HINTS: readonly (readonly [RegExp, string])[] = [
  [
    /self-signed certificate|unable to .* certificate/,
    'The option tlsCAFile must name the certificate of the authority that issued that of the server.',
  ],
  [/wrong version number/, 'The server does not use TLS: set tls=false.'],
  [/Last error: Failed to connect/, 'The server ended the connection. If it requires TLS, remove tls=false.'],
];

interface CallError extends Error {
  readonly code: number;
  /** The trailing metadata that the server sent with its status. */
  readonly metadata?: { get(key: string): readonly unknown[] };
}

function isCallError(error: unknown): error is CallError {
  return error instanceof Error && 'code' in error && typeof error.code === 'number';
}

/** Whether the server says that another node leads its cluster. Its status, NOT_FOUND, does not show that alone. */
function isNotLeader(error: CallError): boolean {
  return error.metadata?.get('exception').includes('not-leader') === true;
}

/** Whether the stream of the call was deleted for good. */
export function isStreamTombstoned(error: unknown): boolean {
  return isCallError(error) && error.metadata?.get('exception').includes('stream-deleted') === true;
}

/** A node of the cluster, as another one names it. */
export interface Endpoint {
  readonly host: string;
  readonly port: string;
}

/** The node does not lead its cluster, and has named the one that does. The next session is with that one. */
export class LeaderElsewhereError extends StoreUnavailableError {}

/** Returns the leader that a node named when it refused a call that requires the leader. */
export function leaderNamedBy(error: unknown): Endpoint | undefined {
  if (!isCallError(error) || !isNotLeader(error)) return undefined;
  const [host] = error.metadata?.get('leader-endpoint-host') ?? [];
  const [port] = error.metadata?.get('leader-endpoint-port') ?? [];
  return host === undefined || port === undefined ? undefined : { host: String(host), port: String(port) };
}

/** Whether the message of a failed connection names something to look at in the settings. */
export function hasHint(error: unknown): boolean {
  return hintOf(reasonOf(error)) !== undefined;
}

/** Whether the server responded, so that the connection and its other calls are in order. */
export function isServerResponse(error: unknown): boolean {
  if (!isCallError(error) || isNotLeader(error)) return false;
  return REFUSALS.has(error.code) || error.code === ABORTED || isUnknownPosition(error);
}

/** Whether the call timed out, which does not show that other calls on the connection fail. */
export function isDeadlineExceeded(error: unknown): boolean {
  return isCallError(error) && error.code === DEADLINE_EXCEEDED;
}

/** Whether the server dropped a live subscription that was in order, and takes a new one at once. */
export function isTooSlow(error: unknown): boolean {
  return isCallError(error) && error.code === ABORTED;
}

/** Whether a read of the log failed because no event has the position it starts from. */
export function isUnknownPosition(error: unknown): boolean {
  if (!isCallError(error)) return false;
  if (error.code === INVALID_ARGUMENT) return true;
  return error.code === UNKNOWN && INVALID_READ_POSITION.test(error.message);
}

/** Maps a failed call to an error of the port: StoreFailedError if a retry is useless, else StoreUnavailableError. */
export function toStoreError(error: unknown): StoreFailedError | StoreUnavailableError {
  if (error instanceof StoreFailedError || error instanceof StoreUnavailableError) return error;
  if (isCallError(error) && isNotLeader(error)) {
    return new StoreUnavailableError(notLeaderMessage(error), { cause: error });
  }
  const refusal = isCallError(error) ? REFUSALS.get(error.code) : undefined;
  if (refusal !== undefined) {
    return new StoreFailedError(`EventStoreDB refused the request: ${refusal}.`, { cause: error });
  }
  const reason = reasonOf(error);
  const hint = hintOf(reason);
  const message = `EventStoreDB cannot be reached: ${reason}.${hint === undefined ? '' : ` ${hint}`}`;
  return new StoreUnavailableError(message, { cause: error });
}

function reasonOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).replace(EMPTY_RESOLUTION_NOTE, '');
}

function hintOf(reason: string): string | undefined {
  return HINTS.find(([pattern]) => pattern.test(reason))?.[1];
}

function notLeaderMessage(error: CallError): string {
  const leader = leaderNamedBy(error);
  const named = leader === undefined ? '' : `, which is ${leader.host}:${leader.port}`;
  return `EventStoreDB cannot be reached: this node is not the leader of its cluster${named}. Name all nodes.`;
}

export function leaderElsewhere(error: unknown): LeaderElsewhereError {
  return new LeaderElsewhereError(toStoreError(error).message, { cause: error });
}

/** The error of a leader that another node named. */
export function unreachableLeader(leader: Endpoint, error: unknown): StoreUnavailableError {
  const message =
    'EventStoreDB cannot be reached: this node is not the leader of its cluster, which is ' +
    `${leader.host}:${leader.port}, and that one cannot be reached: ${reasonOf(error)}. Name all nodes.`;
  return new StoreUnavailableError(message, { cause: error });
}

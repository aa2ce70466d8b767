import { Metadata, type ServiceError, status } from '@grpc/grpc-js';

/** What happens to one append. */
export type AppendFault =
  /** The call breaks before the events are stored. */
  | { readonly kind: 'drop-before-storing' }
  /** The events are stored, and the call breaks before the answer. */
  | { readonly kind: 'drop-after-storing' }
  /** The append is neither stored nor answered. */
  | { readonly kind: 'lose' }
  /** The events are stored, and the append is never answered. */
  | { readonly kind: 'never-answer' }
  /** The events are stored at once, and the answer is sent after `delay` has resolved. */
  | { readonly kind: 'answer-late'; readonly delay: () => Promise<unknown> }
  /** The events are stored after `delay` has resolved, and the append is never answered. */
  | { readonly kind: 'store-late'; readonly delay: () => Promise<unknown> }
  | { readonly kind: 'answer-twice' }
  /** The answer is a status that does not say whether the events are stored. */
  | { readonly kind: 'answer-timeout' }
  /** The append is not stored, and the answer says so. */
  | { readonly kind: 'deny' }
  | { readonly kind: 'refuse'; readonly detail: 'MaximumAppendEventSizeExceeded' | 'BadRequest' }
  /** The server ends the call without an error and without an answer. */
  | { readonly kind: 'end-call' };

/** Lets a test decide when something that is delayed continues. */
export class Gate {
  /** Opens the gate. */
  open: () => void = () => {};
  readonly #opened = new Promise<void>((resolve) => {
    this.open = resolve;
  });

  /** Resolves when the gate is open. */
  readonly passed = (): Promise<void> => this.#opened;
}

/** Misbehaviour on demand. Nothing goes wrong unless a test asks for it. */
export class Faults {
  /** One fault for each of the next appends, in their order. An append takes its fault when it arrives. */
  readonly appends: AppendFault[] = [];
  /** Every call is refused as unavailable. */
  unavailable = false;
  /** Every call is refused, as calls with a wrong password are. */
  rejectingCredentials = false;
  /** Reads and subscriptions are accepted and never answered. */
  ignoringReads = false;
  /** How long a read of the log takes for each foreign event that it skips. */
  foreignEventMs = 0;
  /** How long a read of the log goes on searching after it has sent all the events it was asked for. */
  searchOnMs = 0;
  /** The server is a follower: it refuses calls that require the leader and serves all others. */
  following = false;
  /** The port of the leader that it names. */
  leaderPort = 2113;
  /**
   * The next event ends one live subscription and resets this flag. Servers up to 23.10 do so if 32 events wait for the
   * client to take them.
   */
  dropNextSubscription = false;
  /** Subscriptions are confirmed, and leave out every event. */
  mutingSubscriptions = false;
  /** The next read breaks off after this many events. */
  breakNextReadAfter: number | undefined;

  /** The refusal of any call; undefined if it is accepted. */
  refusal(): Partial<ServiceError> | undefined {
    if (this.rejectingCredentials) return { code: status.UNAUTHENTICATED, details: 'Not authenticated.' };
    return this.unavailable ? unavailable() : undefined;
  }

  /** The refusal of a read or an append that requires the leader; undefined if it is accepted. */
  followerRefusal(metadata: Metadata): Partial<ServiceError> | undefined {
    return this.following && metadata.get('requires-leader').includes('true')
      ? notLeader(this.leaderPort)
      : undefined;
  }

  takeBreak(): number {
    const after = this.breakNextReadAfter ?? Number.POSITIVE_INFINITY;
    this.breakNextReadAfter = undefined;
    return after;
  }

  takeSubscriptionDrop(): boolean {
    const isDropped = this.dropNextSubscription;
    this.dropNextSubscription = false;
    return isDropped;
  }
}

/** The error of a read from a position where no record starts, as 22.10 and 23.10 report it: like any other failure. */
export function invalidReadPosition(isFiltered: boolean): Partial<ServiceError> {
  return { code: status.UNKNOWN, details: `Unexpected ${isFiltered ? 'Filtered' : ''}ReadAllResult: Error` };
}

function notLeader(port: number): Partial<ServiceError> {
  const metadata = new Metadata();
  metadata.set('exception', 'not-leader');
  metadata.set('leader-endpoint-host', '127.0.0.1');
  metadata.set('leader-endpoint-port', String(port));
  return { code: status.NOT_FOUND, details: 'Leader info available', metadata };
}

/** The error of a call that concerns a stream with a tombstone. */
export function streamDeleted(stream: string): Partial<ServiceError> {
  const metadata = new Metadata();
  metadata.set('exception', 'stream-deleted');
  metadata.set('stream-name', stream);
  return { code: status.FAILED_PRECONDITION, details: `Event stream '${stream}' is deleted.`, metadata };
}

export function tooSlow(): Partial<ServiceError> {
  const reason = 'Consumer too slow to handle event while live. Client resubscription required.';
  return { code: status.ABORTED, details: `Operation timed out: ${reason}` };
}

export function unavailable(): Partial<ServiceError> {
  return { code: status.UNAVAILABLE, details: 'The server is going away.' };
}

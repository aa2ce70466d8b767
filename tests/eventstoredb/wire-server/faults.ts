import { Metadata, type ServiceError, status } from '@grpc/grpc-js';

/** What becomes of one append. */
export type AppendFault =
  /** The call breaks before the events are stored. */
  | { readonly kind: 'drop-before-storing' }
  /** The events are stored, and the call breaks before the answer. */
  | { readonly kind: 'drop-after-storing' }
  /** Neither stored nor answered. */
  | { readonly kind: 'lose' }
  /** Stored, and never answered. */
  | { readonly kind: 'fall-silent' }
  | { readonly kind: 'answer-late'; readonly lateMs: number }
  /** Nothing is stored until the time is over, long after whoever sent it has given up. */
  | { readonly kind: 'store-late'; readonly lateMs: number }
  | { readonly kind: 'answer-twice' }
  /** A status that says nothing of whether the events are stored. */
  | { readonly kind: 'answer-timeout' }
  /** Not stored, and told so. */
  | { readonly kind: 'deny' }
  | { readonly kind: 'refuse'; readonly detail: 'MaximumAppendEventSizeExceeded' | 'BadRequest' }
  /** The server ends the call, without an error, instead of an answer. */
  | { readonly kind: 'end-call' };

/** Misbehaviour on demand; nothing goes wrong unless a test asks for it. */
export class Faults {
  /** One for each of the next appends, in their order. */
  readonly appends: AppendFault[] = [];
  /** Every call is refused as unavailable. */
  refusing = false;
  /** Every call is refused, as those with a wrong password are. */
  lettingNobodyIn = false;
  /** Reads and subscriptions are taken on and never answered. */
  readsSilent = false;
  /** How long a read of the log takes over each event of a stranger that it has to pass over. */
  strangerMs = 0;
  /** How long a read of the log that has all it was asked for searches on for one more, before it ends. */
  searchesOnMs = 0;
  /** The server follows another one: it leaves alone whoever requires the leader, and serves all others. */
  following = false;
  /** The next event ends the live subscriptions, as up to 23.10 it does when 32 of them wait for the client to take them. */
  dropsSlow = false;
  /** The next read breaks off after this many events. */
  breakNextReadAfter: number | undefined;

  /** Of every call; undefined when it is taken. */
  refusal(): Partial<ServiceError> | undefined {
    if (this.lettingNobodyIn) return { code: status.UNAUTHENTICATED, details: 'Not authenticated.' };
    return this.refusing ? unavailable() : undefined;
  }

  /** Of a read or an append, by what its call came with. */
  refusalOfFollower(metadata: Metadata): Partial<ServiceError> | undefined {
    return this.following && metadata.get('requires-leader').includes('true') ? notLeader() : undefined;
  }

  takeBreak(): number {
    const after = this.breakNextReadAfter ?? Number.POSITIVE_INFINITY;
    this.breakNextReadAfter = undefined;
    return after;
  }
}

/** A read from where no record begins, as 22.10 and 23.10 tell it: like any other that fails. */
export function readFromNowhere(isFiltered: boolean): Partial<ServiceError> {
  return { code: status.UNKNOWN, details: `Unexpected ${isFiltered ? 'Filtered' : ''}ReadAllResult: Error` };
}

function notLeader(): Partial<ServiceError> {
  const metadata = new Metadata();
  metadata.set('exception', 'not-leader');
  metadata.set('leader-endpoint-host', '127.0.0.1');
  metadata.set('leader-endpoint-port', '2113');
  return { code: status.NOT_FOUND, details: 'Leader info available', metadata };
}

export function tooSlow(): Partial<ServiceError> {
  const reason = 'Consumer too slow to handle event while live. Client resubscription required.';
  return { code: status.ABORTED, details: `Operation timed out: ${reason}` };
}

export function unavailable(): Partial<ServiceError> {
  return { code: status.UNAVAILABLE, details: 'The server is going away.' };
}

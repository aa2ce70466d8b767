import { type ServiceError, status } from '@grpc/grpc-js';

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
  | { readonly kind: 'deny' };

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
  /** The next read breaks off after this many events. */
  breakNextReadAfter: number | undefined;

  /** Of every call; undefined when it is taken. */
  refusal(): Partial<ServiceError> | undefined {
    if (this.lettingNobodyIn) return { code: status.UNAUTHENTICATED, details: 'Not authenticated.' };
    return this.refusing ? unavailable() : undefined;
  }

  takeBreak(): number {
    const after = this.breakNextReadAfter ?? Number.POSITIVE_INFINITY;
    this.breakNextReadAfter = undefined;
    return after;
  }
}

export function unavailable(): Partial<ServiceError> {
  return { code: status.UNAVAILABLE, details: 'The server is going away.' };
}

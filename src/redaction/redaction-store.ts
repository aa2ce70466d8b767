import type { RedactionGround } from '../domain/event-types/redaction.ts';

/**
 * `asked`: waits for a second person. `removing`: confirmed, and carried out now or at the next start. `done`: the
 * content is in no file of the data folder. `failed`: there was nothing to remove any more.
 */
export type RedactionState = 'asked' | 'rejected' | 'removing' | 'done' | 'failed';

/** A request to remove content. It contains nothing of the content. */
export interface RedactionRequest {
  /** UUID, also that of the `EventRedacted` event. */
  readonly id: string;
  /** Id of the event. */
  readonly event: string;
  /** The record of the event. */
  readonly stream: string;
  /** Key of the only statement to remove. Absent: all content. */
  readonly statement?: string;
  readonly ground: RedactionGround;
  readonly basis: string;
  readonly askedBy: string;
  /** RFC 3339, as all instants here. */
  readonly askedAt: string;
  /** It cannot be confirmed afterwards. */
  readonly expiresAt: string;
  readonly state: RedactionState;
  /** Who confirmed or rejected it. Absent if the operator removed the content on a stopped server. */
  readonly settledBy?: string;
  readonly settledAt?: string;
  readonly doneAt?: string;
}

/** The port of the requests. Every change is one transaction, and on disk when the call returns. */
export interface RedactionStore {
  /** The newest first. */
  list(): readonly RedactionRequest[];
  find(id: string): RedactionRequest | undefined;
  add(request: RedactionRequest): void;
  /** Changes a request that is in the state `from`. Returns false, without changing it, if it is in another. */
  change(id: string, from: RedactionState, changes: Partial<RedactionRequest>): boolean;
  close(): void;
}

export interface ProposedEvent {
  readonly id: string;
  readonly type: string;
  readonly contentType: string;
  readonly data: Uint8Array;
  readonly metadata: Uint8Array;
}

export interface StoredEvent extends ProposedEvent {
  readonly stream: string;
  readonly revision: number;
  /** That of the event itself, as `prepare` is: only explicit transactions, which gRPC does not have, tell them apart. */
  readonly commit: bigint;
  readonly prepare: bigint;
  readonly createdMs: number;
}

/** As the server orders positions: by commit, then by prepare. */
export function isBefore(
  a: Pick<StoredEvent, 'commit' | 'prepare'>,
  b: Pick<StoredEvent, 'commit' | 'prepare'>,
): boolean {
  return a.commit < b.commit || (a.commit === b.commit && a.prepare < b.prepare);
}

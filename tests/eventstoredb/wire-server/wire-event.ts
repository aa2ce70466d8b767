/** An event as a client sends it. */
export interface ProposedWireEvent {
  readonly id: string;
  readonly type: string;
  readonly contentType: string;
  readonly data: Uint8Array;
  readonly metadata: Uint8Array;
}

/** An event as the server keeps it. */
export interface WireEvent extends ProposedWireEvent {
  readonly stream: string;
  readonly revision: number;
  /** Equal to `prepare`: the two differ only in explicit transactions, which gRPC does not have. */
  readonly commit: bigint;
  readonly prepare: bigint;
  readonly createdMs: number;
}

/** Orders positions as the server does: by commit, then by prepare. */
export function isBefore(
  a: Pick<WireEvent, 'commit' | 'prepare'>,
  b: Pick<WireEvent, 'commit' | 'prepare'>,
): boolean {
  return a.commit < b.commit || (a.commit === b.commit && a.prepare < b.prepare);
}

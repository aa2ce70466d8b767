import type { Position } from '../event-store/event-store.ts';
import type { ReadNode } from './merkle-tree.ts';

export interface TreeLeaf {
  readonly hash: Buffer;
  /** The position of the event in the log. */
  readonly position: Position;
}

/**
 * The port of the file that keeps the nodes of the Merkle tree, numbered as by `nodeNumber`. It is synchronous, and
 * disposable: a lost tree is built again from the log. A crash may lose the latest leaves, but never a part of a call.
 */
export interface TreeStore {
  /** Number of leaves. */
  readonly size: number;
  /** Throws for a node that is not stored. */
  readonly readNode: ReadNode;
  /** Returns the position of the event at an index, which counts from 0. Throws if the tree is smaller. */
  positionAt(index: number): Position;
  /** Adds the next leaves and the nodes that they complete, all or none. */
  append(leaves: readonly TreeLeaf[]): void;
  clear(): void;
  close(): void;
}

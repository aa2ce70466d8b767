import { hash } from 'node:crypto';

/*
 * The Merkle tree of RFC 6962 §2.1, which RFC 9162 and C2SP use unchanged. A complete subtree never changes when leaves
 * are added, so the hashes of complete subtrees are all that is stored. They are numbered in the order in which they
 * become complete, as in Go's `golang.org/x/mod/sumdb/tlog`: leaf 0, leaf 1, their parent, leaf 2…
 */

/** Returns the hash of the complete subtree with this number. */
export type ReadNode = (node: number) => Buffer;

const LEAF_PREFIX = Buffer.from([0]);
const NODE_PREFIX = Buffer.from([1]);

export function leafHash(leaf: string | Buffer): Buffer {
  return hash('sha256', Buffer.concat([LEAF_PREFIX, Buffer.from(leaf)]), 'buffer');
}

function nodeHash(left: Buffer, right: Buffer): Buffer {
  return hash('sha256', Buffer.concat([NODE_PREFIX, left, right]), 'buffer');
}

/** Returns the number of the complete subtree at `index` among those with 2^`level` leaves. */
export function nodeNumber(level: number, index: number): number {
  let number = level;
  let rest = (index + 1) * 2 ** level - 1;
  while (rest > 0) {
    number += rest;
    rest = Math.floor(rest / 2);
  }
  return number;
}

/** Returns the hashes that the next leaf completes: its own first, then those of subtrees of growing size. */
export function completedNodes(size: number, leaf: Buffer, read: ReadNode): readonly Buffer[] {
  const completed = [leaf];
  let subtree = leaf;
  let index = size;
  for (let level = 0; index % 2 === 1; level += 1) {
    subtree = nodeHash(read(nodeNumber(level, index - 1)), subtree);
    completed.push(subtree);
    index = (index - 1) / 2;
  }
  return completed;
}

export function rootOf(size: number, read: ReadNode): Buffer {
  return size === 0 ? hash('sha256', '', 'buffer') : rangeHash(0, size, read);
}

/** Returns the hash of the leaves from `start` to before `end`. Such ranges come from splitting a tree. */
function rangeHash(start: number, end: number, read: ReadNode): Buffer {
  const level = Math.log2(end - start);
  if (Number.isInteger(level)) return read(nodeNumber(level, start / (end - start)));
  const middle = start + splitOf(end - start);
  return nodeHash(rangeHash(start, middle, read), rangeHash(middle, end, read));
}

/** Returns the greatest power of two that is less than the count. */
function splitOf(count: number): number {
  return 2 ** (Math.ceil(Math.log2(count)) - 1);
}

/** Returns the audit path of RFC 6962 §2.1.1, from the leaf to the root. */
export function inclusionProof(index: number, size: number, read: ReadNode): readonly Buffer[] {
  return pathInRange(index, 0, size, read);
}

function pathInRange(index: number, start: number, end: number, read: ReadNode): readonly Buffer[] {
  if (end - start === 1) return [];
  const middle = start + splitOf(end - start);
  return index < middle
    ? [...pathInRange(index, start, middle, read), rangeHash(middle, end, read)]
    : [...pathInRange(index, middle, end, read), rangeHash(start, middle, read)];
}

/** Returns the proof of RFC 6962 §2.1.2 that the tree with `from` leaves is the beginning of that with `to` leaves. */
export function consistencyProof(from: number, to: number, read: ReadNode): readonly Buffer[] {
  return from === 0 ? [] : proofInRange(from, 0, to, read, true);
}

/** @param isRoot true as long as the verifier knows the hash of the range that the smaller tree covers */
function proofInRange(
  from: number,
  start: number,
  end: number,
  read: ReadNode,
  isRoot: boolean,
): readonly Buffer[] {
  if (from === end) return isRoot ? [] : [rangeHash(start, end, read)];
  const middle = start + splitOf(end - start);
  return from <= middle
    ? [...proofInRange(from, start, middle, read, isRoot), rangeHash(middle, end, read)]
    : [...proofInRange(from, middle, end, read, false), rangeHash(start, middle, read)];
}

export interface IncludedLeaf {
  readonly hash: Buffer;
  readonly index: number;
}

/** Returns the root that an inclusion proof leads to (RFC 9162 §2.1.3.2); undefined if its length is wrong. */
export function rootOfProof(leaf: IncludedLeaf, size: number, proof: readonly Buffer[]): Buffer | undefined {
  let [index, last, root] = [leaf.index, size - 1, leaf.hash];
  if (index > last) return undefined;
  for (const sibling of proof) {
    if (last === 0) return undefined;
    if (index % 2 === 1 || index === last) {
      root = nodeHash(sibling, root);
      while (index % 2 === 0 && index !== 0) [index, last] = [index / 2, Math.floor(last / 2)];
    } else {
      root = nodeHash(root, sibling);
    }
    [index, last] = [Math.floor(index / 2), Math.floor(last / 2)];
  }
  return last === 0 ? root : undefined;
}

/** Hashes a tree from its first leaf to its last. It keeps one hash per level. */
export class RootHasher {
  /** Hashes of the complete subtrees that cover the leaves, by number. */
  readonly #nodes = new Map<number, Buffer>();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** Adds the next leaf, and returns the hashes that it completes. */
  add(leaf: Buffer): readonly Buffer[] {
    const completed = completedNodes(this.#size, leaf, this.#read);
    for (let level = 0; level < completed.length - 1; level += 1) {
      this.#nodes.delete(nodeNumber(level, Math.floor(this.#size / 2 ** level) - 1));
    }
    const level = completed.length - 1;
    const root = completed[level];
    if (root !== undefined) this.#nodes.set(nodeNumber(level, Math.floor(this.#size / 2 ** level)), root);
    this.#size += 1;
    return completed;
  }

  root(): Buffer {
    return rootOf(this.#size, this.#read);
  }

  readonly #read = (node: number): Buffer => {
    const hashed = this.#nodes.get(node);
    if (hashed === undefined) throw new Error(`Node ${node} is not kept.`);
    return hashed;
  };
}

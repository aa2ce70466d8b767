import { generateKeyPairSync } from 'node:crypto';
import { join } from 'node:path';
import type { EventStore, Position } from '../../src/event-store/event-store.ts';
import { NO_REMOVALS } from '../../src/event-store/removals.ts';
import { CheckpointFile } from '../../src/integrity/log-files.ts';
import { LogTree } from '../../src/integrity/log-tree.ts';
import { completedNodes } from '../../src/integrity/merkle-tree.ts';
import type { TreeLeaf, TreeStore } from '../../src/integrity/tree-store.ts';

class InMemoryTreeStore implements TreeStore {
  readonly nodes: Buffer[] = [];
  readonly #positions: Position[] = [];

  get size(): number {
    return this.#positions.length;
  }

  readonly readNode = (node: number): Buffer => {
    const hash = this.nodes[node];
    if (hash === undefined) throw new Error(`There is no node ${node}.`);
    return hash;
  };

  positionAt(index: number): Position {
    const position = this.#positions[index];
    if (position === undefined) throw new Error(`There is no leaf ${index}.`);
    return position;
  }

  append(leaves: readonly TreeLeaf[]): void {
    for (const { hash, position } of leaves) {
      this.nodes.push(...completedNodes(this.size, hash, this.readNode));
      this.#positions.push(position);
    }
  }

  clear(): void {
    this.nodes.length = 0;
    this.#positions.length = 0;
  }

  close(): void {}
}

/** Returns a tree that follows nothing until it is started, and cannot keep a checkpoint. */
export function idleTree(log: EventStore): LogTree {
  return new LogTree({
    removals: NO_REMOVALS,
    log,
    location: 'a log in memory',
    store: new InMemoryTreeStore(),
    checkpointFile: new CheckpointFile(join(import.meta.dirname, 'no-such-folder')),
    key: generateKeyPairSync('ed25519').privateKey,
    onFailure: () => {},
  });
}

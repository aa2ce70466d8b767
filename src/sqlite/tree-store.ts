import { join } from 'node:path';
import type { Position } from '../event-store/event-store.ts';
import { completedNodes, nodeNumber } from '../integrity/merkle-tree.ts';
import type { TreeLeaf, TreeStore } from '../integrity/tree-store.ts';
import {
  closeCheckpointed,
  type Database,
  inTransaction,
  type OpenOptions,
  openDatabase,
  type PreparedStatement,
  removeDatabase,
} from './driver.ts';
import { type Migration, migrate } from './migrations.ts';
import { limitWal } from './wal-file.ts';

/** `leaf` counts from 0. Rows are only added at the end, so both tables are full pages in the order of the log. */
const treeMigrations: readonly Migration[] = [
  `
  CREATE TABLE node (number INTEGER PRIMARY KEY, hash BLOB NOT NULL) STRICT;
  CREATE TABLE leaf (number INTEGER PRIMARY KEY, position TEXT NOT NULL) STRICT;
  `,
];

export function treePath(dataDir: string): string {
  return join(dataDir, 'tree.db');
}

/** Opens the tree of a data folder, which the caller has locked. An unreadable tree is deleted and starts empty. */
export function openTreeStore(dataDir: string): SqliteTreeStore {
  try {
    return new SqliteTreeStore(dataDir);
  } catch {
    removeDatabase(treePath(dataDir));
    return new SqliteTreeStore(dataDir);
  }
}

/** The nodes of the Merkle tree, in a file of a data folder: some 90 bytes for each event. */
export class SqliteTreeStore implements TreeStore {
  readonly #dataDir: string;
  #tree: OpenTree;
  #size: number;

  /** Throws FileVersionError or SQLite's error. A tree that is only read must exist. */
  constructor(dataDir: string, options: OpenOptions = {}) {
    this.#dataDir = dataDir;
    this.#tree = openTree(treePath(dataDir), options);
    this.#size = this.#tree.size;
  }

  get size(): number {
    return this.#size;
  }

  readonly readNode = (node: number): Buffer => {
    const row = this.#tree.node.get(node);
    if (row === undefined) throw new Error(`tree.db is damaged: it has no node ${node}.`);
    return Buffer.from(row.hash);
  };

  positionAt(index: number): Position {
    const row = this.#tree.position.get(index);
    if (row === undefined) throw new Error(`tree.db is damaged: it has no leaf ${index}.`);
    return row.position;
  }

  append(leaves: readonly TreeLeaf[]): void {
    inTransaction(this.#tree.database, () => {
      for (const [index, leaf] of leaves.entries()) this.#add(this.#size + index, leaf);
    });
    this.#size += leaves.length;
  }

  #add(index: number, { hash, position }: TreeLeaf): void {
    const first = nodeNumber(0, index);
    const nodes = completedNodes(index, hash, this.readNode);
    for (const [offset, node] of nodes.entries()) this.#tree.addNode.run(first + offset, node);
    this.#tree.addLeaf.run(index, position);
  }

  /** Starts a new file, as the present one may be damaged. */
  clear(): void {
    this.#tree.database.close();
    removeDatabase(treePath(this.#dataDir));
    this.#tree = openTree(treePath(this.#dataDir), {});
    this.#size = 0;
  }

  close(): void {
    closeCheckpointed(this.#tree.database);
  }
}

interface OpenTree {
  readonly database: Database;
  readonly size: number;
  readonly node: PreparedStatement<{ hash: Uint8Array }>;
  readonly position: PreparedStatement<{ position: Position }>;
  readonly addNode: PreparedStatement;
  readonly addLeaf: PreparedStatement;
}

function openTree(path: string, options: OpenOptions): OpenTree {
  const database = openDatabase(path, options);
  try {
    if (options.readOnly !== true) {
      // Rows are small, and a commit adds few, so new files have small pages.
      database.exec('PRAGMA page_size = 1024; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL');
      limitWal(database);
      migrate(database, treeMigrations, path);
    }
    return {
      database,
      size: sizeOf(database),
      node: database.prepare('SELECT hash FROM node WHERE number = ?'),
      position: database.prepare('SELECT position FROM leaf WHERE number = ?'),
      addNode: database.prepare('INSERT INTO node VALUES (?, ?)'),
      addLeaf: database.prepare('INSERT INTO leaf VALUES (?, ?)'),
    };
  } catch (error) {
    database.close();
    throw error;
  }
}

function sizeOf(database: Database): number {
  const select = 'SELECT ifnull(max(number), -1) + 1 AS size FROM leaf';
  return database.prepare<{ size: number }>(select).get()?.size ?? 0;
}

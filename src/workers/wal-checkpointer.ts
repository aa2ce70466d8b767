import { readdirSync, statSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { inodeOf } from '../sqlite/inode.ts';
import { WAL_BYTES_DUE, walBytesInUse } from '../sqlite/wal-file.ts';

const INTERVAL_MS = 250;
/** The thread takes 11 MiB, so it ends after this many idle intervals. */
const IDLE_INTERVALS_MAX = 8;
/** WALs of views are synced every so many intervals; those of other databases, whenever they are written. */
const SYNC_INTERVALS = 4;
const WAL_SUFFIX = '-wal';

/** A database to checkpoint, unless another file has taken its place. */
export interface DatabaseFile {
  readonly path: string;
  readonly inode: string;
}

interface SeenFiles {
  readonly database: string;
  readonly wal: string;
  /** When the WAL had last been written before it was checkpointed. */
  checkpointed: bigint | undefined;
}

/**
 * Has the WALs of a data folder checkpointed in a thread of their own when they have grown. A checkpoint writes many
 * pages and syncs two files, for which neither appends nor projectors should wait. The thread runs while it is needed.
 * If it fails, the writers checkpoint larger WALs themselves.
 */
export class WalCheckpointer {
  readonly #folders: readonly string[];
  readonly #viewFolder: string;
  readonly #timer: NodeJS.Timeout;
  /** By the path of the database. */
  readonly #seen = new Map<string, SeenFiles>();
  #thread: Worker | undefined;
  /** When the WALs of views had last been written before they were synced, by their paths. */
  readonly #synced = new Map<string, bigint>();
  #intervals = 0;
  /** The sync that is running. */
  #syncing: Promise<void> | undefined;
  #isBusy = false;
  #idleIntervals = 0;

  constructor(dataDir: string) {
    this.#viewFolder = join(dataDir, 'views');
    this.#folders = [dataDir, this.#viewFolder];
    this.#timer = setInterval(() => this.#check(), INTERVAL_MS);
    this.#timer.unref();
  }

  /** Waits for the checkpoint and the sync that are running. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#syncing;
    const thread = this.#thread;
    if (thread === undefined) return;
    const ended = new Promise((resolve) => thread.once('exit', resolve));
    this.#endThread();
    await ended;
  }

  #check(): void {
    if (this.#isBusy) return;
    try {
      const due = this.#due();
      if (due.length > 0) this.#checkpoint(due);
      else if (this.#idleIntervals < IDLE_INTERVALS_MAX) this.#idleIntervals += 1;
      else this.#endThread();
      this.#intervals += 1;
      if (this.#intervals % SYNC_INTERVALS === 0) {
        this.#syncing ??= this.#syncViews().finally(() => {
          this.#syncing = undefined;
        });
      }
    } catch {
      // A folder does not exist yet, files were removed, or the system has no more threads. Writers then checkpoint.
    }
  }

  #due(): readonly DatabaseFile[] {
    return this.#folders.flatMap((folder) => databasesIn(folder)).flatMap((path) => this.#ifDue(path) ?? []);
  }

  /** The WAL of a database that was replaced while it was open is not that of the new file. */
  #ifDue(path: string): DatabaseFile | undefined {
    const walPath = `${path}${WAL_SUFFIX}`;
    const [database, wal] = [inodeOf(path), inodeOf(walPath)];
    let seen = this.#seen.get(path);
    if (seen?.wal !== wal) {
      seen = { database, wal, checkpointed: undefined };
      this.#seen.set(path, seen);
    }
    const { size = 0, mtimeNs } = statSync(walPath, { bigint: true, throwIfNoEntry: false }) ?? {};
    if (seen.database !== database || size < WAL_BYTES_DUE) return undefined;
    // What was checkpointed is in use until somebody writes.
    if (mtimeNs === seen.checkpointed || walBytesInUse(walPath) < WAL_BYTES_DUE) return undefined;
    seen.checkpointed = mtimeNs;
    return { path, inode: database };
  }

  /**
   * Syncs what was added to the WALs of views, which nobody has to wait for. Otherwise a checkpoint would sync all of a
   * WAL at once, and appends would wait for the disk meanwhile.
   */
  async #syncViews(): Promise<void> {
    try {
      for (const path of databasesIn(this.#viewFolder)) await this.#syncIfWritten(`${path}${WAL_SUFFIX}`);
    } catch {
      // The folder does not exist yet, or a file was removed.
    }
  }

  async #syncIfWritten(walPath: string): Promise<void> {
    const { mtimeNs } = statSync(walPath, { bigint: true, throwIfNoEntry: false }) ?? {};
    if (mtimeNs === undefined || this.#synced.get(walPath) === mtimeNs) return;
    this.#synced.set(walPath, mtimeNs);
    const wal = await open(walPath);
    try {
      await wal.datasync();
    } catch {
      // A checkpoint of the thread would not get the error again. The writers do, as they have had the file open.
      clearInterval(this.#timer);
    } finally {
      await wal.close();
    }
  }

  #checkpoint(files: readonly DatabaseFile[]): void {
    this.#idleIntervals = 0;
    this.#thread ??= this.#start();
    this.#isBusy = true;
    this.#thread.postMessage(files);
  }

  #endThread(): void {
    this.#thread?.postMessage([]);
    this.#thread = undefined;
  }

  #start(): Worker {
    const resourceLimits = { maxYoungGenerationSizeMb: 1, maxOldGenerationSizeMb: 16 };
    const thread = new Worker(new URL('./wal-checkpoint-thread.js', import.meta.url), { resourceLimits });
    thread.on('message', () => {
      this.#isBusy = false;
    });
    thread.on('error', () => {
      clearInterval(this.#timer);
      if (this.#thread === thread) this.#thread = undefined;
    });
    return thread;
  }
}

/** Returns the databases of a folder that have a WAL. */
function databasesIn(folder: string): readonly string[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith(WAL_SUFFIX))
    .map((name) => join(folder, name.slice(0, -WAL_SUFFIX.length)));
}

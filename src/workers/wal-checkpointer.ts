import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { WAL_BYTES_DUE, walBytesInUse } from '../sqlite/wal-file.ts';

const INTERVAL_MS = 250;
/** The thread takes 11 MiB, so it ends when it has had nothing to do for so many intervals. */
const IDLE_INTERVALS_MAX = 8;
const WAL_SUFFIX = '-wal';

/**
 * Has the WALs of a data folder checkpointed in a thread of their own when they have grown. A checkpoint writes many
 * pages and syncs two files, for which neither appends nor projectors should wait. The thread runs while it is needed.
 * If it fails, the writers checkpoint larger WALs themselves.
 */
export class WalCheckpointer {
  readonly #folders: readonly string[];
  readonly #timer: NodeJS.Timeout;
  /** Path of a database → its inode when it was first seen. */
  readonly #inodes = new Map<string, bigint>();
  #thread: Worker | undefined;
  #isBusy = false;
  #idleIntervals = 0;

  constructor(dataDir: string) {
    this.#folders = [dataDir, join(dataDir, 'views')];
    this.#timer = setInterval(() => this.#check(), INTERVAL_MS);
    this.#timer.unref();
  }

  /** Waits for the checkpoint that is running. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    const thread = this.#thread;
    if (thread === undefined) return;
    const ended = new Promise((resolve) => thread.once('exit', resolve));
    this.#endThread();
    await ended;
  }

  #check(): void {
    if (this.#isBusy) return;
    const due = this.#due();
    if (due.length === 0) {
      this.#idleIntervals += 1;
      if (this.#idleIntervals > IDLE_INTERVALS_MAX) this.#endThread();
      return;
    }
    this.#idleIntervals = 0;
    this.#isBusy = true;
    this.#thread ??= this.#start();
    this.#thread.postMessage(due);
  }

  #due(): readonly string[] {
    try {
      const paths = this.#folders.flatMap((folder) => databasesIn(folder));
      return paths.filter((path) => this.#isInPlace(path) && isDue(path));
    } catch {
      // A folder does not exist yet, or files were removed. The writers report what that means to them.
      return [];
    }
  }

  /** The WAL of a file that was replaced while it was open is not that of the new file. */
  #isInPlace(path: string): boolean {
    const inode = statSync(path, { bigint: true, throwIfNoEntry: false })?.ino;
    if (inode === undefined) return false;
    const first = this.#inodes.get(path) ?? inode;
    this.#inodes.set(path, first);
    return inode === first;
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
    // Stays busy, so that it gets no more messages.
    thread.on('error', () => {
      clearInterval(this.#timer);
      this.#thread = undefined;
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

function isDue(path: string): boolean {
  const size = statSync(`${path}${WAL_SUFFIX}`, { throwIfNoEntry: false })?.size ?? 0;
  return size >= WAL_BYTES_DUE && walBytesInUse(`${path}${WAL_SUFFIX}`) >= WAL_BYTES_DUE;
}

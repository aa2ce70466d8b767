import { inodeOf } from '../inode.ts';

/**
 * The files of an open log. Whoever deletes or replaces one leaves the process with a file that nobody can find any
 * more: what it writes is lost when it ends.
 */
export class LogFiles {
  readonly #inodes: ReadonlyMap<string, string>;

  /** @param path the log, which is open in WAL mode */
  constructor(path: string) {
    this.#inodes = new Map([path, `${path}-wal`].map((each) => [each, inodeOf(each)]));
  }

  /** Throws if a file was deleted or replaced since the log was opened. */
  requireInPlace(): void {
    for (const [path, inode] of this.#inodes) {
      if (inodeOf(path) !== inode) throw new Error(`${path} was deleted or replaced while it was open.`);
    }
  }
}

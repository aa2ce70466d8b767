import { parentPort } from 'node:worker_threads';
import { checkpointShared, isSqliteError } from '../sqlite/driver.ts';
import { inodeOf } from '../sqlite/inode.ts';
import type { DatabaseFile } from './wal-checkpointer.ts';

/*
 * The thread of a `WalCheckpointer`: gets databases, and answers when it has checkpointed them. It ends when it gets
 * none.
 */

parentPort?.on('message', (files: readonly DatabaseFile[]) => {
  for (const { path, inode } of files) {
    try {
      if (inodeOf(path) === inode) checkpointShared(path);
    } catch (error) {
      // The disk is full, the file has just been removed, or a writer checkpoints it.
      if (!isSqliteError(error)) throw error;
    }
  }
  if (files.length === 0) parentPort?.close();
  else parentPort?.postMessage('done');
});

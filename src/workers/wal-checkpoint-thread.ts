import { parentPort } from 'node:worker_threads';
import { checkpointShared, isSqliteError } from '../sqlite/driver.ts';

/*
 * The thread of a `WalCheckpointer`: gets the paths of databases, and answers when it has checkpointed them. It ends
 * when it gets none.
 */

parentPort?.on('message', (paths: readonly string[]) => {
  for (const path of paths) {
    try {
      checkpointShared(path);
    } catch (error) {
      // The disk is full, the file is gone, or a writer checkpoints it.
      if (!isSqliteError(error)) throw error;
    }
  }
  if (paths.length === 0) parentPort?.close();
  else parentPort?.postMessage('done');
});

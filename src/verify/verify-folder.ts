import type { Config } from '../config.ts';
import { lockDataFolder } from '../sqlite/data-folder-lock.ts';
import { hasLog } from '../sqlite/log/log-inspection.ts';
import { loadExtensions } from '../workers/extensions.ts';
import { verifyLog } from './verify-log.ts';
import type { VerifyObserver, VerifyReport } from './verify-report.ts';
import { verifyViews } from './verify-views.ts';

/**
 * Checks a data folder that no server has open: the file of the log, its events, the tree and the kept checkpoint, and,
 * if the log is in order, the views against a replay. It changes nothing. Returns undefined if the folder has no log.
 *
 * @throws DataFolderInUseError
 * @throws ExtensionError
 */
export async function verifyFolder(
  { dataDir, extensions }: Pick<Config, 'dataDir' | 'extensions'>,
  observer: VerifyObserver,
): Promise<VerifyReport | undefined> {
  if (!hasLog(dataDir)) return undefined;
  const lock = lockDataFolder(dataDir);
  try {
    await loadExtensions(extensions);
    const { events, findings } = verifyLog(dataDir, observer);
    if (findings.length > 0) return { events, views: 0, findings };
    return { events, ...(await verifyViews(dataDir, observer)) };
  } finally {
    lock.release();
  }
}

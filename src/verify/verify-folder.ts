import type { Config } from '../config.ts';
import { inspectAuditLog } from '../sqlite/audit/audit-inspection.ts';
import { lockDataFolder } from '../sqlite/data-folder-lock.ts';
import { hasLog } from '../sqlite/log/log-inspection.ts';
import { loadExtensions } from '../workers/extensions.ts';
import { verifyLog } from './verify-log.ts';
import type { VerifyObserver, VerifyReport } from './verify-report.ts';
import { verifyViews } from './verify-views.ts';

/**
 * Checks a data folder that no server has open: the file of the log, its events, the tree and the kept checkpoint, the
 * audit log, and, if the log is in order, the views against a replay. It changes nothing. Returns undefined if the
 * folder has no log.
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
    const audit = inspectAuditLog(dataDir);
    const found = [...findings, ...audit.findings];
    if (findings.length > 0) return { events, views: 0, entries: audit.entries, findings: found };
    const views = await verifyViews(dataDir, observer);
    return { events, ...views, entries: audit.entries, findings: [...found, ...views.findings] };
  } finally {
    lock.release();
  }
}

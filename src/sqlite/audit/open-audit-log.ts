import type { AuditLog } from '../../audit/audit-log.ts';
import { GroupedAuditLog } from '../../audit/grouped-audit-log.ts';
import { isOutOfReach, isSqliteError } from '../driver.ts';
import { auditPath } from './audit-schema.ts';
import { commandPrincipal } from './command-entry.ts';
import { SqliteAuditStore } from './sqlite-audit-store.ts';

/** Nothing is written to an audit log in which something is wrong. */
export class AuditFileError extends Error {
  override readonly name = 'AuditFileError';
}

/** Writers of other processes hold the lock for milliseconds. Until then, this process answers nothing. */
const BUSY_TIMEOUT_MS = 250;

/**
 * Opens the audit log of a data folder for a server.
 *
 * @param onFailure called when entries cannot be written, or not be forced to disk
 * @throws AuditFileError, FileVersionError, or SQLite's error about the disk
 */
export function openAuditLog(
  dataDir: string,
  clock: () => Date,
  onFailure: (error: Error) => void,
): AuditLog {
  const store = openStore(dataDir, onFailure);
  return new GroupedAuditLog({ store, clock, principal: commandPrincipal(), onFailure });
}

function openStore(dataDir: string, onSyncFailure: (error: Error) => void): SqliteAuditStore {
  try {
    const store = new SqliteAuditStore(dataDir, { busyTimeoutMs: BUSY_TIMEOUT_MS }, onSyncFailure);
    if (store.missingTriggers().length === 0) return store;
    store.close();
  } catch (error) {
    if (!isSqliteError(error) || isOutOfReach(error)) throw error;
    throw new AuditFileError(`${auditPath(dataDir)} cannot be read (${error.message}). ${WAYS_OUT}`);
  }
  throw new AuditFileError(
    `${auditPath(dataDir)} lacks triggers that keep entries from being changed: another program has removed or ` +
      `altered them. ${WAYS_OUT}`,
  );
}

const WAYS_OUT =
  'Run chancery audit --check, which says what is wrong. To begin a new audit log, move the file and those beside it ' +
  'away.';

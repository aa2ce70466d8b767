import { existsSync } from 'node:fs';
import type { AuditAct } from '../../audit/audit-entry.ts';
import type { Config } from '../../config.ts';
import { FileVersionError, recordCommand, sqliteTrouble } from '../../log.ts';
import { isSystemError } from './system-errors.ts';

/**
 * Adds what this command does to the audit log of the data folder. Failing
 * to do so does not stop the command, but is reported: whoever can run it could act without it anyway.
 */
export function addAuditEntry({ dataDir }: Pick<Config, 'dataDir'>, act: AuditAct, target: string): void {
  if (!existsSync(dataDir)) return;
  try {
    recordCommand(dataDir, act, target, new Date());
  } catch (error) {
    const isExpected =
      isSystemError(error) || error instanceof FileVersionError || sqliteTrouble(error) !== undefined;
    if (!isExpected) throw error;
    process.stderr.write(`this is not in the audit log of ${dataDir}: ${(error as Error).message}\n`);
  }
}

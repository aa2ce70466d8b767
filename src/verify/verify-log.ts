import { existsSync } from 'node:fs';
import { openCheckpoint } from '../integrity/check-history.ts';
import { CheckpointFile, readLogKey } from '../integrity/log-files.ts';
import { type LogEvidence, LogVerification } from '../integrity/log-verification.ts';
import { isSqliteError } from '../sqlite/driver.ts';
import { LogFile } from '../sqlite/log/log-inspection.ts';
import { logPath } from '../sqlite/log/log-schema.ts';
import { FileVersionError } from '../sqlite/migrations.ts';
import { SqliteTreeStore, treePath } from '../sqlite/tree-store.ts';
import { walProblem } from '../sqlite/wal-file.ts';
import type { VerifyObserver, VerifyReport } from './verify-report.ts';

/** Checks the log of a folder, without the views. */
export function verifyLog(
  dataDir: string,
  observer: VerifyObserver,
): Pick<VerifyReport, 'events' | 'findings'> {
  const { findings, ...evidence } = openEvidence(dataDir);
  const verification = new LogVerification(evidence);
  const wal = walProblem(`${logPath(dataDir)}-wal`);
  const problems: string[] = [];
  let file: LogFile | undefined;
  try {
    file = new LogFile(dataDir);
    observer.stepStarted('file', undefined);
    problems.push(...file.problems());
    observer.stepStarted('events', file.count());
    for (const event of file.events()) {
      verification.check(event);
      observer.advanced(1);
    }
  } catch (error) {
    if (!isSqliteError(error) && !(error instanceof FileVersionError)) throw error;
    problems.push(`it cannot be read after ${verification.events} events: ${error.message}`);
  } finally {
    file?.close();
  }
  const inFile = problems.map((problem) => `log.db: ${problem}`);
  const inWal = wal === undefined ? [] : [`log.db-wal: ${wal}`];
  const report = [...findings, ...inWal, ...inFile, ...verification.finish()];
  evidence.tree?.close();
  return { events: verification.events, findings: report };
}

interface OpenEvidence extends LogEvidence {
  readonly tree: SqliteTreeStore | undefined;
  /** What is wrong with the evidence itself. */
  readonly findings: readonly string[];
}

function openEvidence(dataDir: string): OpenEvidence {
  const findings: string[] = [];
  const note = new CheckpointFile(dataDir).read();
  const key = readLogKey(dataDir);
  const signed = note === undefined || key === undefined ? undefined : openCheckpoint(note, key);
  if (note !== undefined && signed === undefined) {
    findings.push('checkpoint: it is not a checkpoint that was signed with the key in log.key');
  }
  return { tree: openTree(dataDir, findings), signed, isNumbered: true, findings };
}

function openTree(dataDir: string, findings: string[]): SqliteTreeStore | undefined {
  try {
    return existsSync(treePath(dataDir)) ? new SqliteTreeStore(dataDir, { readOnly: true }) : undefined;
  } catch (error) {
    if (!isSqliteError(error)) throw error;
    findings.push(`tree.db: it cannot be read; remove it, and it is built again (${error.message})`);
    return undefined;
  }
}

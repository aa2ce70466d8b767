import { existsSync } from 'node:fs';
import { entryHash, FIRST_HASH, type StoredEntry } from '../../audit/entry-text.ts';
import { type Database, isSqliteError, openToRead } from '../driver.ts';
import { integrityProblems } from '../log/log-inspection.ts';
import { FileVersionError, requireMigrated } from '../migrations.ts';
import { missingTriggers } from '../triggers.ts';
import { auditMigrations, auditPath } from './audit-schema.ts';

export interface AuditInspection {
  /** Entries that follow one another from the first one on. */
  readonly entries: number;
  /** The hash of the last one of them. */
  readonly hash: string;
  /** What is wrong and where, one line each. */
  readonly findings: readonly string[];
}

/**
 * Checks the audit log of a data folder, which a server may have open: the file, the triggers, and that each entry is
 * the one that its hash stands for and follows the one before. A folder without an audit log has no entries.
 */
export function inspectAuditLog(dataDir: string, onEntry: () => void = () => {}): AuditInspection {
  const path = auditPath(dataDir);
  if (!existsSync(path)) return { entries: 0, hash: FIRST_HASH, findings: [] };
  let database: Database | undefined;
  const chain: Chain = { entries: 0, hash: FIRST_HASH };
  const findings: string[] = [];
  try {
    database = openToRead(path);
    requireMigrated(database, auditMigrations, path);
    // Entries that are added meanwhile are left out.
    database.exec('BEGIN');
    findings.push(...integrityProblems(database));
    const missing = missingTriggers(database, auditMigrations);
    findings.push(...missing.map((sql) => `a trigger is missing; put it back with: ${sql};`));
    const broken = followChain(database, chain, onEntry);
    if (broken !== undefined) findings.push(broken);
  } catch (error) {
    if (!isSqliteError(error) && !(error instanceof FileVersionError)) throw error;
    findings.push(`it cannot be read after ${chain.entries} entries: ${error.message}`);
  } finally {
    // A closed connection may live on until it is collected (`Database.close`), and with it its transaction.
    if (database?.isTransaction) database.exec('ROLLBACK');
    database?.close();
  }
  return { ...chain, findings: findings.map((finding) => `audit.db: ${finding}`) };
}

interface Chain {
  entries: number;
  hash: string;
}

/** Follows the chain as far as it holds, and returns what is wrong with the entry after that. */
function followChain(database: Database, chain: Chain, onEntry: () => void): string | undefined {
  const stored = database.prepare<StoredEntry>('SELECT number, json, hash FROM entry ORDER BY number');
  for (const { number, json, hash } of stored.iterate()) {
    const expected = chain.entries + 1;
    if (number !== expected) return `entry ${expected} is missing; the next one is ${number}`;
    const actual = entryHash(chain.hash, json);
    if (actual !== hash) return `entry ${number} was changed, or one before it was removed`;
    chain.entries = number;
    chain.hash = hash;
    onEntry();
  }
  const head = database.prepare<Pick<StoredEntry, 'number' | 'hash'>>('SELECT number, hash FROM head').get();
  if (head?.number === chain.entries && head.hash === chain.hash) return undefined;
  return `entry ${chain.entries} is the last one, but ${head?.number ?? 'an unknown number'} were written`;
}

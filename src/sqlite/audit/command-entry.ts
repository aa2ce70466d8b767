import { userInfo } from 'node:os';
import type { AuditAct, AuditPrincipal } from '../../audit/audit-entry.ts';
import { SqliteAuditStore } from './sqlite-audit-store.ts';

/** Adds what a command did to the audit log of a data folder. Throws the error of SQLite or the system. */
export function recordCommand(dataDir: string, act: AuditAct, target: string, at: Date): void {
  const store = new SqliteAuditStore(dataDir);
  try {
    const principal = commandPrincipal();
    store.append([{ at: at.toISOString(), ...act, principal, address: null, request: null, target }]);
  } finally {
    store.close();
  }
}

/** The user of the operating system that runs this process. Its id may have no name, as in a container. */
export function commandPrincipal(): AuditPrincipal {
  try {
    return { name: userInfo().username, authenticatedBy: 'command' };
  } catch {
    return { name: `uid ${process.getuid?.()}`, authenticatedBy: 'command' };
  }
}

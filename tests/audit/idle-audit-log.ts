import type { AuditLog } from '../../src/audit/audit-log.ts';

/** An audit log that forgets everything. */
export const IDLE_AUDIT_LOG: AuditLog = {
  waiting: 0,
  record: () => {},
  read: () => [],
  entry: () => undefined,
  close: () => {},
};

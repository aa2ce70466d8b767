import type { AppContext } from '../protocol/context.ts';
import type { Router } from '../protocol/router.ts';
import { AUDIT_FORMATS, showAuditLog } from './audit.ts';
import { auditLogDescription } from './descriptions.ts';

/** Registers the audit log. */
export function registerAudit(router: Router, context: AppContext): void {
  context.metrics.addSource(() => [
    {
      name: 'chancery_audit_waiting',
      type: 'gauge',
      help: 'Entries of the audit log that are not written yet. It grows while they cannot be written.',
      samples: [{ value: context.audit.waiting }],
    },
  ]);
  router.register(
    '/audit',
    { get: (req, res) => showAuditLog(context, req, res) },
    { get: auditLogDescription },
    AUDIT_FORMATS,
  );
}

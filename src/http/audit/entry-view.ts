import { ACTION_LABELS, type AuditEntry } from '../../audit/audit-entry.ts';
import { auditDetails } from '../../audit/entry-text.ts';
import type { AuditEntryView } from '../../web/pages/audit-page.ts';

/** Returns an entry as the page shows it. */
export function entryView(entry: AuditEntry): AuditEntryView {
  const { number, at, action, principal, address, request, target } = entry;
  const details = Object.entries(auditDetails(entry)).map(([name, value]) => ({
    name,
    value: detailText(value),
  }));
  return {
    number,
    at,
    label: ACTION_LABELS[action],
    principal: principal.name,
    authenticatedBy: principal.authenticatedBy,
    address,
    request: request && `${request.method} ${request.status ?? 'disconnected'}`,
    target,
    details,
  };
}

function detailText(value: unknown): string {
  return Array.isArray(value) ? value.join(', ') : String(value);
}

import type { AuditPrincipal, NewAuditEntry } from '../../src/audit/audit-entry.ts';

export const DESK: AuditPrincipal = { name: 'desk', authenticatedBy: 'key' };

const BASE: Omit<NewAuditEntry, 'action'> = {
  at: '2026-11-26T08:00:00.000Z',
  principal: DESK,
  address: '127.0.0.1',
  request: { method: 'GET', route: '/countries/:code', status: 200, id: 'r1' },
  target: '/countries/PK',
};

/** An entry about an export, with parts that differ. */
export function exportEntry(parts: Partial<NewAuditEntry> = {}): NewAuditEntry {
  return { ...BASE, action: 'export', format: 'csv', query: '', ...parts } as NewAuditEntry;
}

export function refusalEntry(address: string): NewAuditEntry {
  return { ...BASE, action: 'refusal', code: 'not-permitted', address };
}

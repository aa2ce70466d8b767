import type { AuditEntry } from '../../audit/audit-entry.ts';
import { auditDetails } from '../../audit/entry-text.ts';
import type { Column } from '../formats/column.ts';

/** The columns of the audit log. Control characters are escaped in the entries themselves. */
export const AUDIT_COLUMNS: readonly Column<AuditEntry>[] = [
  { name: 'number', type: 'integer', description: 'Counts from 1.', value: ({ number }) => number },
  { name: 'at', type: 'datetime', description: 'When it was done.', value: ({ at }) => at },
  { name: 'action', type: 'string', description: 'What was done.', value: ({ action }) => action },
  {
    name: 'principal',
    type: 'string',
    description: 'Name of the key, person or user.',
    value: ({ principal }) => principal.name,
  },
  {
    name: 'authenticated_by',
    type: 'string',
    description: 'How it was established who it is.',
    value: ({ principal }) => principal.authenticatedBy,
  },
  { name: 'address', type: 'string', description: 'Address of the client.', value: ({ address }) => address },
  { name: 'method', type: 'string', description: 'Of the request.', value: ({ request }) => request?.method },
  { name: 'route', type: 'string', description: 'Its pattern.', value: ({ request }) => request?.route },
  { name: 'status', type: 'integer', description: 'Its answer.', value: ({ request }) => request?.status },
  { name: 'request_id', type: 'string', description: 'As in the logs.', value: ({ request }) => request?.id },
  { name: 'target', type: 'string', description: 'What it was done to.', value: ({ target }) => target },
  {
    name: 'details',
    type: 'string',
    description: 'What only this action has, as JSON.',
    value: (entry) => {
      const json = JSON.stringify(auditDetails(entry));
      return json === '{}' ? undefined : json;
    },
  },
  { name: 'hash', type: 'string', description: 'Chains the entries.', value: ({ hash }) => hash },
];

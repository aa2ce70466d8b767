import { type EndpointDescription, jsonBody, PAGE } from '../protocol/description.ts';
import { auditList } from '../schemas/audit.ts';
import { AUDIT_PARAMETERS } from './audit-query.ts';

export const auditLogDescription: EndpointDescription = {
  id: 'readAuditLog',
  area: 'Operations',
  permission: 'read-audit',
  summary: 'Who did what when: changes, exports, refusals',
  description:
    'Page by page as JSON or as a page; all entries that match as NDJSON or CSV, whatever `limit` says. Reading is ' +
    'not recorded, but a download is.',
  query: AUDIT_PARAMETERS,
  answers: { 200: { content: { ...jsonBody(auditList), ...PAGE }, headers: ['Cache-Control', 'Link'] } },
};

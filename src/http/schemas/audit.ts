import { z } from 'zod';
import { AUDIT_ACTIONS } from '../../audit/audit-entry.ts';
import { next } from './shared.ts';

const count = z.int().exactOptional();

/** What only some actions have is optional. */
const auditEntry = z
  .object({
    number: z.int().meta({ description: 'Counts from 1 without gaps.' }),
    at: z.string().meta({ description: 'RFC 3339, UTC.' }),
    action: z.enum(AUDIT_ACTIONS),
    principal: z.object({
      name: z.string(),
      authenticatedBy: z.enum(['local', 'key', 'session', 'feed', 'oidc', 'public', 'command']),
    }),
    address: z.string().nullable().meta({ description: 'Of the client; null for commands.' }),
    request: z
      .object({
        method: z.string(),
        route: z.string().nullable(),
        status: z.int().nullable(),
        id: z.string(),
      })
      .nullable()
      .meta({ description: 'Null for commands.' }),
    target: z.string().nullable(),
    events: z.array(z.string()).exactOptional().meta({ description: 'Ids of events that were added.' }),
    recorded: count,
    repeated: count,
    corrected: count,
    refused: count,
    role: z.string().exactOptional().meta({ description: 'Of a new key.' }),
    format: z.string().exactOptional(),
    query: z.string().exactOptional(),
    code: z.string().exactOptional().meta({ description: 'Of the problem that refused the request.' }),
    count,
    hash: z.string().meta({ description: 'SHA-256 of the hash before and this entry.' }),
  })
  .meta({ id: 'AuditEntry' });

export const auditList = z.object({ entries: z.array(auditEntry), next }).meta({ id: 'AuditList' });

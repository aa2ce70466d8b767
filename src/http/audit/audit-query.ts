import { z } from 'zod';
import { AUDIT_ACTIONS } from '../../audit/audit-entry.ts';
import type { AuditLog, AuditRange } from '../../audit/audit-log.ts';
import { parseInstant } from '../../domain/fields/instant.ts';
import { decodeCursor, encodeCursor } from '../protocol/paging.ts';
import { choiceParameter, countParameter, namesOf, textParameter } from '../protocol/parameters.ts';
import { anotherHistory, CURSOR_EXPECTED, invalidQuery, type Problem } from '../protocol/problems.ts';
import { QueryParameters } from '../protocol/query.ts';

const ALL = 'all';

const principalParameter = textParameter('principal', 'Only what this key, person or user did.', 'local');
const actionParameter = choiceParameter('action', [ALL, ...AUDIT_ACTIONS], ALL, 'Only this action.');
const fromParameter = textParameter('from', 'Only what was done at this instant (RFC 3339) or later.');
const toParameter = textParameter('to', 'Only what was done before this instant (RFC 3339).');
const newestFirst = choiceParameter('order', ['asc', 'desc'], 'desc', 'Oldest or newest first.');
const limitParameter = countParameter('limit', 1_000, 100, 'Entries of a page.');
const cursorParameter = textParameter('cursor', '`next` of the page before.');

export const AUDIT_PARAMETERS = [
  principalParameter,
  actionParameter,
  fromParameter,
  toParameter,
  newestFirst,
  limitParameter,
  cursorParameter,
];

export type AuditQuery =
  | { readonly outcome: 'read'; readonly range: AuditRange }
  | { readonly outcome: 'refused'; readonly problem: Problem };

export function parseAuditQuery(url: string, audit: AuditLog): AuditQuery {
  const query = new QueryParameters(url, namesOf(AUDIT_PARAMETERS));
  const action = actionParameter.read(query);
  const cursor = query.parsed(cursorParameter.name, parseCursor, CURSOR_EXPECTED);
  const range: AuditRange = {
    // A form also sends the fields that are left empty.
    principal: query.text(principalParameter.name) || undefined,
    action: action === ALL ? undefined : action,
    from: instantOf(query, fromParameter.name),
    to: instantOf(query, toParameter.name),
    order: newestFirst.read(query),
    limit: limitParameter.read(query),
    after: cursor?.number,
  };
  if (query.errors.length > 0) return { outcome: 'refused', problem: invalidQuery(query.errors) };
  const isKnown = cursor === undefined || audit.entry(cursor.number)?.hash.startsWith(cursor.hash);
  if (!isKnown) return { outcome: 'refused', problem: anotherHistory(cursorParameter.name) };
  return { outcome: 'read', range };
}

/** The `+` of a zone offset may arrive as a space. */
function instantOf(query: QueryParameters, parameter: string): string | undefined {
  if (query.text(parameter) === '') return undefined;
  const parse = (text: string) => parseInstant(text.replace(' ', '+'));
  return query.parsed(parameter, parse, 'Expected an instant (RFC 3339) such as 2026-11-26T08:00:00Z.');
}

const HASH_CHARS = 16;
const auditCursor = z.tuple([z.literal('audit'), z.int().positive(), z.string().length(HASH_CHARS)]);

/** A cursor names an entry of this log, and so no other log accepts it. */
export function auditCursorAfter({
  number,
  hash,
}: {
  readonly number: number;
  readonly hash: string;
}): string {
  return encodeCursor(['audit', number, hash.slice(0, HASH_CHARS)]);
}

function parseCursor(text: string): { readonly number: number; readonly hash: string } | undefined {
  const parts = decodeCursor(text, auditCursor);
  return parts && { number: parts[1], hash: parts[2] };
}

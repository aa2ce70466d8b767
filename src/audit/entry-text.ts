import { createHash } from 'node:crypto';
import { escapeInvisible, maskSecrets } from '../observability/safe-text.ts';
import type { AuditEntry, NewAuditEntry } from './audit-entry.ts';

const TEXT_CHARS_MAX = 1_000;

/** The hash before the first entry. */
export const FIRST_HASH = '0'.repeat(64);

/** Returns the JSON that is stored of an entry. Its texts have no line breaks, no control characters and no secrets. */
export function auditJson(entry: NewAuditEntry): string {
  return JSON.stringify(entry, (_name, value: unknown) =>
    typeof value === 'string' ? safeText(value) : value,
  );
}

function safeText(text: string): string {
  const safe = escapeInvisible(maskSecrets(text));
  return safe.length > TEXT_CHARS_MAX ? `${safe.slice(0, TEXT_CHARS_MAX)}…` : safe;
}

/**
 * Chains an entry to the one before: SHA-256 of the hash before in hexadecimal, a line break and the JSON of the entry,
 * in UTF-8. Whoever has noted a hash can tell that no entry up to it was changed or removed since.
 */
export function entryHash(previousHash: string, json: string): string {
  return createHash('sha256').update(`${previousHash}\n${json}`).digest('hex');
}

/** A stored entry. */
export interface StoredEntry {
  readonly number: number;
  readonly json: string;
  readonly hash: string;
}

export function parseEntry({ number, json, hash }: StoredEntry): AuditEntry {
  return { number, ...(JSON.parse(json) as NewAuditEntry), hash };
}

/** Returns the entry as it is sent: the stored JSON between the number and the hash. */
export function sentEntry({ number, hash, ...entry }: AuditEntry): string {
  return `{"number":${number},${JSON.stringify(entry).slice(1, -1)},"hash":"${hash}"}`;
}

/** Returns what only this action has, such as the ids of events. */
export function auditDetails(entry: AuditEntry): Readonly<Record<string, unknown>> {
  const { number, at, action, principal, address, request, target, hash, ...details } = entry;
  return details;
}

/** Returns an entry as one line for people. */
export function entrySummary(entry: AuditEntry): string {
  const { at, action, principal, address, request, target } = entry;
  const details = Object.entries(auditDetails(entry)).map(([name, value]) => `${name}=${value}`);
  const from = address === null ? [] : ['from', address];
  const by =
    request === null ? [] : [`${request.method} ${request.route ?? ''}`.trim(), request.status ?? '-'];
  const who = `${principal.name} (${principal.authenticatedBy})`;
  return [at, action, target ?? '-', ...details, 'by', who, ...from, ...by].join(' ');
}

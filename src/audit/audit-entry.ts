import type { AccessRole } from '../access/permissions.ts';
import type { Principal } from '../access/principal.ts';

/** Who did something. */
export interface AuditPrincipal {
  /** Name of a key or a person; of a command, that of the user of the operating system. */
  readonly name: string;
  /** How it was established who it is. */
  readonly authenticatedBy: Principal['authenticatedBy'] | 'command';
}

/** The request by which it was done. */
export interface AuditRequest {
  readonly method: string;
  /** Pattern of the route, such as `/countries/:code`; null if the request matched none. */
  readonly route: string | null;
  /** Null if the client disconnected before there was a status. */
  readonly status: number | null;
  /** The same as in the log lines, and in the header `X-Request-Id` of the response. */
  readonly id: string;
}

/** What was done. */
export type AuditAct =
  | { readonly action: 'server-started' | 'server-stopped' }
  /** Events were added. They are named by their ids; their content is in the log of events. */
  | { readonly action: 'append'; readonly events: readonly string[] }
  /** A file was imported, or the lines of a bulk request. `append` names the events of a request. */
  | {
      readonly action: 'import';
      readonly recorded: number;
      readonly repeated: number;
      /** Only of `import --update`. */
      readonly corrected?: number;
      readonly refused: number;
    }
  /** An error ended an import. What it had recorded until then stays. */
  | { readonly action: 'import-failed' }
  /** A whole list, timeline or log was downloaded. The query chose what of it. */
  | { readonly action: 'export'; readonly format: string; readonly query: string }
  | { readonly action: 'backup' | 'restore' | 'copy' }
  | { readonly action: 'rebuild' | 'rebuild-cancelled' }
  | { readonly action: 'subscription-added' | 'subscription-changed' | 'subscription-removed' }
  | { readonly action: 'dead-letter-sent' | 'dead-letter-discarded' }
  /** Items of a feed became drafts of the inbox, or a draft was removed from it. */
  | { readonly action: 'feed-added' | 'draft-dismissed' }
  /** Somebody signed in or out on the pages. A sign-in that fails is a refusal. */
  | { readonly action: 'sign-in' | 'sign-out' }
  | { readonly action: 'key-created'; readonly role: AccessRole }
  | { readonly action: 'key-revoked' }
  | { readonly action: 'feed-url-created' | 'feed-url-revoked' }
  /** Content is to be removed by law. Who confirms a removal is another person than who asked for it. */
  | { readonly action: 'redaction-asked' | 'redaction-confirmed' | 'redaction-rejected' }
  /** A request was refused: nobody was signed in, or not somebody who may do this, or not from there. */
  | { readonly action: 'refusal'; readonly code: string }
  /** Refusals that have no entry of their own, because there were too many from this address. */
  | { readonly action: 'refusals-counted'; readonly count: number }
  /** Entries that could not be written, because the disk was full for too long. */
  | { readonly action: 'entries-lost'; readonly count: number };

export type AuditAction = AuditAct['action'];

/** What each action means, for readers. */
export const ACTION_LABELS: Readonly<Record<AuditAction, string>> = {
  'server-started': 'Server started',
  'server-stopped': 'Server stopped',
  append: 'Events added',
  import: 'Events imported',
  'import-failed': 'Import failed',
  export: 'Exported',
  backup: 'Backed up',
  restore: 'Backup restored',
  copy: 'Log copied',
  rebuild: 'Rebuild started',
  'rebuild-cancelled': 'Rebuild cancelled',
  'subscription-added': 'Subscription added',
  'subscription-changed': 'Subscription changed',
  'subscription-removed': 'Subscription removed',
  'dead-letter-sent': 'Dead letter sent again',
  'dead-letter-discarded': 'Dead letter discarded',
  'feed-added': 'Feed added to the inbox',
  'draft-dismissed': 'Draft dismissed',
  'sign-in': 'Signed in',
  'sign-out': 'Signed out',
  'key-created': 'Key created',
  'key-revoked': 'Key revoked',
  'feed-url-created': 'Feed URL created',
  'feed-url-revoked': 'Feed URL revoked',
  'redaction-asked': 'Removal asked for',
  'redaction-confirmed': 'Removal confirmed',
  'redaction-rejected': 'Removal rejected',
  refusal: 'Refused',
  'refusals-counted': 'Refusals counted',
  'entries-lost': 'Entries lost',
};

export const AUDIT_ACTIONS = Object.keys(ACTION_LABELS) as readonly AuditAction[];

/** An entry before it is written. Texts may be whatever a client sent: the log escapes and shortens them. */
export type NewAuditEntry = AuditAct & {
  readonly at: string;
  readonly principal: AuditPrincipal;
  /** Null for commands. */
  readonly address: string | null;
  readonly request: AuditRequest | null;
  /** The path of the resource, or the name of the thing; null if there is none. Never contains a secret. */
  readonly target: string | null;
};

/** An entry as it was written. */
export type AuditEntry = NewAuditEntry & {
  /** Counts from 1 without gaps. */
  readonly number: number;
  /** SHA-256 in hexadecimal of the hash before and this entry (`entryHash`). */
  readonly hash: string;
};

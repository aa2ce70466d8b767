import type { AuditAction, AuditEntry, NewAuditEntry } from './audit-entry.ts';

/** Which entries to read. All conditions must hold. */
export interface AuditFilter {
  readonly principal?: string | undefined;
  readonly action?: AuditAction | undefined;
  /** Instants in UTC with milliseconds; `from` is included, `to` is not. */
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

export interface AuditRange extends AuditFilter {
  readonly order: 'asc' | 'desc';
  readonly limit: number;
  /** Number of the entry before the first one. */
  readonly after?: number | undefined;
}

export interface AuditReader {
  read(range: AuditRange): readonly AuditEntry[];
  /** Undefined if there is no entry with this number. */
  entry(number: number): AuditEntry | undefined;
}

/** Where the entries are kept. Other processes may write to it as well. */
export interface AuditStore extends AuditReader {
  /**
   * Adds entries at the end, all or none, and throws if none. They survive a crash of the process at once, and one of
   * the machine after about a second. An entry that is older than the last one gets the instant of that one, so that
   * the order of the entries is that of their instants.
   */
  append(entries: readonly NewAuditEntry[]): void;
  close(): void;
}

/**
 * Who did what when, as an append-only log of its own. Readers see what was recorded before, unless it cannot be
 * written now.
 */
export interface AuditLog extends AuditReader {
  /** Never throws and never waits: the entry is written soon afterwards. */
  record(entry: NewAuditEntry): void;
  /** Recorded entries that are not written yet. */
  readonly waiting: number;
  /** Writes what was recorded, and closes the store. */
  close(): void;
}

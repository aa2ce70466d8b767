import type { AuditEntry, AuditPrincipal, NewAuditEntry } from './audit-entry.ts';
import type { AuditLog, AuditRange, AuditStore } from './audit-log.ts';
import { RefusalLimit } from './refusal-limit.ts';

const GROUP_MS = 100;
/** Until entries are written again that could not be written. */
const RETRY_MS = 1_000;
const REFUSAL_PERIOD_MS = 60_000;
/** Entries that wait while the store cannot be written. */
const WAITING_MAX = 10_000;

export interface GroupedAuditLogOptions {
  readonly store: AuditStore;
  readonly clock: () => Date;
  /** Of entries that the log makes itself. */
  readonly principal: AuditPrincipal;
  /** Called when entries cannot be written, once until they can. */
  readonly onFailure: (error: Error) => void;
}

/**
 * Writes entries in groups, some tenth of a second after they were recorded. If the process is killed, the entries of
 * that time are missing. Entries that cannot be written wait in memory; if there are too many, the later ones are
 * counted, and their number becomes an entry. A flood of refusals is counted as well (`RefusalLimit`).
 */
export class GroupedAuditLog implements AuditLog {
  readonly #options: GroupedAuditLogOptions;
  readonly #refusals = new RefusalLimit();
  #waiting: NewAuditEntry[] = [];
  #lost = 0;
  #hasFailed = false;
  #writeTimer: NodeJS.Timeout | undefined;
  #periodTimer: NodeJS.Timeout | undefined;

  constructor(options: GroupedAuditLogOptions) {
    this.#options = options;
  }

  get waiting(): number {
    return this.#waiting.length;
  }

  record(entry: NewAuditEntry): void {
    if (entry.action === 'refusal' && !this.#acceptsRefusal(entry)) return;
    if (this.#waiting.length >= WAITING_MAX) this.#lost += 1;
    else this.#waiting.push(entry);
    this.#writeAfter(GROUP_MS);
  }

  read(range: AuditRange): readonly AuditEntry[] {
    this.#write();
    return this.#options.store.read(range);
  }

  entry(number: number): AuditEntry | undefined {
    return this.#options.store.entry(number);
  }

  close(): void {
    clearTimeout(this.#periodTimer);
    this.#endPeriod();
    this.#write();
    clearTimeout(this.#writeTimer);
    this.#options.store.close();
  }

  #acceptsRefusal({ address }: NewAuditEntry): boolean {
    this.#periodTimer ??= setTimeout(() => this.#endPeriod(), REFUSAL_PERIOD_MS).unref();
    return this.#refusals.accepts(address);
  }

  #endPeriod(): void {
    this.#periodTimer = undefined;
    for (const { address, count } of this.#refusals.nextPeriod()) {
      this.record({ ...this.#ownEntry(), action: 'refusals-counted', count, address });
    }
  }

  #ownEntry(): Omit<NewAuditEntry, 'action'> {
    const { clock, principal } = this.#options;
    return { at: clock().toISOString(), principal, address: null, request: null, target: null };
  }

  #writeAfter(ms: number): void {
    this.#writeTimer ??= setTimeout(() => this.#write(), ms).unref();
  }

  #write(): void {
    clearTimeout(this.#writeTimer);
    this.#writeTimer = undefined;
    const lost = this.#lost;
    const entries: readonly NewAuditEntry[] =
      lost === 0
        ? this.#waiting
        : [...this.#waiting, { ...this.#ownEntry(), action: 'entries-lost', count: lost }];
    if (entries.length === 0) return;
    try {
      this.#options.store.append(entries);
      this.#waiting = [];
      this.#lost = 0;
      this.#hasFailed = false;
    } catch (error) {
      if (!this.#hasFailed) this.#options.onFailure(error as Error);
      this.#hasFailed = true;
      this.#writeAfter(RETRY_MS);
    }
  }
}

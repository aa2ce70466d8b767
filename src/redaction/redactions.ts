import { z } from 'zod';
import { readRecordEvents } from '../append/read-record.ts';
import { redactionFields } from '../domain/event-types/redaction.ts';
import { type FieldError, fieldErrorsOf } from '../domain/fields/field-error.ts';
import { planRedaction } from '../domain/record/plan-redaction.ts';
import type { RecordedEvent } from '../event-store/event-store.ts';
import { pause } from '../event-store/retry.ts';
import { type RecordingParts, type RedactionOutcome, recordRedaction } from './record-redaction.ts';
import type { RedactionRequest, RedactionStore } from './redaction-store.ts';

/** What a person sends to ask for a removal. */
export const newRedaction = z.strictObject({
  event: redactionFields.redacts,
  statement: redactionFields.statement,
  ground: redactionFields.ground,
  basis: redactionFields.basis,
});

const EXPIRY_DAYS = 7;
const RETRY_MS = 10_000;

export type RedactionSignal =
  /** Content was removed from the log, and is being removed from all other files. */
  | { readonly kind: 'content-redacted'; readonly redaction: string; readonly event: string }
  /** Content that was removed from the log is in no file of the data folder any more. */
  | { readonly kind: 'content-erased'; readonly redaction: string }
  /** Removed content may still be in files of the data folder. It is retried. */
  | { readonly kind: 'redaction-failed'; readonly redaction: string; readonly error: Error };

export interface RedactionsOptions extends Omit<RecordingParts, 'redactable'> {
  readonly store: RedactionStore;
  /** Undefined if the log cannot be rewritten. */
  readonly redactable: RecordingParts['redactable'] | undefined;
  readonly newId: () => string;
  /**
   * Removes the content of these events of a record, which the log lacks already, from everything that was derived from
   * the log. Throws if that has to be tried again.
   */
  readonly eraseDerived: (stream: string, events: readonly string[], aborted: AbortSignal) => Promise<void>;
  readonly onSignal: (signal: RedactionSignal) => void;
}

export type DraftOutcome =
  | { readonly outcome: 'drafted'; readonly request: RedactionRequest }
  | { readonly outcome: 'invalid'; readonly errors: readonly FieldError[] }
  /** The log cannot be rewritten. */
  | { readonly outcome: 'unsupported' }
  | Exclude<RedactionOutcome, { outcome: 'recorded' }>;

export type SettleOutcome =
  | { readonly outcome: 'settled'; readonly request: RedactionRequest }
  | { readonly outcome: 'unknown' }
  /** It was confirmed or rejected before, or has expired. */
  | { readonly outcome: 'not-open'; readonly request: RedactionRequest }
  /** Who asked for a removal cannot confirm it. */
  | { readonly outcome: 'same-person' }
  | Exclude<RedactionOutcome, { outcome: 'recorded' }>;

/** Requests to remove content by law: asked by one person, confirmed by another, and carried out whatever happens. */
export class Redactions {
  readonly #options: RedactionsOptions;
  readonly #stopping = new AbortController();
  readonly #running = new Map<string, Promise<void>>();

  constructor(options: RedactionsOptions) {
    this.#options = options;
  }

  /** Continues what an earlier process had begun, and repeats what an older backup of the log has undone. */
  async start(): Promise<void> {
    const { store, log } = this.#options;
    for (const request of store.list()) {
      const { id, state, event } = request;
      if (state !== 'removing' && state !== 'done') continue;
      const isUndone = async () =>
        (await log.readEvent(id)) === undefined && (await log.readEvent(event)) !== undefined;
      if (state === 'done' && !(await isUndone())) continue;
      store.change(id, 'done', { state: 'removing' });
      await this.#carryOutOrRetry(request);
    }
  }

  list(): readonly RedactionRequest[] {
    return this.#options.store.list();
  }

  find(id: string): RedactionRequest | undefined {
    return this.#options.store.find(id);
  }

  isExpired({ state, expiresAt }: RedactionRequest): boolean {
    return state === 'asked' && expiresAt <= this.#now();
  }

  /**
   * Checks what somebody asks for, and keeps nothing.
   *
   * @param input the body of a request, `newRedaction`
   */
  async draft(input: unknown, askedBy: string): Promise<DraftOutcome> {
    const { log, redactable, clock, newId } = this.#options;
    if (redactable === undefined) return { outcome: 'unsupported' };
    const parsed = newRedaction.safeParse(input);
    if (!parsed.success) return { outcome: 'invalid', errors: fieldErrorsOf(parsed.error.issues, input) };
    const found = await log.readEvent(parsed.data.event);
    if (found === undefined) return { outcome: 'unknown-event' };
    const id = newId();
    const { event: redacts, statement } = parsed.data;
    const plan = planRedaction(await readRecordEvents(log, found.stream), { id, redacts, statement });
    if (plan.outcome !== 'planned') return plan;
    const askedAt = clock();
    const expiresAt = new Date(askedAt.getTime() + EXPIRY_DAYS * 86_400_000);
    const request: RedactionRequest = {
      id,
      stream: found.stream,
      ...parsed.data,
      askedBy,
      askedAt: askedAt.toISOString(),
      expiresAt: expiresAt.toISOString(),
      state: 'asked',
    };
    return { outcome: 'drafted', request };
  }

  /** Keeps a request that was drafted, so that it can be confirmed. */
  add(request: RedactionRequest): void {
    this.#options.store.add(request);
  }

  /** Settles when the content is gone from the log. It is removed from all other files afterwards. */
  async confirm(id: string, by: string): Promise<SettleOutcome> {
    const request = this.find(id);
    if (request?.askedBy === by && request.state === 'asked') return { outcome: 'same-person' };
    return this.#confirm(id, { settledBy: by });
  }

  async #confirm(id: string, by: Pick<RedactionRequest, 'settledBy'>): Promise<SettleOutcome> {
    const settled = this.#settle(id, { state: 'removing', ...by });
    if (settled.outcome !== 'settled') return settled;
    const recorded = await this.#carryOut(settled.request);
    if (recorded.outcome !== 'recorded') return recorded;
    return { outcome: 'settled', request: this.find(id) ?? settled.request };
  }

  /** Who asked may withdraw the request in this way. */
  reject(id: string, by: string): SettleOutcome {
    return this.#settle(id, { state: 'rejected', settledBy: by });
  }

  /** Removes content that was asked for without a second person. Settles when it is gone from the log. */
  async confirmAsOperator(id: string): Promise<SettleOutcome> {
    return this.#confirm(id, {});
  }

  /** Resolves when nothing is being removed. */
  async settled(): Promise<void> {
    await Promise.all(this.#running.values());
  }

  /** What is not done is continued at the next start. */
  async close(): Promise<void> {
    this.#stopping.abort();
    await this.settled();
    this.#options.store.close();
  }

  #settle(id: string, changes: Pick<RedactionRequest, 'state' | 'settledBy'>): SettleOutcome {
    const { store } = this.#options;
    const request = store.find(id);
    if (request === undefined) return { outcome: 'unknown' };
    if (this.isExpired(request)) return { outcome: 'not-open', request };
    const isSettled = store.change(id, 'asked', { ...changes, settledAt: this.#now() });
    const present = store.find(id) ?? request;
    return { outcome: isSettled ? 'settled' : 'not-open', request: present };
  }

  async #carryOut(request: RedactionRequest): Promise<RedactionOutcome> {
    const { store, redactable, onSignal } = this.#options;
    const { id } = request;
    if (redactable === undefined) throw new Error('The log cannot be rewritten.');
    let recorded: RedactionOutcome;
    try {
      recorded = await recordRedaction({ ...this.#options, redactable }, request);
    } catch (error) {
      this.#running.set(id, this.#retry(request));
      throw error;
    }
    if (recorded.outcome !== 'recorded') {
      store.change(id, 'removing', { state: 'failed' });
      return recorded;
    }
    onSignal({ kind: 'content-redacted', redaction: id, event: request.event });
    const erasing = this.#erase(request, recorded.events).finally(() => this.#running.delete(id));
    this.#running.set(id, erasing);
    return recorded;
  }

  /** Carries a confirmed request out later, as the log could not be written. */
  async #retry(request: RedactionRequest): Promise<void> {
    const { signal: stopping } = this.#stopping;
    await pause(RETRY_MS, stopping);
    if (!stopping.aborted) await this.#carryOutOrRetry(request);
  }

  async #carryOutOrRetry(request: RedactionRequest): Promise<void> {
    try {
      await this.#carryOut(request);
    } catch (error) {
      this.#options.onSignal({ kind: 'redaction-failed', redaction: request.id, error: error as Error });
    }
  }

  async #erase(request: RedactionRequest, events: readonly string[]): Promise<void> {
    const { store, onSignal } = this.#options;
    const { id } = request;
    const { signal: stopping } = this.#stopping;
    while (!stopping.aborted) {
      try {
        await this.#eraseOnce(request, events);
        if (stopping.aborted) return;
        store.change(id, 'removing', { state: 'done', doneAt: this.#now() });
        onSignal({ kind: 'content-erased', redaction: id });
        return;
      } catch (error) {
        onSignal({ kind: 'redaction-failed', redaction: id, error: error as Error });
        await pause(RETRY_MS, stopping);
      }
    }
  }

  async #eraseOnce({ stream }: RedactionRequest, events: readonly string[]): Promise<void> {
    const { redactable, eraseDerived } = this.#options;
    const { signal: stopping } = this.#stopping;
    await eraseDerived(stream, events, stopping);
    if (stopping.aborted || (await redactable?.erase()) !== false) return;
    throw new Error(
      'A reader of an older state, or a checkpoint, keeps the log from being emptied of removed content.',
    );
  }

  #now(): string {
    return this.#options.clock().toISOString();
  }
}

/** What a removal covers, and what else of the record may repeat the content. */
export interface RedactionScope {
  readonly covers: readonly RecordedEvent[];
  readonly others: readonly RecordedEvent[];
}

/** Returns undefined if there is nothing to remove. */
export function scopeOf(
  record: readonly RecordedEvent[],
  request: RedactionRequest,
): RedactionScope | undefined {
  const { id, event: redacts, statement } = request;
  const plan = planRedaction(record, { id, redacts, statement });
  if (plan.outcome !== 'planned') return undefined;
  const isCovered = (event: RecordedEvent): boolean => plan.left.has(event.id);
  return { covers: record.filter(isCovered), others: record.filter((event) => !isCovered(event)) };
}

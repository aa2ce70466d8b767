import type { DomainEvent } from '../domain/events/event.ts';
import type { RecordedEvent } from '../event-store/event-store.ts';
import { commitmentTo } from './leaf.ts';

/**
 * Compares the events that lack content with the `EventRedacted` events that say so. These are leaves of the tree, so
 * nobody can remove content, or alter what is left, and go unnoticed.
 */
export class RedactionCheck {
  /** Id of the event → the commitment to what is left, as the last removal says. */
  readonly #stated = new Map<string, string>();
  /** Id of the event → the commitment to what is left. */
  readonly #found = new Map<string, string>();

  add(stored: RecordedEvent, event: DomainEvent): void {
    if (stored.commitment !== undefined) this.#found.set(stored.id, commitmentTo(stored));
    if (event.type !== 'EventRedacted') return;
    for (const { event: id, left } of event.data.redacted) this.#stated.set(id, left);
  }

  /** Returns what is wrong. Call it after the last event. */
  findings(): readonly string[] {
    const findings: string[] = [];
    for (const [id, left] of this.#found) {
      const stated = this.#stated.get(id);
      if (stated === undefined) findings.push(`event ${id} lacks content, but no EventRedacted says so`);
      else if (stated !== left) findings.push(`what is left of event ${id} is not what EventRedacted says`);
    }
    for (const id of this.#stated.keys()) {
      if (!this.#found.has(id))
        findings.push(`event ${id} has content that an EventRedacted says was removed`);
    }
    return findings;
  }
}

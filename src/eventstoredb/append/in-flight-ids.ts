import { StoreUnavailableError } from '../../event-store/event-store.ts';

/** The ids of appends that are on their way, so that no other with one of them is sent before it is known what became of it. */
export class InFlightIds {
  readonly #holders = new Map<string, Promise<StoreUnavailableError | undefined>>();

  /**
   * Settles when an append that has one of the ids is settled: with the error where it is that the log cannot be reached.
   * Undefined when none has.
   */
  holder(events: readonly { readonly id: string }[]): Promise<StoreUnavailableError | undefined> | undefined {
    for (const { id } of events) {
      const holder = this.#holders.get(id);
      if (holder !== undefined) return holder;
    }
    return undefined;
  }

  async hold<Outcome>(
    events: readonly { readonly id: string }[],
    outcome: Promise<Outcome>,
  ): Promise<Outcome> {
    const settled = outcome.then(
      () => undefined,
      (error: unknown) => (error instanceof StoreUnavailableError ? error : undefined),
    );
    for (const { id } of events) this.#holders.set(id, settled);
    try {
      return await outcome;
    } finally {
      for (const { id } of events) this.#holders.delete(id);
    }
  }
}

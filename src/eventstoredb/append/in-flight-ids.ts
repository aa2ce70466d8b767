import { StoreUnavailableError } from '../../event-store/event-store.ts';

/** Tracks the event ids of appends in flight, so that an append that shares one waits until the first is settled. */
export class InFlightIds {
  readonly #pending = new Map<string, Promise<StoreUnavailableError | undefined>>();

  /**
   * Returns a promise that settles with an append in flight that has one of the ids; undefined if there is none. It
   * never rejects, and gives the error if the append failed because the log could not be reached.
   */
  pendingAppend(
    events: readonly { readonly id: string }[],
  ): Promise<StoreUnavailableError | undefined> | undefined {
    for (const { id } of events) {
      const pending = this.#pending.get(id);
      if (pending !== undefined) return pending;
    }
    return undefined;
  }

  /** Keeps the ids until the append is settled, and returns its outcome. */
  async track<Outcome>(
    events: readonly { readonly id: string }[],
    append: Promise<Outcome>,
  ): Promise<Outcome> {
    const settled = append.then(
      () => undefined,
      (error: unknown) => (error instanceof StoreUnavailableError ? error : undefined),
    );
    for (const { id } of events) this.#pending.set(id, settled);
    try {
      return await append;
    } finally {
      for (const { id } of events) this.#pending.delete(id);
    }
  }
}

/** The ids of appends that are on their way, so that no other with one of them is sent before it is known what became of it. */
export class IdsInFlight {
  readonly #holders = new Map<string, Promise<unknown>>();

  /** Settles, and never rejects, when an append that has one of the ids is settled; undefined when none has. */
  holder(events: readonly { readonly id: string }[]): Promise<unknown> | undefined {
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
    const settled = outcome.catch(() => {});
    for (const { id } of events) this.#holders.set(id, settled);
    try {
      return await outcome;
    } finally {
      for (const { id } of events) this.#holders.delete(id);
    }
  }
}

import { COUNTED_FACETS, type CountedFacet, type EntryFacetCounts } from './timeline-store.ts';

/** Adds up the values of entries. */
export class FacetTally {
  readonly #counts = Object.fromEntries(COUNTED_FACETS.map((facet) => [facet, new Map()])) as Record<
    CountedFacet,
    Map<string, number>
  >;

  add(facet: CountedFacet, value: string, entries = 1): void {
    const counts = this.#counts[facet];
    counts.set(value, (counts.get(value) ?? 0) + entries);
  }

  /** @param partitionFields JSON of the fields that entries have in the timeline */
  addRoles(partitionFields: string, entries = 1): void {
    const { roles } = JSON.parse(partitionFields) as { readonly roles?: unknown };
    if (!Array.isArray(roles)) return;
    for (const role of new Set(roles.filter((each) => typeof each === 'string')))
      this.add('roles', role, entries);
  }

  result(entries: number, isComplete: boolean): EntryFacetCounts {
    return { entries, isComplete, counts: this.#counts };
  }
}

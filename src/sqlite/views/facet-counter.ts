import { FacetTally } from '../../projector/facet-tally.ts';
import { COUNTED_FACETS, type EntryFacetCounts } from '../../projector/timeline-store.ts';
import type { Database } from '../driver.ts';
import { facetIds } from './facet-table.ts';

/** Counts the values of rows of timelines. */
export class FacetCounter {
  readonly #statements: ReturnType<typeof prepare>;

  constructor(db: Database) {
    this.#statements = prepare(db);
  }

  /** @param rows ids of the content and the fields of each row */
  count(
    rows: readonly (readonly [content: number, fields: number])[],
    isComplete: boolean,
  ): EntryFacetCounts {
    const tally = new FacetTally();
    const ids = new Map<number, number>();
    for (const { facets } of this.#statements.facets.all(JSON.stringify(rows.map(([content]) => content)))) {
      for (const id of new Set(facetIds(facets))) ids.set(id, (ids.get(id) ?? 0) + 1);
    }
    for (const { id, token } of this.#statements.tokens.all(JSON.stringify([...ids.keys()]))) {
      const end = token.indexOf(':');
      const facet = COUNTED_FACETS.find((name) => name === token.slice(0, end));
      if (facet !== undefined) tally.add(facet, token.slice(end + 1), ids.get(id));
    }
    const fields = new Map<number, number>();
    for (const [, id] of rows) fields.set(id, (fields.get(id) ?? 0) + 1);
    for (const { id, json } of this.#statements.fields.all(JSON.stringify([...fields.keys()]))) {
      tally.addRoles(json, fields.get(id));
    }
    return tally.result(rows.length, isComplete);
  }
}

function prepare(db: Database) {
  return {
    facets: db.prepare<{ facets: string }>(
      'SELECT facets FROM json_each(?) AS wanted CROSS JOIN content ON content.id = wanted.value',
    ),
    tokens: db.prepare<{ id: number; token: string }>(
      'SELECT facet.id, token FROM json_each(?) AS wanted CROSS JOIN facet ON facet.id = wanted.value',
    ),
    fields: db.prepare<{ id: number; json: string }>(
      'SELECT fields.id, fields.json FROM json_each(?) AS wanted CROSS JOIN fields ON fields.id = wanted.value',
    ),
  };
}

import { countryName } from '../../../domain/countries/countries.ts';
import { mostFrequent } from '../../../domain/values/most-frequent.ts';
import type { ListedTimeline } from '../../../projector/timeline-list.ts';
import type { RelationMatrix } from '../../../web/components/relation-matrix.ts';

/**
 * Returns the numbers of entries of the relations between the countries that have most of them.
 *
 * @param relations each with the codes of its two countries as the facet `countries`
 * @param countriesMax maximum number of countries
 */
export function relationMatrix(relations: Iterable<ListedTimeline>, countriesMax: number): RelationMatrix {
  const totals = new Map<string, number>();
  const entriesOf = new Map<string, number>();
  for (const { facets, sort } of relations) {
    const [first = '', second = ''] = facets['countries'] ?? [];
    const entries = Number(sort['entries']);
    entriesOf.set(`${first} ${second}`, entries).set(`${second} ${first}`, entries);
    for (const code of [first, second]) totals.set(code, (totals.get(code) ?? 0) + entries);
  }
  const ranked = mostFrequent(totals).slice(0, countriesMax);
  const countries = ranked.map(([code, entries]) => ({ code, name: countryName(code), entries }));
  return {
    countries,
    entries: countries.map((row) =>
      countries.map((column) => (row === column ? null : (entriesOf.get(`${row.code} ${column.code}`) ?? 0))),
    ),
  };
}

import type { Facets } from '../../projector/timeline-store.ts';

/** The facets, by the names that a query has for them. */
export const FACETS = ['types', 'countries', 'topics', 'speechActs', 'speakers'] as const;

export type Facet = (typeof FACETS)[number];

/** One facet as a word between bars, e.g. `|countries:PK|`: what a filter searches for in the text of `facetText`. */
export function facetWord(facet: Facet, value: string): string {
  const escaped = value.includes('|') || value.includes('%') ? encodeURIComponent(value) : value;
  return `|${facet}:${escaped}|`;
}

/** All facets of an entry, e.g. `|types:MouSigned||countries:PK||countries:US|`. */
export function facetText({ type, countries, topics, speechActs, speakers = [] }: Facets): string {
  const words = [facetWord('types', type)];
  for (const country of countries) words.push(facetWord('countries', country));
  for (const topic of topics) words.push(facetWord('topics', topic));
  for (const speechAct of speechActs) words.push(facetWord('speechActs', speechAct));
  for (const speaker of speakers) words.push(facetWord('speakers', speaker));
  return words.join('');
}

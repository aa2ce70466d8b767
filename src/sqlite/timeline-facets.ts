import type { Facets } from '../projector/timeline-store.ts';

/** One facet as a word between bars, e.g. `|country:PK|`: what a filter searches for in the text of `facetText`. */
export function facetWord(facet: 'type' | 'country' | 'topic' | 'speechAct', value: string): string {
  return `|${facet}:${value}|`;
}

/** All facets of an entry, e.g. `|type:MouSigned||country:PK||country:US|`. */
export function facetText({ type, countries, topics, speechActs }: Facets): string {
  const words = [facetWord('type', type)];
  for (const country of countries) words.push(facetWord('country', country));
  for (const topic of topics) words.push(facetWord('topic', topic));
  for (const speechAct of speechActs) words.push(facetWord('speechAct', speechAct));
  return words.join('');
}

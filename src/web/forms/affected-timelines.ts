import { countryName } from '../../domain/countries/countries.ts';
import { type Html, html } from '../shell/html.ts';
import { countryUrl, referenceUrl, topicUrl } from '../text/url.ts';
import { pluralize, topicLabel } from '../text/vocabulary.ts';

/** The timelines to which an event belongs. */
export interface AffectedTimelines {
  readonly countries: readonly { readonly code: string; readonly roles: readonly string[] }[];
  readonly topics: readonly string[];
  readonly pairs: readonly (readonly [one: string, other: string])[];
  /** Of the list of all statements. */
  readonly statements: number;
  /** Names of records; `unknown`: shipments of which no agreement is known. */
  readonly agreements: readonly string[];
}

/** @param after position that the timelines have to hold when they are read */
export function affectedList(touched: AffectedTimelines, after: string | undefined): Html {
  const to = (address: string, words: string) => link(address, words, after);
  const { countries, topics, pairs, statements, agreements } = touched;
  const countryParts = countries.map(({ code, roles }) => {
    const words = roles.join(', ');
    return html`${to(countryUrl(code), countryName(code))} as ${words}`;
  });
  const pairParts = pairs.map(([one, other]) =>
    to(`/relations/${one}/${other}`, `${countryName(one)} and ${countryName(other)}`),
  );
  return html`<dl class="fields">${row('Countries', countryParts)}${row(
    'Topics',
    topics.map((slug) => to(topicUrl(slug), topicLabel(slug))),
  )}${row('Pairs', pairParts)}${row('Statements', statements === 0 ? [] : [to('/statements', pluralize(statements, 'statement'))])}${row('Agreements', agreements.map(agreement(to)))}</dl>`;
}

function agreement(to: (address: string, words: string) => Html): (name: string) => Html {
  return (name) =>
    name === 'unknown' ? to('/mous/unknown', 'shipments without one') : to(referenceUrl(name), name);
}

/** Of each kind; a convention of the whole world makes hundreds of pairs. */
const LISTED_MAX = 40;

function row(label: string, parts: readonly Html[]): Html {
  const rest = parts.length - LISTED_MAX;
  const list = html`<ul>${parts.slice(0, LISTED_MAX).map((part) => html`<li>${part}</li>`)}${rest > 0 && html`<li>and ${rest} more</li>`}</ul>`;
  return html`<dt>${label}</dt><dd>${parts.length === 0 ? 'none' : list}</dd>
`;
}

function link(address: string, words: string, after: string | undefined): Html {
  const query = after === undefined ? '' : `?after=${encodeURIComponent(after)}`;
  return html`<a href="${address}${query}" dir="auto">${words}</a>`;
}

import { countryName } from '../../domain/countries/countries.ts';
import { type Html, html } from '../shell/html.ts';
import { actorUrl, agreementUrl, countryUrl, referenceUrl, relationUrl, topicUrl } from '../text/url.ts';
import { pluralize, topicLabel } from '../text/vocabulary.ts';

/** The timelines on which an event appears. */
export interface AffectedTimelines {
  readonly countries: readonly { readonly code: string; readonly roles: readonly string[] }[];
  readonly topics: readonly string[];
  readonly relations: readonly (readonly [first: string, second: string])[];
  readonly actors: readonly {
    readonly key: string;
    readonly name: string;
    readonly roles: readonly string[];
  }[];
  /** Number of entries on the timeline of all statements. */
  readonly statements: number;
  /** Names of records; `unknown` stands for shipments without a known agreement. */
  readonly agreements: readonly string[];
}

/** Links of each kind: a convention of many parties affects hundreds of relations. */
const LINKS_MAX = 40;

export function timelineCount(affected: AffectedTimelines): number {
  const { countries, topics, relations, actors, agreements } = affected;
  const lists = [countries, topics, relations, actors, agreements];
  return lists.reduce((sum, { length }) => sum + length, Math.min(affected.statements, 1));
}

/** @param after position that the linked timelines must have reached before they are shown */
export function renderTimelineLinks(affected: AffectedTimelines, after: string | undefined): Html {
  const query = after === undefined ? '' : `?after=${encodeURIComponent(after)}`;
  const link = (url: string, text: string) => html`<a href="${url}${query}" dir="auto">${text}</a>`;
  const countries = affected.countries.map(
    ({ code, roles }) => html`${link(countryUrl(code), countryName(code))} as ${roles.join(', ')}`,
  );
  const topics = affected.topics.map((slug) => link(topicUrl(slug), topicLabel(slug)));
  const relations = affected.relations.map(([first, second]) =>
    link(relationUrl(first, second), `${countryName(first)} and ${countryName(second)}`),
  );
  const actors = affected.actors.map(
    ({ key, name, roles }) => html`${link(actorUrl(key), name)} as ${roles.join(', ').replaceAll('-', ' ')}`,
  );
  const statements =
    affected.statements === 0 ? [] : [link('/statements', pluralize(affected.statements, 'statement'))];
  const agreements = affected.agreements.map((name) =>
    name === 'unknown'
      ? link(agreementUrl('unknown'), 'shipments without a known agreement')
      : link(referenceUrl(name), name),
  );
  return html`
    <dl class="fields">
      ${linkRow('Countries', countries)}
      ${linkRow('Topics', topics)}
      ${linkRow('Relations', relations)}
      ${linkRow('Actors', actors)}
      ${linkRow('Statements', statements)}
      ${linkRow('Agreements', agreements)}
    </dl>`;
}

function linkRow(label: string, links: readonly Html[]): Html {
  const items = links.slice(0, LINKS_MAX).map((link) => html`<li>${link}</li>`);
  const rest = links.length - items.length;
  return html`
    <dt>${label}</dt>
    <dd>${links.length === 0 ? 'none' : html`<ul>${items}${rest > 0 && html`<li>and ${rest} more</li>`}</ul>`}</dd>`;
}

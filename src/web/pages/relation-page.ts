import { countryName } from '../../domain/countries/countries.ts';
import { withArticle } from '../../domain/values/text.ts';
import { eventBody, when } from '../components/entry-list.ts';
import type { EventEntry, StatementEntry, TimelineView } from '../components/timeline-view.ts';
import { type Html, html } from '../shell/html.ts';
import { statementBody } from './statements-page.ts';
import { timelinePage } from './timeline-page.ts';

/** Of each side; the list of statements has the rest. */
const SAID_MAX = 10;

/**
 * Two countries, and side by side what each says of the other.
 *
 * @param said statements of one of the two that name the other, the latest first
 */
export function relationPage(
  pair: readonly [string, string],
  view: TimelineView,
  said: readonly StatementEntry[],
): Html {
  const [one, other] = pair;
  return timelinePage<EventEntry>(view, {
    section: 'relations',
    kind: 'Two countries',
    title: `${countryName(one)} and ${countryName(other)}`,
    fields: ['countries', 'topics', 'types', 'speechActs', 'roles'],
    pair,
    beside: html`<section aria-labelledby="said-title"><h2 id="said-title">What each says of the other</h2><div class="columns">${side(one, other, said)}${side(other, one, said)}</div></section>`,
    body: (entry) => eventBody(entry, pair),
  });
}

function side(speaker: string, named: string, said: readonly StatementEntry[]): Html {
  const own = said.filter(({ roles }) => roles[speaker]?.includes('speaker'));
  const all = `/statements?country=${speaker}&countries=${named}&order=desc`;
  return html`<section class="side"><h3>${countryName(speaker)} of ${withArticle(countryName(named))}</h3>
${own.length === 0 ? html`<p class="note">No statement is recorded.</p>` : html`<ol class="statements">${own.slice(0, SAID_MAX).map(statement)}</ol>`}
${own.length > SAID_MAX && html`<p><a href="${all}">All statements of both</a></p>`}</section>`;
}

function statement(entry: StatementEntry): Html {
  return html`<li class="${entry.status}"><p class="when">${when(entry.occurred)}</p>${statementBody(entry)}</li>
`;
}

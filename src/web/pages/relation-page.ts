import { countryName } from '../../domain/countries/countries.ts';
import { withArticle } from '../../domain/values/text.ts';
import { renderEvent } from '../components/entry-list.ts';
import type { StatementEntry, TimelineView } from '../components/timeline-view.ts';
import { type Html, html } from '../shell/html.ts';
import { renderDate } from '../text/format-date.ts';
import { statementBody } from './statements-page.ts';
import { timelinePage } from './timeline-page.ts';

/** Statements of each country; the page of statements has the rest. */
const STATEMENTS_SHOWN_MAX = 10;

/**
 * The timeline of two countries, with what each says about the other side by side.
 *
 * @param statements statements of either country that name the other, newest first
 */
export function relationPage(
  relation: readonly [string, string],
  view: TimelineView,
  statements: readonly StatementEntry[],
): Html {
  const [first, second] = relation;
  return timelinePage(view, {
    section: 'relations',
    kicker: 'Relation',
    title: `${countryName(first)} and ${countryName(second)}`,
    fields: ['q', 'countries', 'topics', 'types', 'speechActs', 'roles', 'relay', 'outlet'],
    relation,
    extraSection: {
      title: 'What each says about the other',
      content: html`
        <div class="columns">
          ${statementsOf(first, second, statements)}
          ${statementsOf(second, first, statements)}
        </div>`,
    },
    renderEntry: (json) => renderEvent(json, relation),
  });
}

function statementsOf(speaker: string, subject: string, statements: readonly StatementEntry[]): Html {
  const own = statements.filter(({ roles }) => roles[speaker]?.includes('speaker'));
  const allUrl = `/statements?country=${speaker}&countries=${subject}&order=desc`;
  return html`
    <section class="side">
      <h3>${countryName(speaker)} on ${withArticle(countryName(subject))}</h3>
      ${
        own.length === 0
          ? html`<p class="note">No statements.</p>`
          : html`<ol class="statements">${own.slice(0, STATEMENTS_SHOWN_MAX).map(statementItem)}</ol>`
      }
      ${own.length > STATEMENTS_SHOWN_MAX && html`<p><a href="${allUrl}">All statements on either side</a></p>`}
    </section>`;
}

function statementItem(entry: StatementEntry): Html {
  return html`
    <li class="${entry.status}">
      <p class="date">${renderDate(entry.occurred)}</p>
      ${statementBody(entry)}
    </li>`;
}

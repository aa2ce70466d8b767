import { countryName } from '../../domain/countries/countries.ts';
import { commaList, renderAttributions, renderFact, statusBadge } from '../components/facts.ts';
import { countryLink, referenceLink, topicLink } from '../components/links.ts';
import { quotedSuffix, renderActor, renderQuestion, renderQuote } from '../components/payload-fields.ts';
import type { StatementEntry, TimelineView } from '../components/timeline-view.ts';
import { type Html, html } from '../shell/html.ts';
import { excerpt } from '../text/format-text.ts';
import { eventUrl } from '../text/url.ts';
import { speechActLabel } from '../text/vocabulary.ts';
import { timelinePage } from './timeline-page.ts';

/** Longer texts are cut; the page of the event has the rest. */
const STATEMENT_CHARS_MAX = 600;
const QUESTION_CHARS_MAX = 300;

/** @param country whose statements are shown, with those that name it; undefined for all statements */
export function statementsPage(country: string | undefined, view: TimelineView): Html {
  return timelinePage<StatementEntry>(view, {
    section: 'statements',
    kicker: 'Statements',
    title: country === undefined ? 'All statements' : `Statements by and about ${countryName(country)}`,
    fields: ['speaker', 'country', 'countries', 'topics', 'speechAct'],
    lanes: 'act',
    body: statementBody,
  });
}

/** Renders a statement without its date. */
export function statementBody(entry: StatementEntry): Html {
  const { id, speaker, speechAct, quoted, text } = entry;
  const shown = excerpt(text.value, STATEMENT_CHARS_MAX);
  return html`
    <p class="kind">
      <a href="${eventUrl(id)}" data-event>${renderActor(speaker)} ${speechActLabel(speechAct)}</a>
      ${quotedSuffix(quoted)}
      ${statusBadge(entry)}
    </p>
    ${renderQuestion(shortened(entry.question))}
    ${renderQuote({ text: { ...text, value: shown }, quoted })}
    ${shown !== text.value && html`<p><a href="${eventUrl(id)}" data-event>Read all of it</a></p>`}
    ${statementFacts(entry)}`;
}

function shortened(whole: StatementEntry['question']): StatementEntry['question'] {
  return whole && { ...whole, text: excerpt(whole.text, QUESTION_CHARS_MAX) };
}

function statementFacts({
  speaker,
  countries,
  roles,
  topics,
  about,
  attribution,
  sources,
}: StatementEntry): Html {
  const others = countries.filter((code) => code !== speaker.country);
  const chain = attribution.map(({ name }) => name);
  return html`
    <ul class="facts">
      ${renderFact(
        'Countries',
        commaList(others, (code) => html`${countryLink(code)} as ${(roles[code] ?? []).join(', ')}`),
      )}
      ${renderFact('Topics', commaList(topics, topicLink))}
      ${renderFact('Refers to', commaList(about, referenceLink))}
      ${renderAttributions(chain.length === 0 ? [] : [chain], sources)}
    </ul>`;
}

import { contradictionLink } from '../components/curation-links.ts';
import { entryItem } from '../components/entry-list.ts';
import { commaList, renderAttributions, renderFact, statusBadge } from '../components/facts.ts';
import { chainActorLink, countryLink, referenceLink, topicLink } from '../components/links.ts';
import { quotedSuffix, renderQuestions, renderSpeaker, renderTexts } from '../components/payload-fields.ts';
import { cachedRenderer } from '../components/rendered-entry.ts';
import type { StatementEntry, TimelineView } from '../components/timeline-view.ts';
import { type Html, html } from '../shell/html.ts';
import { excerpt } from '../text/format-text.ts';
import { eventUrl } from '../text/url.ts';
import { speechActLabel } from '../text/vocabulary.ts';
import { timelinePage } from './timeline-page.ts';

/** Longer texts are cut; the page of the event has the rest. */
const STATEMENT_CHARS_MAX = 600;
const QUESTION_CHARS_MAX = 300;

/** Whose or about what the statements are; both null for all statements. */
export interface StatementsSubject {
  readonly country: { readonly code: string; readonly name: string } | null;
  /** The id of an event or the name of a record. */
  readonly about: string | null;
}

export function statementsPage(subject: StatementsSubject, view: TimelineView): Html {
  return timelinePage(view, {
    section: 'statements',
    kicker: 'Statements',
    title: statementsTitle(subject),
    fields: [
      'q',
      'speaker',
      'institution',
      'relay',
      'outlet',
      'country',
      'role',
      'about',
      'countries',
      'topics',
      'speechAct',
    ],
    related: { title: 'Contradictions', label: 'Contradictions to confirm', url: '/contradictions' },
    renderEntry: renderStatement,
  });
}

/** “Statements by and about China”. */
export function statementsTitle({ country, about }: StatementsSubject): string {
  if (country !== null) return `Statements by and about ${country.name}`;
  return about === null ? 'All statements' : `Statements about ${about}`;
}

const renderStatement = cachedRenderer<StatementEntry>((entry) => entryItem(entry, statementBody(entry)));

/** Renders a statement without its date. */
export function statementBody(entry: StatementEntry): Html {
  const { id, speaker, relayedBy = [], speechAct, quoted, text } = entry;
  const shown = text.map((each) => ({ ...each, value: excerpt(each.value, STATEMENT_CHARS_MAX) }));
  const isCut = text.some(({ value }) => value.length > STATEMENT_CHARS_MAX);
  return html`
    <p class="kind">
      ${renderSpeaker(speaker, relayedBy)} <a href="${eventUrl(id)}" data-event>${speechActLabel(speechAct)}</a>
      ${quotedSuffix(quoted)}
      ${statusBadge(entry)}
    </p>
    ${renderQuestions(entry.questions.map(shortened))}
    ${renderTexts(shown, quoted)}
    ${isCut && html`<p><a href="${eventUrl(id)}" data-event>Read all of it</a></p>`}
    ${statementFacts(entry)}`;
}

function shortened(whole: StatementEntry['questions'][number]): StatementEntry['questions'][number] {
  return { ...whole, text: excerpt(whole.text, QUESTION_CHARS_MAX) };
}

function statementFacts({
  id,
  stream,
  statement,
  speaker,
  countries,
  roles,
  topics,
  about,
  attribution,
  sources,
}: StatementEntry): Html {
  const others = countries.filter((code) => code !== speaker.country);
  const chain = attribution.map(chainActorLink);
  return html`
    <ul class="facts">
      ${renderFact(
        'Countries',
        commaList(others, (code) => html`${countryLink(code)} as ${(roles[code] ?? []).join(', ')}`),
      )}
      ${renderFact('Topics', commaList(topics, topicLink))}
      ${renderFact('Refers to', commaList(about, referenceLink))}
      ${renderAttributions(chain.length === 0 ? [] : [chain], sources)}
      ${contradictionLink(stream, id, statement)}
    </ul>`;
}

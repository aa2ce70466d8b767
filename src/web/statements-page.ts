import { countryName } from '../domain/countries.ts';
import { eventAddress } from './address.ts';
import { attributions, badge, countryLink, fact, listed, referenceLink, topicLink } from './entry-list.ts';
import { excerpt } from './excerpt.ts';
import { type Html, html } from './html.ts';
import { actor, question, quote, saidHow } from './recorded-words.ts';
import { timelinePage } from './timeline-page.ts';
import type { StatementEntry, TimelineView } from './timeline-view.ts';
import { ROLE_WORDS, SPEECH_ACT_WORDS, wordFor } from './vocabulary.ts';

/** Of what was said and asked, in a list; the event's page has all of it. */
const SAID_CHARS_MAX = 600;
const ASKED_CHARS_MAX = 300;

/** @param country whose statements they are, and those that name it; undefined: of all */
export function statementsPage(country: string | undefined, view: TimelineView): Html {
  return timelinePage<StatementEntry>(view, {
    section: 'statements',
    kind: 'Statements',
    title:
      country === undefined ? 'What was said' : `What ${countryName(country)} said, and what was said of it`,
    fields: ['speaker', 'country', 'countries', 'topics', 'speechAct'],
    lanes: 'acts',
    body: statementBody,
  });
}

export function statementBody(entry: StatementEntry): Html {
  const { speaker, speechAct, countries, roles } = entry;
  const said = excerpt(entry.text.value, SAID_CHARS_MAX);
  const isCut = said !== entry.text.value;
  const others = countries.filter((code) => code !== speaker.country);
  return html`<p class="kind"><a href="${eventAddress(entry.id)}" data-event>${actor(speaker)} ${wordFor(SPEECH_ACT_WORDS, speechAct)}</a>${saidHow(entry.quoted)}${badge(entry)}</p>
${question(asked(entry))}${quote({ text: { ...entry.text, value: said }, quoted: entry.quoted })}${isCut && html`<p><a href="${eventAddress(entry.id)}" data-event>Read all of it</a></p>`}
<ul class="facts">${fact(
    'Of',
    listed(others, (code) => html`${countryLink(code)} as ${roleWords(roles[code] ?? [])}`),
  )}${fact('On', listed(entry.topics, topicLink))}${fact('About', listed(entry.about, referenceLink))}${attributions(entry.attribution.length === 0 ? [] : [entry.attribution.map(({ name }) => name)], entry.sources)}</ul>`;
}

function asked({ question: whole }: StatementEntry): StatementEntry['question'] {
  return whole && { ...whole, text: excerpt(whole.text, ASKED_CHARS_MAX) };
}

function roleWords(roles: readonly string[]): string {
  return roles.map((role) => wordFor(ROLE_WORDS, role)).join(', ');
}

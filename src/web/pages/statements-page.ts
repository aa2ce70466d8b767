import { countryName } from '../../domain/countries/countries.ts';
import {
  attributions,
  badge,
  countryLink,
  fact,
  listed,
  referenceLink,
  topicLink,
} from '../components/entry-list.ts';
import { question, quote, renderActor, quotedSuffix } from '../components/payload-fields.ts';
import type { StatementEntry, TimelineView } from '../components/timeline-view.ts';
import { type Html, html } from '../shell/html.ts';
import { excerpt } from '../text/format-text.ts';
import { eventUrl } from '../text/url.ts';
import { speechActLabel } from '../text/vocabulary.ts';
import { timelinePage } from './timeline-page.ts';

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
    lanes: 'act',
    body: statementBody,
  });
}

export function statementBody(entry: StatementEntry): Html {
  const { speaker, speechAct, countries, roles } = entry;
  const said = excerpt(entry.text.value, SAID_CHARS_MAX);
  const isCut = said !== entry.text.value;
  const others = countries.filter((code) => code !== speaker.country);
  return html`<p class="kind"><a href="${eventUrl(entry.id)}" data-event>${renderActor(speaker)} ${speechActLabel(speechAct)}</a>${quotedSuffix(entry.quoted)}${badge(entry)}</p>
${question(asked(entry))}${quote({ text: { ...entry.text, value: said }, quoted: entry.quoted })}${isCut && html`<p><a href="${eventUrl(entry.id)}" data-event>Read all of it</a></p>`}
<ul class="facts">${fact(
    'Of',
    listed(others, (code) => html`${countryLink(code)} as ${roleWords(roles[code] ?? [])}`),
  )}${fact('On', listed(entry.topics, topicLink))}${fact('About', listed(entry.about, referenceLink))}${attributions(entry.attribution.length === 0 ? [] : [entry.attribution.map(({ name }) => name)], entry.sources)}</ul>`;
}

function asked({ question: whole }: StatementEntry): StatementEntry['question'] {
  return whole && { ...whole, text: excerpt(whole.text, ASKED_CHARS_MAX) };
}

function roleWords(roles: readonly string[]): string {
  return roles.join(', ');
}

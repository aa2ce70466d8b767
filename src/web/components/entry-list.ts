import { countryName } from '../../domain/countries/countries.ts';
import { type Html, html } from '../shell/html.ts';
import { renderDate } from '../text/format-date.ts';
import { formatHeadline } from '../text/format-text.ts';
import { speechActLabel } from '../text/vocabulary.ts';
import {
  commaList,
  renderAttributions,
  renderFact,
  renderLinks,
  renderMinorFact,
  renderRedactions,
  statusBadge,
} from './facts.ts';
import { countryLink, eventLink, topicLink } from './links.ts';
import { renderAmount, renderGood } from './payload-fields.ts';
import { cachedRenderer } from './rendered-entry.ts';
import type { Entry, EventEntry } from './timeline-view.ts';

/** @param entries rendered by `entryItem` */
export function entryList(entries: readonly Html[]): Html {
  return html`<ol class="entries">${entries}</ol>`;
}

/** An entry of a timeline: its date and, beside it, what it says. */
export function entryItem({ occurred, status }: Pick<Entry, 'occurred' | 'status'>, body: Html): Html {
  return html`
    <li class="entry${status !== 'current' && ` ${status}`}">
      <p class="date">${renderDate(occurred)}</p>
      <div class="body">${body}</div>
    </li>`;
}

/** Renders an event. The countries or the topic whose timeline it is are not listed again. */
export const renderEvent = cachedRenderer<EventEntry>((entry, owners) =>
  entryItem(entry, eventBody(entry, owners)),
);

function eventBody(entry: EventEntry, owners: readonly string[]): Html {
  const others = entry.countries.filter((code) => !owners.includes(code));
  const topics = entry.topics.filter((slug) => !owners.includes(slug));
  return html`
    <p class="headline">
      ${eventLink(entry.id, formatHeadline(entry.headline, entry.headlineQuote))}${statusBadge(entry)}
    </p>
    <ul class="facts">
      ${renderAttributions(entry.attribution, entry.sources)}
      ${renderFact('Amounts', commaList(entry.amounts ?? [], renderAmount))}
      ${renderFact('Goods', commaList(entry.quantities ?? [], renderGood))}
      ${renderFact('With', commaList(others, countryLink))}
      ${renderLinks(entry.links)}
      ${renderRedactions(entry.redactions)}
      ${renderMinorFact(formatRoles(entry.roles ?? []))}
      ${renderMinorFact(commaList(entry.speechActs, speechActLabel))}
      ${renderMinorFact(commaList(topics, topicLink))}
    </ul>`;
}

/** @param roles `party`, or on the timeline of a relation `CN:speaker` */
function formatRoles(roles: readonly string[]): string | undefined {
  const byCountry = new Map<string, string[]>();
  for (const role of roles) {
    const [code = '', name = ''] = role.includes(':') ? role.split(':') : ['', role];
    byCountry.set(code, [...(byCountry.get(code) ?? []), name]);
  }
  if (byCountry.size === 0) return undefined;
  const parts = [...byCountry].map(([code, names]) => {
    const list = names.join(', ');
    return code === '' ? `as ${list}` : `${countryName(code)} as ${list}`;
  });
  return parts.join('; ');
}

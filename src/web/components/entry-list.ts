import { countryName } from '../../domain/countries/countries.ts';
import { type Html, html } from '../shell/html.ts';
import { formatMonth, formatOccurred, monthName, renderDate } from '../text/format-date.ts';
import { capitalize, formatHeadline } from '../text/format-text.ts';
import { speechActLabel, typeLabel } from '../text/vocabulary.ts';
import {
  commaList,
  renderAttributions,
  renderFact,
  renderLinks,
  renderRedactions,
  statusBadge,
} from './facts.ts';
import { countryLink, eventLink, topicLink } from './links.ts';
import { renderAmount, renderGood } from './payload-fields.ts';
import { cachedRenderer, type RenderedEntry } from './rendered-entry.ts';
import type { Entry, EventEntry } from './timeline-view.ts';

interface Group {
  readonly label: string;
  readonly items: readonly NumberedEntry[];
}

interface NumberedEntry extends RenderedEntry {
  /** Index of the entry on the page, from 1. */
  readonly number: number;
}

/**
 * Renders entries under the months of their dates. A date that is not within one month gets a heading of its own, so a
 * month may continue after it.
 */
export function entryList(entries: readonly RenderedEntry[]): Html {
  const seen = new Set<string>();
  return html`${groupByMonth(entries).map(({ label, items }) => {
    const continued = seen.has(label) && html` <span class="continued">continued</span>`;
    seen.add(label);
    return html`
      <section class="month">
        <h3>${label}${continued}</h3>
        <ol class="entries">${items.map(listItem)}</ol>
      </section>`;
  })}`;
}

function listItem({ entry, body, number }: NumberedEntry): Html {
  return html`
    <li id="entry-${number}" class="entry ${entry.status}">
      <p class="date">${renderDate(entry.occurred)}</p>
      <div class="body">${body}</div>
    </li>`;
}

function groupByMonth(entries: readonly RenderedEntry[]): readonly Group[] {
  const groups: { label: string; items: NumberedEntry[] }[] = [];
  for (const [index, { entry, body }] of entries.entries()) {
    const label = groupLabel(entry.occurred);
    const item = { entry, body, number: index + 1 };
    const last = groups.at(-1);
    if (last?.label === label) last.items.push(item);
    else groups.push({ label, items: [item] });
  }
  return groups;
}

/** Returns the month, months or year that contain all days of the date. A date with an open end is its own label. */
function groupLabel({ edtf, earliest, latest }: Entry['occurred']): string {
  if (earliest === null || latest === null) return capitalize(formatOccurred({ edtf }));
  const [firstYear, lastYear] = [earliest.slice(0, 4), latest.slice(0, 4)];
  if (firstYear !== lastYear) return `${formatMonth(earliest)} – ${formatMonth(latest)}`;
  const [firstMonth, lastMonth] = [earliest.slice(5, 7), latest.slice(5, 7)];
  if (firstMonth === lastMonth) return formatMonth(earliest);
  const isWholeYear = earliest.endsWith('-01-01') && latest.endsWith('-12-31');
  return isWholeYear ? firstYear : `${monthName(firstMonth)} – ${formatMonth(latest)}`;
}

/** Renders an event. The countries whose timeline it is are not listed again. */
export const renderEvent = cachedRenderer(eventBody);

function eventBody(entry: EventEntry, owners: readonly string[]): Html {
  const others = entry.countries.filter((code) => !owners.includes(code));
  return html`
    <p class="kind">${typeLabel(entry.type)}${statusBadge(entry)}</p>
    <p class="headline">${eventLink(entry.id, formatHeadline(entry.headline, entry.headlineQuote))}</p>
    <ul class="facts">
      ${renderFact('Role', formatRoles(entry.roles ?? []))}
      ${renderFact('With', commaList(others, countryLink))}
      ${renderFact('Speech acts', commaList(entry.speechActs, speechActLabel))}
      ${renderFact('Topics', commaList(entry.topics, topicLink))}
      ${renderFact('Amounts', commaList(entry.amounts ?? [], renderAmount))}
      ${renderFact('Goods', commaList(entry.quantities ?? [], renderGood))}
      ${renderAttributions(entry.attribution, entry.sources)}
      ${renderLinks(entry.links)}
      ${renderRedactions(entry.redactions)}
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
    return code === '' ? list : `${countryName(code)} as ${list}`;
  });
  return parts.join('; ');
}

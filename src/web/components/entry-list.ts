import { countryName } from '../../domain/countries/countries.ts';
import { type Html, html } from '../shell/html.ts';
import { memoize } from '../shell/memoize.ts';
import { formatOccurred, MONTHS, machineDate, type Occurred } from '../text/format-date.ts';
import { attributionParts, formatHeadline } from '../text/format-text.ts';
import { countryUrl, eventUrl, referenceUrl, topicUrl } from '../text/url.ts';
import { LINK_LABELS, labelFor, pluralize, speechActLabel, topicLabel, typeLabel } from '../text/vocabulary.ts';
import type { Entry, EventEntry } from './timeline-view.ts';

/** Of a list within one entry; the event's page has the rest. */
const SHOWN_MAX = 6;
const CHAINS_MAX = 2;

interface Group<Item> {
  readonly label: string;
  readonly items: readonly { readonly entry: Item; readonly number: number }[];
}

/**
 * The entries by month. What has no one month stands by itself, where its first day puts it, so that a month may come
 * again after it.
 *
 * @param body what is said of an entry beside its date
 */
export function entryList<Item extends Entry>(entries: readonly Item[], body: (entry: Item) => Html): Html {
  const seen = new Set<string>();
  return html`${groupsOf(entries).map(({ label, items }) => {
    const again = seen.has(label) ? html` <span class="again">continued</span>` : undefined;
    seen.add(label);
    return html`<section class="month"><h3>${label}${again}</h3>
<ol class="entries">${items.map(({ entry, number }) => item(entry, number, body))}</ol></section>`;
  })}`;
}

function item<Item extends Entry>(entry: Item, number: number, body: (entry: Item) => Html): Html {
  return html`<li id="entry-${number}" class="entry ${entry.status}"><p class="when">${when(entry.occurred)}</p><div class="what">${body(entry)}</div></li>
`;
}

export function when(occurred: Occurred): Html {
  const words = formatOccurred(occurred);
  const machine = machineDate(occurred.edtf);
  return machine === undefined
    ? html`<span dir="auto">${words}</span>`
    : html`<time datetime="${machine}">${words}</time>`;
}

function groupsOf<Item extends Entry>(entries: readonly Item[]): readonly Group<Item>[] {
  const groups: { label: string; items: { entry: Item; number: number }[] }[] = [];
  for (const [at, entry] of entries.entries()) {
    const label = groupLabel(entry.occurred);
    const last = groups.at(-1);
    if (last?.label === label) last.items.push({ entry, number: at + 1 });
    else groups.push({ label, items: [{ entry, number: at + 1 }] });
  }
  return groups;
}

/** The month, or else the year, in which all days of the date lie; what lies in none is told as it is. */
function groupLabel(occurred: Occurred): string {
  const { edtf, earliest, latest } = occurred;
  if (earliest === null || latest === null) return capital(formatOccurred({ edtf, earliest, latest }));
  if (earliest.slice(0, 7) === latest.slice(0, 7)) return monthLabel(earliest);
  if (earliest.slice(0, 4) === latest.slice(0, 4)) {
    const isYear = earliest.endsWith('-01-01') && latest.endsWith('-12-31');
    return isYear
      ? earliest.slice(0, 4)
      : `${MONTHS[Number(earliest.slice(5, 7)) - 1]} – ${monthLabel(latest)}`;
  }
  return `${monthLabel(earliest)} – ${monthLabel(latest)}`;
}

function monthLabel(day: string): string {
  return `${MONTHS[Number(day.slice(5, 7)) - 1]} ${day.slice(0, 4)}`;
}

function capital(words: string): string {
  return words.slice(0, 1).toUpperCase() + words.slice(1);
}

/**
 * An event in the timeline of a country, of a topic or of two countries.
 *
 * @param own the countries whose timeline it is
 */
export function eventBody(entry: EventEntry, own: readonly string[] = []): Html {
  return html`<p class="kind">${typeLabel(entry.type)}${badge(entry)}</p>
<p class="headline"><a href="${eventUrl(entry.id)}" data-event dir="auto">${formatHeadline(entry.headline, entry.headlineQuote)}</a></p>
<ul class="facts">${fact('Role', rolesOf(entry.roles ?? []))}${fact('With', countriesOf(entry, own))}${fact('In it', actsOf(entry.speechActs))}${fact('On', listed(entry.topics, topicLink))}${attributions(entry.attribution, entry.sources)}${renderLinks(entry.links)}</ul>`;
}

/** What became of the entry, in words; nothing when it stands as it was recorded. */
export function badge({ status, versions }: Pick<Entry, 'status' | 'versions'>): Html | undefined {
  if (status === 'current') return undefined;
  return html` <span class="badge">${status}, ${pluralize(versions, 'version')}</span>`;
}

/** Of an entry, with what it is told under; nothing where there is none. */
export function fact(label: string, value: Html | undefined): Html | undefined {
  return value && html`<li><span class="label">${label}</span>\u00a0${value}</li>`;
}

/** The first few, joined by commas, and how many more there are; undefined of an empty list. */
export function listed<Item>(items: readonly Item[], shown: (item: Item) => Html): Html | undefined {
  if (items.length === 0) return undefined;
  const cut = items.length > SHOWN_MAX ? items.slice(0, SHOWN_MAX - 1) : items;
  const rest = items.length - cut.length;
  return html`${cut.map((one, at) => html`${at > 0 && ', '}${shown(one)}`)}${rest > 0 && ` and ${rest} more`}`;
}

export const topicLink = memoize(
  (slug: string): Html => html`<a href="${topicUrl(slug)}" dir="auto">${topicLabel(slug)}</a>`,
);

export const countryLink = memoize(
  (code: string): Html => html`<a href="${countryUrl(code)}">${countryName(code)}</a>`,
);

/** `party`, or of one of two countries `CN:speaker`. */
function rolesOf(roles: readonly string[]): Html | undefined {
  const byCountry = new Map<string, string[]>();
  for (const role of roles) {
    const [country, own] = role.includes(':') ? role.split(':') : ['', role];
    const words = byCountry.get(country ?? '') ?? [];
    byCountry.set(country ?? '', [...words, own ?? '']);
  }
  if (byCountry.size === 0) return undefined;
  const parts = [...byCountry].map(([country, words]) => {
    return `${country === '' ? '' : `${countryName(country)} as `}${words.join(', ')}`;
  });
  return html`${parts.join('; ')}`;
}

function countriesOf({ countries }: Entry, own: readonly string[]): Html | undefined {
  return listed(
    countries.filter((code) => !own.includes(code)),
    countryLink,
  );
}

function actsOf(acts: readonly string[]): Html | undefined {
  return listed(acts, (act) => html`${speechActLabel(act)}`);
}

/** Through whom it came, and how many sources there are. */
export function attributions(chains: readonly (readonly string[])[], sources: number): Html {
  const count = pluralize(sources, 'source');
  if (chains.length === 0) return html`<li><span class="label">From</span>\u00a0${count}</li>`;
  const shown = chains.slice(0, CHAINS_MAX);
  const rest = chains.length - shown.length;
  const more = rest > 0 && `; and in ${pluralize(rest, 'other way')}`;
  const told = shown.map((chain, at) => html`${at > 0 && '; '}${renderAttribution(chain)}`);
  return html`<li><span class="label">By</span>\u00a0${told}${more} <span class="sources">(${count})</span></li>`;
}

export function renderAttribution(chain: readonly string[]): Html {
  return html`${attributionParts(chain).map(([words, name]) => html`${words}<bdi>${name}</bdi>`)}`;
}

export function renderLinks(
  links: Readonly<Record<string, readonly string[]>>,
): readonly (Html | undefined)[] {
  return Object.keys(LINK_LABELS).map((name) =>
    fact(labelFor(LINK_LABELS, name), listed(links[name] ?? [], referenceLink)),
  );
}

/** An event is named by the first characters of its id. */
export function referenceLink(reference: string): Html {
  const address = referenceUrl(reference);
  const isEvent = address.startsWith('/events/');
  return html`<a href="${address}"${isEvent && html` data-event`}>${isEvent ? `event ${reference.slice(0, 8)}…` : reference}</a>`;
}

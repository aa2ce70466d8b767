import { countryName } from '../../domain/countries/countries.ts';
import { type Html, html } from '../shell/html.ts';
import {
  INSTRUMENT_LABELS,
  labelFor,
  languageName,
  ROLE_LABELS,
  SPEECH_ACT_LABELS,
} from '../text/vocabulary.ts';
import { countryLink, referenceLink, renderAttribution, topicLink, when } from './entry-list.ts';

/*
 * What an event says, in words: a field of its payload after the other. The payload was checked when it was recorded,
 * so that a field is what its name says; one that is not known here is shown as it was sent.
 */

/** Any value of a payload, looked into by the name of its field. */
// biome-ignore lint/suspicious/noExplicitAny: payloads of all types are walked by the names of their fields
type Value = any;

interface Field {
  readonly label: string;
  readonly show: (value: Value) => Html;
}

const FIELDS: Readonly<Record<string, Field>> = {
  title: { label: 'Title', show: text },
  instrument: { label: 'Instrument', show: (value) => html`${labelFor(INSTRUMENT_LABELS, value)}` },
  binding: { label: 'Binding', show: (value) => html`${value ? 'yes' : 'no'}` },
  institution: { label: 'Institution', show: renderActor },
  spokespersons: { label: 'Spoke', show: list(renderActor) },
  host: { label: 'Held in', show: countryLink },
  venue: { label: 'Venue', show: text },
  format: { label: 'Format', show: code },
  startsAt: { label: 'Began', show: ({ local, zone }) => html`${local.replace('T', ', ')} (${zone})` },
  languages: { label: 'Languages', show: list((tag: string) => html`${languageName(tag)}`) },
  amendment: { label: 'Amendment', show: text },
  inForceFrom: { label: 'In force from', show: date },
  terminatedOn: { label: 'Terminated on', show: date },
  reason: { label: 'Reason', show: text },
  parties: { label: 'Parties', show: list(renderActor) },
  signatories: {
    label: 'Signed by',
    show: list(
      ({ person, capacity, party }: Value) =>
        html`<bdi>${person}</bdi>${capacity !== undefined && html`, <bdi>${capacity}</bdi>`}, for <bdi>${party}</bdi>`,
    ),
  },
  place: { label: 'Place', show: place },
  places: { label: 'Places', show: list(place) },
  subject: { label: 'Subject', show: text },
  commitments: {
    label: 'Commitments',
    show: list(
      (one: Value) => html`${one.party !== undefined && html`<bdi>${one.party}</bdi>: `}${text(one.text)}`,
    ),
  },
  amounts: { label: 'Amounts', show: list(amount) },
  consignor: { label: 'From', show: renderActor },
  consignee: { label: 'To', show: renderActor },
  carrier: { label: 'Carrier', show: renderActor },
  origin: { label: 'Origin', show: place },
  destination: { label: 'Destination', show: place },
  mode: { label: 'By', show: code },
  expectedOn: { label: 'Expected', show: date },
  goods: { label: 'Goods', show: list(good) },
  implements: { label: 'Carries out', show: list(referenceLink) },
  transcripts: {
    label: 'Transcripts',
    show: list((one: Value) => html`${outLink(one.url, languageName(one.language))}`),
  },
  statements: { label: 'Statements', show: statements },
  topics: { label: 'Topics', show: (slugs: readonly string[]) => joined(slugs.map(topicLink)) },
  corrects: { label: 'Corrects', show: referenceLink },
  retracts: { label: 'Retracts', show: referenceLink },
  withdraws: { label: 'Withdraws', show: referenceLink },
  from: { label: 'From', show: referenceLink },
  to: { label: 'To', show: referenceLink },
  relation: { label: 'Relation', show: code },
  basis: { label: 'Basis', show: text },
};
/** Told with the date. */
const ELSEWHERE: ReadonlySet<string> = new Set(['dateBasis', 'dateVerbatim']);

/** @param leftOut names of fields that are shown in another place */
export function payloadFields(data: object, leftOut: readonly string[] = []): Html {
  const known = Object.keys(FIELDS).filter((name) => name in data);
  const others = Object.keys(data).filter((name) => !(name in FIELDS) && !ELSEWHERE.has(name));
  const shown = [...known, ...others].filter((name) => !leftOut.includes(name));
  return html`<dl class="fields">${shown.map((name) => field(name, (data as Record<string, Value>)[name]))}</dl>`;
}

function field(name: string, value: Value): Html {
  const { label, show } = FIELDS[name] ?? { label: name, show: asSent };
  return html`<dt>${label}</dt><dd>${show(value)}</dd>
`;
}

/** Of a field by its name in the payload, for a list of changes. */
export function fieldLabel(name: string): string {
  return FIELDS[name]?.label ?? OTHER_LABELS[name] ?? name;
}

const OTHER_LABELS: Readonly<Record<string, string>> = {
  occurred: 'Date',
  dateBasis: 'Basis of the date',
  dateVerbatim: 'Date as the source has it',
};

function text(value: string): Html {
  return html`<span dir="auto">${value}</span>`;
}

function code(value: string): Html {
  return html`${value.replaceAll('-', ' ')}`;
}

function date(edtf: string): Html {
  return when({ edtf, earliest: null, latest: null });
}

function asSent(value: Value): Html {
  return html`<code dir="auto">${typeof value === 'string' ? value : JSON.stringify(value)}</code>`;
}

function list<Item>(show: (item: Item) => Html): (items: readonly Item[]) => Html {
  return (items) =>
    items.length === 0
      ? html`none, as was stated`
      : html`<ul>${items.map((item) => html`<li>${show(item)}</li>`)}</ul>`;
}

function joined(parts: readonly Html[]): Html {
  return html`${parts.map((part, at) => html`${at > 0 && ', '}${part}`)}`;
}

export function renderActor({ name, country, names }: Value): Html {
  const others = Object.entries((names ?? {}) as Record<string, string>);
  return html`<bdi>${name}</bdi>${country !== undefined && countryName(country) !== name && html` (${countryName(country)})`}${others.map(([tag, other]) => html`, <bdi lang="${tag}">${other}</bdi>`)}`;
}

function place({ country, name, locode }: Value): Html {
  return html`${name !== undefined && html`<bdi>${name}</bdi>, `}${countryLink(country)}${locode !== undefined && ` (${locode})`}`;
}

const QUALIFIERS: Readonly<Record<string, string>> = {
  about: 'about ',
  'at-least': 'at least ',
  'up-to': 'up to ',
  exact: '',
};

/** As it was told: the digits are set in groups, and nothing is rounded. */
function amount({ value, currency, qualifier, role }: Value): Html {
  const [whole = '', fraction] = value.split('.');
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ',');
  return html`${QUALIFIERS[qualifier]}${currency} ${grouped}${fraction !== undefined && `.${fraction}`}, ${role}`;
}

function good({ description, quantity, unit, hsCode, hsEdition }: Value): Html {
  const measure = quantity === undefined ? '' : `, ${quantity}${unit === undefined ? '' : ` ${unit}`}`;
  const edition = hsEdition === undefined ? '' : ` of ${hsEdition}`;
  return html`<bdi>${description}</bdi><bdi>${measure}</bdi>${hsCode !== undefined && ` (HS ${hsCode}${edition})`}`;
}

function statements(items: readonly Value[]): Html {
  return html`<ol class="statements">${items.map((said) => html`<li>${statement(said)}</li>`)}</ol>`;
}

function statement(said: Value): Html {
  const { speaker, speechAct, countries = [], topics = [], about = [] } = said;
  const named = countries.map(
    (one: Value) => html`${countryLink(one.country)} as ${labelFor(ROLE_LABELS, one.role)}`,
  );
  return html`<p class="kind">${renderActor(speaker)} ${labelFor(SPEECH_ACT_LABELS, speechAct)}${saidHow(said.quoted)}</p>
${question(said.question)}${quote(said)}
<ul class="facts">${fact('Of', named)}${fact('On', topics.map(topicLink))}${fact('About', about.map(referenceLink))}${said.attribution !== undefined && html`<li><span class="label">By</span>\u00a0${renderAttribution(said.attribution.map((link: Value) => link.name))}</li>`}</ul>`;
}

export function quote({ text: said, quoted }: Value): Html {
  const language = html` lang="${said.language}"`;
  return html`<blockquote><p${language} dir="auto">${quoted === 'verbatim' ? `“${said.value}”` : said.value}</p></blockquote>`;
}

/** Quotation marks tell the rest. */
export function saidHow(quoted: string): string {
  return quoted === 'paraphrase' ? ', not word for word' : '';
}

export function question(asked: Value | undefined): Html | undefined {
  return (
    asked &&
    html`<p class="question">Asked${asked.outlet !== undefined && html` by <bdi>${asked.outlet}</bdi>`}: <span dir="auto">${asked.text}</span></p>`
  );
}

function fact(label: string, parts: readonly Html[]): Html | undefined {
  return parts.length === 0
    ? undefined
    : html`<li><span class="label">${label}</span>\u00a0${joined(parts)}</li>`;
}

/** A link out of the record; the page that it leads to is not told where from. */
export function outLink(url: string, words: string): Html {
  return html`<a href="${url}" rel="external noopener noreferrer nofollow"><bdi>${words}</bdi></a>`;
}

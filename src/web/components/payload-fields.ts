import { z } from 'zod';
import { countryName } from '../../domain/countries/countries.ts';
import { fieldsOf } from '../../domain/event-types/define-event-type.ts';
import { findEventType } from '../../domain/event-types/registry.ts';
import {
  type FieldKind,
  fieldKindOf,
  fieldTitle,
  labelsOf,
  unwrapped,
} from '../../domain/fields/field-kind.ts';
import { type Html, html } from '../shell/html.ts';
import { formatLocalTime, renderDate } from '../text/format-date.ts';
import { renderAttribution } from '../text/format-text.ts';
import { languageName, speechActLabel } from '../text/vocabulary.ts';
import { commaJoined, renderFact } from './facts.ts';
import { countryLink, externalLink, referenceLink, topicLink } from './links.ts';

/*
 * The fields of a payload, in the order and with the titles of the type's definition. A value is shown by the kind of
 * its schema; values without a kind are shown by their shape.
 */

/** A payload was checked when it was recorded, so a value has the shape that its schema says. */
// biome-ignore lint/suspicious/noExplicitAny: the shape of a value is known by its schema only
type Value = any;

const renderers: Readonly<Record<FieldKind, (value: Value) => Html | undefined>> = {
  actor: renderActor,
  amount: renderAmount,
  attribution: (links) => renderAttribution(links.map((link: Value) => link.name)),
  commitment: ({ party, text }) =>
    html`${party !== undefined && html`<bdi>${party}</bdi>: `}${renderText(text)}`,
  'content-hash': renderRaw,
  country: countryLink,
  date: (edtf) => renderDate({ edtf }),
  'date-note': () => undefined,
  good: renderGood,
  instant: renderText,
  language: (tag) => html`${languageName(tag)}`,
  place: renderPlace,
  reference: referenceLink,
  refused: () => undefined,
  signatory: renderSignatory,
  statement: renderStatement,
  topic: topicLink,
  transcript: ({ url, language }) => externalLink(url, languageName(language)),
  url: (url) => externalLink(url, url),
  'zoned-date-time': ({ local, zone }) => html`${formatLocalTime(local, zone)}`,
};

/** Kinds that read as a list after commas rather than as bullets. */
const INLINE: ReadonlySet<FieldKind | undefined> = new Set<FieldKind>(['country', 'language', 'topic']);

/** @param leftOut names of fields that the page shows elsewhere */
export function payloadFields(type: string, data: object, leftOut: readonly string[] = []): Html {
  const schemas = schemasOf(type);
  const names = [...new Set([...Object.keys(schemas), ...Object.keys(data)])];
  const shown = names.filter((name) => name in data && !leftOut.includes(name));
  return html`<dl class="fields">${shown.map((name) => row(name, schemas[name], (data as Value)[name]))}</dl>`;
}

/** What pages call a field of the type, or `occurred`. */
export function fieldLabel(type: string, name: string): string {
  return name === 'occurred' ? 'Date' : fieldTitle(schemasOf(type)[name], name);
}

function schemasOf(type: string): Readonly<Record<string, z.ZodType>> {
  const definition = findEventType(type);
  return definition === undefined ? {} : fieldsOf(definition);
}

function row(name: string, schema: z.ZodType | undefined, value: Value): Html | undefined {
  const shown = schema === undefined ? renderRaw(value) : renderValue(schema, value);
  return shown && html`<dt>${fieldTitle(schema, name)}</dt><dd>${shown}</dd>\n`;
}

function renderValue(optional: z.ZodType, value: Value): Html | undefined {
  const schema = unwrapped(optional);
  const kind = fieldKindOf(schema);
  if (kind !== undefined) return renderers[kind](value);
  if (schema instanceof z.ZodArray) return renderList(schema.element as z.ZodType, value);
  if (schema instanceof z.ZodObject) {
    return html`<dl class="fields">${Object.entries(schema.shape).map(([name, field]) =>
      name in value ? row(name, field, value[name]) : undefined,
    )}</dl>`;
  }
  if (schema instanceof z.ZodEnum) return html`${labelsOf(schema)[value] ?? value.replaceAll('-', ' ')}`;
  if (typeof value === 'boolean') return html`${value ? 'yes' : 'no'}`;
  return typeof value === 'string' ? renderText(value) : renderRaw(value);
}

function renderList(element: z.ZodType, items: readonly Value[]): Html {
  if (items.length === 0) return html`stated to be none`;
  const shown = items.map((item) => renderValue(element, item));
  const kind = fieldKindOf(element);
  if (INLINE.has(kind)) return commaJoined(shown);
  return kind === 'statement'
    ? html`<ol class="statements">${shown.map((item) => html`<li>${item}</li>`)}</ol>`
    : html`<ul>${shown.map((item) => html`<li>${item}</li>`)}</ul>`;
}

function renderText(value: string): Html {
  return html`<span dir="auto">${value}</span>`;
}

function renderRaw(value: Value): Html {
  return html`<code dir="auto">${typeof value === 'string' ? value : JSON.stringify(value)}</code>`;
}

export function renderActor({ name, country, names }: Value): Html {
  const translations = Object.entries((names ?? {}) as Record<string, string>);
  const isNamedAfterCountry = country === undefined || countryName(country) === name;
  return html`<bdi>${name}</bdi>${!isNamedAfterCountry && html` (${countryName(country)})`}${translations.map(
    ([tag, translation]) => html`, <bdi lang="${tag}">${translation}</bdi>`,
  )}`;
}

function renderPlace({ country, name, locode }: Value): Html {
  const named = name !== undefined && html`<bdi>${name}</bdi>, `;
  return html`${named}${countryLink(country)}${locode !== undefined && ` (${locode})`}`;
}

function renderSignatory({ person, capacity, party }: Value): Html {
  const office = capacity !== undefined && html`, <bdi>${capacity}</bdi>`;
  return html`<bdi>${person}</bdi>${office}, for <bdi>${party}</bdi>`;
}

const QUALIFIERS: Readonly<Record<string, string>> = {
  about: 'about ',
  'at-least': 'at least ',
  'up-to': 'up to ',
  exact: '',
};

/** Groups the digits; the number is never rounded. */
function renderAmount({ value, currency, qualifier, role }: Value): Html {
  const [whole = '', fraction] = value.split('.');
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ',');
  const decimals = fraction === undefined ? '' : `.${fraction}`;
  return html`${QUALIFIERS[qualifier]}${currency} ${grouped}${decimals}, ${role}`;
}

function renderGood({ description, quantity, unit, hsCode, hsEdition }: Value): Html {
  const measure = quantity === undefined ? '' : `, ${quantity}${unit === undefined ? '' : ` ${unit}`}`;
  const edition = hsEdition === undefined ? '' : ` of ${hsEdition}`;
  const code = hsCode !== undefined && ` (HS ${hsCode}${edition})`;
  return html`<bdi>${description}</bdi><bdi>${measure}</bdi>${code}`;
}

function renderStatement(statement: Value): Html {
  const { speaker, speechAct, quoted, countries = [], topics = [], about = [], attribution } = statement;
  const mentions = countries.map(({ country, role }: Value) => html`${countryLink(country)} as ${role}`);
  return html`
    <p class="kind">${renderActor(speaker)} ${speechActLabel(speechAct)}${quotedSuffix(quoted)}</p>
    ${renderQuestion(statement.question)}
    ${renderQuote(statement)}
    <ul class="facts">
      ${listFact('Countries', mentions)}
      ${listFact('Topics', topics.map(topicLink))}
      ${listFact('Refers to', about.map(referenceLink))}
      ${attribution && renderFact('By', renderAttribution(attribution.map((link: Value) => link.name)))}
    </ul>`;
}

function listFact(label: string, parts: readonly Html[]): Html | undefined {
  return parts.length === 0 ? undefined : renderFact(label, commaJoined(parts));
}

export function renderQuote({ text, quoted }: Value): Html {
  const words = quoted === 'verbatim' ? `“${text.value}”` : text.value;
  return html`<blockquote><p lang="${text.language}" dir="auto">${words}</p></blockquote>`;
}

/** Verbatim statements are marked by quotation marks. */
export function quotedSuffix(quoted: string): string {
  return quoted === 'paraphrase' ? ', paraphrased' : '';
}

export function renderQuestion(asked: Value | undefined): Html | undefined {
  if (asked === undefined) return undefined;
  const by = asked.outlet !== undefined && html` by <bdi>${asked.outlet}</bdi>`;
  return html`<p class="question">Asked${by}: <span dir="auto">${asked.text}</span></p>`;
}

import { z } from 'zod';
import { chainsOfStatement } from '../../domain/claims/attribution-chain.ts';
import { countryName } from '../../domain/countries/countries.ts';
import { fieldsOf } from '../../domain/event-types/define-event-type.ts';
import { findContentType, findEventType } from '../../domain/event-types/registry.ts';
import {
  ANONYMITY,
  relayersOf,
  type Statement,
  speechActOf,
  TEXT_KINDS,
} from '../../domain/event-types/statement.ts';
import { endsWithOutlet } from '../../domain/fields/actor.ts';
import {
  type FieldKind,
  fieldKindOf,
  fieldTitle,
  labelsOf,
  unwrapped,
} from '../../domain/fields/field-kind.ts';
import { QUALIFIERS } from '../../domain/fields/quantity.ts';
import { type Html, html } from '../shell/html.ts';
import { formatLocalTime, renderDate } from '../text/format-date.ts';
import { renderAttribution } from '../text/format-text.ts';
import { groupedDigits, labelFor, languageName, speechActLabel } from '../text/vocabulary.ts';
import { commaJoined, renderFact } from './facts.ts';
import { actorLink, chainActorLink, countryLink, externalLink, referenceLink, topicLink } from './links.ts';

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
  attribution: (links) => renderAttribution(links.map(actorLink), endsWithOutlet(links)),
  commitment: renderCommitment,
  'content-hash': renderRaw,
  country: countryLink,
  date: (edtf) => renderDate({ edtf }),
  'date-note': () => undefined,
  good: renderGood,
  // Pages number the items of a list from 1.
  index: (index) => html`${index + 1}`,
  instant: renderText,
  language: (tag) => html`${languageName(tag)}`,
  place: renderPlace,
  quantity: (quantity) => html`${formatQuantity(quantity)}`,
  question: renderQuestion,
  reference: referenceLink,
  signatory: renderSignatory,
  speaker: (speaker) => renderSpeaker(speaker),
  statement: renderStatement,
  text: ({ language, value }) => html`<span lang="${language}" dir="auto">${value}</span>`,
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
  const definition = findEventType(type) ?? findContentType(type);
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
  if (schema instanceof z.ZodRecord) return renderNames(value);
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

/** @param names language tag → name in that language */
function renderNames(names: Readonly<Record<string, string>>): Html {
  return html`<ul>${Object.entries(names).map(([tag, name]) => {
    return html`<li><span lang="${tag}" dir="auto">${name}</span> (${languageName(tag)})</li>`;
  })}</ul>`;
}

function renderText(value: string): Html {
  return html`<span dir="auto">${value}</span>`;
}

function renderRaw(value: Value): Html {
  return html`<code dir="auto">${typeof value === 'string' ? value : JSON.stringify(value)}</code>`;
}

export function renderActor(actor: Value): Html {
  const { name, country, names } = actor;
  const translations = Object.entries((names ?? {}) as Record<string, string>);
  const isNamedAfterCountry = country === undefined || countryName(country) === name;
  return html`${actorLink(actor)}${!isNamedAfterCountry && html` (${countryName(country)})`}${translations.map(
    ([tag, translation]) => html`, <bdi lang="${tag}">${translation}</bdi>`,
  )}`;
}

/** Renders who said something and, if others relayed it, according to whom. */
export function renderSpeaker(speaker: Value, relayedBy: readonly Value[] = []): Html {
  const anonymity = speaker.anonymity !== undefined && `, ${labelFor(ANONYMITY, speaker.anonymity)},`;
  const relayers = relayedBy.map(renderActor);
  return html`${renderActor(speaker)}${anonymity}${
    relayers.length > 0 && html`${anonymity === false && ','} according to ${commaJoined(relayers)},`
  }`;
}

function renderPlace({ country, name, locode, waters }: Value): Html {
  const parts = [
    ...[name, waters].filter((part) => part !== undefined).map((part) => html`<bdi>${part}</bdi>`),
    ...(country === undefined ? [] : [countryLink(country)]),
  ];
  return html`${commaJoined(parts)}${locode !== undefined && ` (${locode})`}`;
}

function renderCommitment({ by, text, due }: Value): Html {
  const party = by !== undefined && html`<bdi>${by}</bdi>: `;
  return html`${party}${renderText(text)}${due !== undefined && html`, due ${renderDate({ edtf: due })}`}`;
}

function renderSignatory({ person, capacity, party }: Value): Html {
  const office = capacity !== undefined && html`, <bdi>${capacity}</bdi>`;
  return html`<bdi>${person}</bdi>${office}, for <bdi>${party}</bdi>`;
}

export function renderAmount({ value, currency, qualifier, role }: Value): Html {
  return html`${labelFor(QUALIFIERS, qualifier)}${currency} ${groupedDigits(value)}, ${role}`;
}

/** “about 12,000 t”; only the unit if the number is not known. */
function formatQuantity({ value, unit, qualifier }: Value): string {
  const number =
    value === undefined ? [] : [labelFor(QUALIFIERS, qualifier ?? 'exact') + groupedDigits(value)];
  return [...number, ...(unit === undefined ? [] : [unit])].join(' ');
}

export function renderGood({ description, quantity, hsCode, hsEdition }: Value): Html {
  const measure = quantity === undefined ? '' : `, ${formatQuantity(quantity)}`;
  const edition = hsEdition === undefined ? '' : ` of ${hsEdition}`;
  const code = hsCode !== undefined && ` (HS ${hsCode}${edition})`;
  return html`<bdi>${description}</bdi><bdi>${measure}</bdi>${code}`;
}

function renderStatement(statement: Statement): Html {
  const { speaker, quoted, countries = [], topics = [], about = [], attribution } = statement;
  const mentions = countries.map(({ country, role }) => html`${countryLink(country)} as ${role}`);
  return html`
    <p class="kind">
      ${renderSpeaker(speaker, relayersOf(statement))} ${speechActLabel(speechActOf(statement))}${quotedSuffix(quoted)}
    </p>
    ${renderQuestions(statement.questions ?? [])}
    ${renderTexts(statement.text, quoted)}
    <ul class="facts">
      ${listFact('Countries', mentions)}
      ${listFact('Topics', topics.map(topicLink))}
      ${listFact('Refers to', about.map(referenceLink))}
      ${attribution && attributionFact(statement)}
    </ul>`;
}

/** The speaker is first even if the attribution leaves them out. */
function attributionFact(statement: Statement): Html | undefined {
  const [chain = []] = chainsOfStatement(statement, []);
  const links = chain.flatMap(({ actors }) => actors.map(chainActorLink));
  return renderFact('By', renderAttribution(links, chain.at(-1)?.role === 'outlet'));
}

function listFact(label: string, parts: readonly Html[]): Html | undefined {
  return parts.length === 0 ? undefined : renderFact(label, commaJoined(parts));
}

/** Renders the original and the translations, each with its language if there are several. */
export function renderTexts(texts: readonly Value[], quoted: string): Html {
  return html`${texts.map(({ language, value, kind }) => {
    const shown = quoted === 'verbatim' ? `“${value}”` : value;
    const details = [languageName(language), ...(kind === undefined ? [] : [labelFor(TEXT_KINDS, kind)])];
    const isNamed = texts.length > 1 || (kind !== undefined && kind !== 'original');
    return html`
      <blockquote>
        <p lang="${language}" dir="auto">${shown}</p>
        ${isNamed && html`<footer>${details.join(', ')}</footer>`}
      </blockquote>`;
  })}`;
}

/** Verbatim statements are marked by quotation marks. */
export function quotedSuffix(quoted: string): string {
  return quoted === 'paraphrase' ? ', paraphrased' : '';
}

export function renderQuestions(questions: readonly Value[]): Html {
  return html`${questions.map(renderQuestion)}`;
}

function renderQuestion({ asker, outlet, language, text }: Value): Html {
  const names = [asker, outlet].filter((name) => name !== undefined);
  const by = names.length > 0 && html` by <bdi>${names.join(', ')}</bdi>`;
  const lang = language !== undefined && html` lang="${language}"`;
  return html`<p class="question">Asked${by}: <span${lang} dir="auto">${text}</span></p>`;
}

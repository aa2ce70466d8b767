import type { Amount } from '../../domain/fields/amount.ts';
import type { Good } from '../../domain/fields/goods.ts';
import type { Entry, EventEntry, StatementEntry } from '../../web/components/timeline-view.ts';
import { eventUrl } from '../../web/text/url.ts';
import { typeLabel } from '../../web/text/vocabulary.ts';
import { type Column, listCell, partiesCell } from './column.ts';

/** Columns that say what an entry is and when it happened. */
const IDENTITY: readonly Column<Entry>[] = [
  { name: 'id', type: 'string', description: 'Id of the event (UUID).', value: ({ id }) => id },
  { name: 'type', type: 'string', description: 'Event type.', value: ({ type }) => type },
  {
    name: 'label',
    type: 'string',
    description: 'Event type in words.',
    value: ({ type }) => typeLabel(type),
  },
  {
    name: 'occurred',
    type: 'string',
    description: 'When it happened (EDTF), as precise as the sources say.',
    value: ({ occurred }) => occurred.edtf,
  },
  {
    name: 'earliest',
    type: 'date',
    description: 'First day that this means; empty if the start is open.',
    value: ({ occurred }) => occurred.earliest,
  },
  {
    name: 'latest',
    type: 'date',
    description: 'Last day that this means; empty if the end is open.',
    value: ({ occurred }) => occurred.latest,
  },
  {
    name: 'certainty',
    type: 'string',
    description: 'certain, uncertain, approximate or uncertain-approximate.',
    value: ({ occurred }) => occurred.certainty,
  },
  {
    name: 'date_basis',
    type: 'string',
    description: 'stated or inferred.',
    value: ({ occurred }) => occurred.basis ?? 'stated',
  },
];

/** Columns that say where an entry comes from. */
const PROVENANCE: readonly Column<Entry>[] = [
  {
    name: 'status',
    type: 'string',
    description: 'current, corrected or retracted.',
    value: ({ status }) => status,
  },
  {
    name: 'version',
    type: 'integer',
    description: 'Number of the version of the event that is shown, from 1.',
    value: ({ versions }) => versions,
  },
  { name: 'sources', type: 'integer', description: 'Number of sources.', value: ({ sources }) => sources },
  { name: 'record', type: 'string', description: 'Name of the record.', value: ({ stream }) => stream },
  {
    name: 'position',
    type: 'string',
    description: 'Position of the event in the log.',
    value: ({ position }) => position,
  },
  {
    name: 'recorded_at',
    type: 'datetime',
    description: 'When the event was added (RFC 3339).',
    value: ({ recordedAt }) => recordedAt,
  },
  {
    name: 'url',
    type: 'string',
    description: 'URL of the event.',
    value: ({ id }, origin) => `${origin}${eventUrl(id)}`,
  },
];

const TOPICS: Column<Entry> = {
  name: 'topics',
  type: 'string',
  description: 'Slugs of the topics.',
  value: ({ topics }) => listCell(topics),
};

/** Columns of amounts of money, of which a cell of its own has the first. */
export const AMOUNT_COLUMNS: readonly Column<{ readonly amounts?: readonly Amount[] | undefined }>[] = [
  {
    name: 'amount',
    type: 'number',
    description: 'The first amount that is stated.',
    value: ({ amounts }) => amounts?.[0]?.value,
  },
  {
    name: 'currency',
    type: 'string',
    description: 'Its currency (ISO 4217).',
    value: ({ amounts }) => amounts?.[0]?.currency,
  },
  {
    name: 'amount_role',
    type: 'string',
    description: 'What it is: declared, commitment, investment or paid.',
    value: ({ amounts }) => amounts?.[0]?.role,
  },
  {
    name: 'amount_qualifier',
    type: 'string',
    description: 'How exact it is: exact, about, at-least or up-to.',
    value: ({ amounts }) => amounts?.[0]?.qualifier,
  },
  {
    name: 'more_amounts',
    type: 'string',
    description: 'The other amounts, with role and qualifier.',
    value: ({ amounts = [] }) => listCell(amounts.slice(1).map(amountText)),
  },
];

export function amountText({ currency, value, role, qualifier }: Amount): string {
  return `${currency} ${value} (${role}, ${qualifier})`;
}

/** “copper concentrate: 12 t (about)”. */
function quantityText({ description, quantity = {} }: Pick<Good, 'description' | 'quantity'>): string {
  const { value = '', unit = '', qualifier } = quantity;
  return `${description}: ${value} ${unit}`.trimEnd() + (qualifier === undefined ? '' : ` (${qualifier})`);
}

export const EVENT_COLUMNS: readonly Column<EventEntry>[] = [
  ...IDENTITY,
  { name: 'headline', type: 'string', description: 'One line.', value: ({ headline }) => headline },
  {
    name: 'instrument',
    type: 'string',
    description: 'Kind of the agreement that was signed, such as mou or treaty.',
    value: ({ instrument }) => instrument,
  },
  {
    name: 'parties',
    type: 'string',
    description: 'The parties that the event states, with the codes of their countries.',
    value: ({ parties }) => partiesCell(parties),
  },
  ...AMOUNT_COLUMNS,
  {
    name: 'quantities',
    type: 'string',
    description: 'The quantities of goods that the event states.',
    value: ({ quantities = [] }) => listCell(quantities.map(quantityText)),
  },
  {
    name: 'countries',
    type: 'string',
    description: 'Codes of the countries involved (ISO 3166-1).',
    value: ({ countries }) => listCell(countries),
  },
  {
    name: 'roles',
    type: 'string',
    description: 'Roles of whom the timeline is about.',
    value: ({ roles = [] }) => listCell(roles),
  },
  TOPICS,
  {
    name: 'speech_acts',
    type: 'string',
    description: 'What the statements of the event do, such as deny.',
    value: ({ speechActs }) => listCell(speechActs),
  },
  {
    name: 'attribution',
    type: 'string',
    description: 'By whom it is known: each chain from the speaker to the outlet.',
    value: ({ attribution }) => listCell(attribution.map((chain) => chain.join(' < '))),
  },
  {
    name: 'implements',
    type: 'string',
    description: 'Names of the agreements that the event implements.',
    value: ({ links }) => listCell(links['implements'] ?? []),
  },
  ...PROVENANCE,
];

export const STATEMENT_COLUMNS: readonly Column<StatementEntry>[] = [
  ...IDENTITY,
  {
    name: 'statement',
    type: 'string',
    description: 'Key of the statement in its event.',
    value: ({ statement }) => statement,
  },
  { name: 'speaker', type: 'string', description: 'Who said it.', value: ({ speaker }) => speaker.name },
  {
    name: 'speaker_country',
    type: 'string',
    description: 'Country of the speaker (ISO 3166-1).',
    value: ({ speaker }) => speaker.country,
  },
  {
    name: 'relayed_by',
    type: 'string',
    description: 'Those who relayed it.',
    value: ({ relayedBy }) => partiesCell(relayedBy),
  },
  {
    name: 'speech_act',
    type: 'string',
    description: 'What the statement does, such as deny.',
    value: ({ speechAct }) => speechAct,
  },
  { name: 'text', type: 'string', description: 'The text.', value: ({ text }) => text[0]?.value },
  {
    name: 'language',
    type: 'string',
    description: 'Language of the text (BCP 47).',
    value: ({ text }) => text[0]?.language,
  },
  {
    name: 'other_languages',
    type: 'string',
    description: 'The text in other languages.',
    value: ({ text }) => listCell(text.slice(1).map(({ language, value }) => `[${language}] ${value}`)),
  },
  { name: 'quoted', type: 'string', description: 'verbatim or paraphrase.', value: ({ quoted }) => quoted },
  {
    name: 'countries',
    type: 'string',
    description: 'Codes of the countries involved (ISO 3166-1), each with its roles.',
    value: ({ roles }) =>
      listCell(Object.entries(roles).map(([code, list]) => `${code} (${list.join(', ')})`)),
  },
  TOPICS,
  {
    name: 'about',
    type: 'string',
    description: 'The events and records that it is about.',
    value: ({ about }) => listCell(about),
  },
  {
    name: 'attribution',
    type: 'string',
    description: 'By whom it is known, from the speaker to the outlet.',
    value: ({ attribution }) => attribution.map(({ name }) => name).join(' < ') || undefined,
  },
  ...PROVENANCE,
];

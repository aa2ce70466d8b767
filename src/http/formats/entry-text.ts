import type { EventEntry, StatementEntry } from '../../web/components/timeline-view.ts';
import { formatOccurred } from '../../web/text/format-date.ts';
import { excerpt } from '../../web/text/format-text.ts';
import { speechActLabel, topicLabel, typeLabel } from '../../web/text/vocabulary.ts';
import { partiesCell } from './column.ts';
import { amountText } from './event-columns.ts';

/** An entry in the form that the formats of entries are written from. */
export type ExportEntry = EventEntry | StatementEntry;

const TITLE_CHARS_MAX = 200;

/** Identifies an entry among all entries of all timelines: an event, or a statement of an event. */
export function entryKeyOf(entry: ExportEntry): string {
  return 'statement' in entry ? `${entry.id}#${entry.statement}` : entry.id;
}

/** One line: the headline of an event, or who said what. */
export function titleOfEntry(entry: ExportEntry): string {
  if (!('statement' in entry)) return entry.headline;
  const { speaker, speechAct, text } = entry;
  return excerpt(`${speaker.name}, ${speechActLabel(speechAct)}: ${text[0]?.value ?? ''}`, TITLE_CHARS_MAX);
}

/** The entries of an extension need not have a headline. Those get the label of the event that changed them. */
export function titleOfAnyEntry(entry: ExportEntry, eventType: string): string {
  return 'headline' in entry || 'statement' in entry ? titleOfEntry(entry) : typeLabel(eventType);
}

/** Marks what has been corrected or retracted, for formats that show a title only. */
export function markedTitle(entry: ExportEntry): string {
  const mark = { current: '', corrected: 'Corrected: ', retracted: 'Retracted: ' }[entry.status];
  return `${mark}${titleOfEntry(entry)}`;
}

/** Plain text, one fact per line. */
export function entryText(entry: ExportEntry): string {
  const facts = 'statement' in entry ? statementFacts(entry) : eventFacts(entry);
  const sources = `Sources: ${entry.sources}; version ${entry.versions}, ${entry.status}`;
  return [`${typeLabel(entry.type)}, ${formatOccurred(entry.occurred)}`, ...facts, sources].join('\n');
}

function eventFacts({ headline, parties, amounts = [], countries, topics, attribution }: EventEntry) {
  return [
    headline,
    fact('Parties', partiesCell(parties) ?? ''),
    fact('Amounts', amounts.map(amountText).join('; ')),
    fact('Countries', countries.join(', ')),
    fact('Topics', topics.map(topicLabel).join(', ')),
    fact('According to', attribution.map((chain) => chain.join(' < ')).join('; ')),
  ].filter((line) => line !== '');
}

function statementFacts({ text, countries, topics, attribution, quoted }: StatementEntry): readonly string[] {
  return [
    ...text.map(({ value }) => value),
    fact('Quoted', quoted),
    fact('Countries', countries.join(', ')),
    fact('Topics', topics.map(topicLabel).join(', ')),
    fact('According to', attribution.map(({ name }) => name).join(' < ')),
  ].filter((line) => line !== '');
}

function fact(label: string, value: string): string {
  return value === '' ? '' : `${label}: ${value}`;
}

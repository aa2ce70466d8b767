import { addDays } from 'date-fns/addDays';
import { formatISO } from 'date-fns/formatISO';
import { parseISO } from 'date-fns/parseISO';
import { eventUrl } from '../../web/text/url.ts';
import { topicLabel } from '../../web/text/vocabulary.ts';
import { type ExportEntry, entryKeyOf, entryText, markedTitle } from './entry-text.ts';
import type { ExportWriter } from './export-writer.ts';

const LINE_OCTETS_MAX = 75;

/**
 * iCalendar (RFC 5545): an all-day event per entry. An imprecise date is a span of days; one with an open end has its
 * known day. An entry without a day of the years 1 to 9999 is left out, as the format has no other days.
 */
export const icalendarWriter: ExportWriter = {
  begin: ({ title, url }) =>
    lines([
      'BEGIN:VCALENDAR',
      'VERSION:2.0',
      'PRODID:-//Chancery//Timelines//EN',
      `NAME:${escapeText(title)}`,
      `X-WR-CALNAME:${escapeText(title)}`,
      `URL:${url}`,
    ]),
  items: (items, view) =>
    items.map((item) => calendarEvent(view.parse(item) as ExportEntry, view.origin)).join(''),
  end: () => 'END:VCALENDAR\r\n',
};

/** What a retraction or an uncertain date means for a calendar. */
function statusOf({ status, occurred }: ExportEntry): string {
  if (status === 'retracted') return 'CANCELLED';
  return occurred.certainty === 'certain' ? 'CONFIRMED' : 'TENTATIVE';
}

function calendarEvent(entry: ExportEntry, origin: string): string {
  const { earliest, latest } = entry.occurred;
  const [first, last] = [earliest ?? latest, latest ?? earliest];
  if (first === null || last === null || !isDate(first) || !isDate(last)) return '';
  return lines([
    'BEGIN:VEVENT',
    `UID:${escapeText(entryKeyOf(entry))}`,
    `DTSTAMP:${entry.recordedAt.replace(/\.\d+|[-:]/g, '')}`,
    `SEQUENCE:${entry.versions - 1}`,
    `DTSTART;VALUE=DATE:${first.replaceAll('-', '')}`,
    `DTEND;VALUE=DATE:${dayAfter(last)}`,
    `SUMMARY:${escapeText(markedTitle(entry))}`,
    `DESCRIPTION:${escapeText(entryText(entry))}`,
    `URL:${origin}${eventUrl(entry.id)}`,
    ...(entry.topics.length > 0
      ? [`CATEGORIES:${entry.topics.map(topicLabel).map(escapeText).join(',')}`]
      : []),
    `STATUS:${statusOf(entry)}`,
    'TRANSP:TRANSPARENT',
    'END:VEVENT',
  ]);
}

/** The end of an event is exclusive, so the last day of the format cannot be one. */
function isDate(day: string): boolean {
  return /^\d{4}-/.test(day) && day > '0000-12-31' && day < '9999-12-31';
}

function dayAfter(day: string): string {
  return formatISO(addDays(parseISO(day), 1), { format: 'basic', representation: 'date' });
}

/** Escapes a text (§3.3.11), without the control characters that the format cannot contain. */
function escapeText(text: string): string {
  return text
    .replace(/\r\n?/g, '\n')
    .replace(/(?!\n)[\p{Cc}]/gu, ' ')
    .replace(/[\\;,]/g, '\\$&')
    .replaceAll('\n', '\\n');
}

function lines(contentLines: readonly string[]): string {
  return contentLines.map((line) => `${folded(line)}\r\n`).join('');
}

/** Folds a line (§3.1): at most 75 octets, and no character is cut. */
function folded(line: string): string {
  if (Buffer.byteLength(line) <= LINE_OCTETS_MAX) return line;
  let [result, octets] = ['', 0];
  for (const character of line) {
    const size = Buffer.byteLength(character);
    if (octets + size > LINE_OCTETS_MAX) {
      result += '\r\n ';
      octets = 1;
    }
    result += character;
    octets += size;
  }
  return result;
}

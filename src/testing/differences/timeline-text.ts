import { oneLine } from '../../domain/values/text.ts';
import { valueText } from './entry-difference.ts';

type Entry = Readonly<Record<string, unknown>>;

/** On the first line of an entry already, or another one on every run. */
const LEFT_OUT: ReadonlySet<string> = new Set([
  'occurred',
  'headline',
  'id',
  'stream',
  'position',
  'recordedAt',
]);
const TITLE_CHARS_MAX = 120;
const UUID = /[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}/g;
const INSTANT = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z/g;

/** A timeline as text that is the same on every run: what the entries say, without ids and times of recording. */
export function timelineText(entries: readonly object[]): string {
  return entries.map((entry) => entryText(entry as Entry)).join('\n');
}

/** The date and the headline of an entry; where it has none, the beginning of what it says. */
export function entryTitle(entry: Entry): string {
  const { occurred, headline } = entry;
  if (typeof headline !== 'string') return oneLine(JSON.stringify(entry), TITLE_CHARS_MAX);
  const title = oneLine(headline, TITLE_CHARS_MAX);
  return occurred === undefined ? title : `${valueText(occurred)}  ${title}`;
}

function entryText(entry: Entry): string {
  const lines = Object.entries(entry)
    .filter(([name, value]) => !LEFT_OUT.has(name) && !saysNothing(value))
    .map(([name, value]) => `  ${name}: ${valueText(value)}`);
  const title =
    typeof entry['headline'] === 'string' ? entryTitle(entry) : valueText(entry['occurred'] ?? '-');
  return [title, ...lines].join('\n').replace(UUID, '<id>').replace(INSTANT, '<instant>');
}

function saysNothing(value: unknown): boolean {
  if (value === null || value === '') return true;
  return typeof value === 'object' && Object.values(value).every(saysNothing);
}

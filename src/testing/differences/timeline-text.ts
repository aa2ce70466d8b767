import { oneLine } from '../../domain/values/text.ts';
import { formatValue } from './entry-difference.ts';

type Entry = Readonly<Record<string, unknown>>;

/** Fields that are in the title of an entry already, or differ on every run. */
const OMITTED: ReadonlySet<string> = new Set([
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

/**
 * Formats the entries of a timeline as text that is the same on every run, for snapshots. The text contains no ids, no
 * recording times and no empty fields. `toMatchTimelineSnapshot` compares this text.
 */
export function timelineText(entries: readonly object[]): string {
  return entries.map((entry) => entryText(entry as Entry)).join('\n');
}

/** Returns the date and the headline of an entry or, if it has no headline, the beginning of its JSON. */
export function entryTitle(entry: Entry): string {
  const { occurred, headline } = entry;
  if (typeof headline !== 'string') return oneLine(JSON.stringify(entry), TITLE_CHARS_MAX);
  const title = oneLine(headline, TITLE_CHARS_MAX);
  return occurred === undefined ? title : `${formatValue(occurred)}  ${title}`;
}

function entryText(entry: Entry): string {
  const lines = Object.entries(entry)
    .filter(([name, value]) => !OMITTED.has(name) && !isEmpty(value))
    .map(([name, value]) => `  ${name}: ${formatValue(value)}`);
  const title =
    typeof entry['headline'] === 'string' ? entryTitle(entry) : formatValue(entry['occurred'] ?? '-');
  return [title, ...lines].join('\n').replace(UUID, '<id>').replace(INSTANT, '<instant>');
}

/** Counts a list or an object as empty if all of its values are. */
function isEmpty(value: unknown): boolean {
  if (value === null || value === '') return true;
  return typeof value === 'object' && Object.values(value).every(isEmpty);
}
